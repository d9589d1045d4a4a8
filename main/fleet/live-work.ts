import type { CheckResult } from '../../shared/model/checks.ts'
import type { RecordedSet } from '../../shared/model/container-set.ts'
import type { FleetId, SetId } from '../../shared/model/ids.ts'
import type { Drift } from '../../shared/model/views.ts'
import type { Manifest } from '../../shared/rules/lost-fleets.ts'
import type { Engine } from '../engine/engine.ts'

/** Work in progress that is not recorded yet, for views and decisions. */
export interface LiveWork {
  readonly launching: Map<SetId, RecordedSet>
  readonly checking: Map<SetId, readonly CheckResult[]>
  /** Sets that are being stopped or removed: nothing may be pointed at them. */
  readonly leaving: Set<SetId>
  /** Containers, by id, that are started again and have not passed their checks yet: they get no traffic. */
  readonly starting: Set<string>
  /** Sets of which a container is being replaced. */
  readonly healing: Set<SetId>
  /** Names of data services' containers that a copy is just taking the place of: neither of the two is drift. */
  readonly replacing: Set<string>
  /** Operations that read images right now: containers that bear their labels are in use. */
  readonly reading: Set<string>
  /** Drift that was found last, by set. */
  readonly drift: Map<SetId, readonly Drift[]>
  /** Drift that was found last beside the sets of a fleet: in its data services and routes. */
  readonly fleetDrift: Map<FleetId, readonly Drift[]>
  /** The inodes of bind-mounted paths when a container was looked at first since its start, by its id. */
  readonly mounted: Map<string, { readonly startedAt: string; readonly inodes: Map<string, number> }>
  /** The manifests of this home that each endpoint's engine held when it was looked through last. */
  readonly manifests: Map<Engine, readonly Manifest[]>
  /** Call after any change to the maps. */
  changed(): void
}
