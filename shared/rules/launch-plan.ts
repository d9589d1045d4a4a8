import type { RecordedSet } from '../model/container-set.ts'
import type { DataService, Dependency } from '../model/fleet.ts'
import type { SetId } from '../model/ids.ts'
import type { RunConfig } from '../model/run-config.ts'
import type { Snapshot } from '../model/snapshot.ts'

export interface PlannedContainer {
  readonly name: string
  readonly service: string
  readonly replica: number
  readonly imageId: string
  readonly run: RunConfig
  /** Its ports that are given a host port. */
  readonly publish: readonly number[]
  /** Services of the set and data services that must be there first. */
  readonly after: readonly Dependency[]
}

/** The containers of a launch, decided before anything is made, in the order in which they may start. */
export interface LaunchPlan {
  /** The fleet's name now; the snapshot knows the one of its day. */
  readonly fleet: string
  readonly setId: SetId
  readonly snapshot: Snapshot
  readonly network: string
  readonly containers: readonly PlannedContainer[]
  readonly attach: readonly DataService[]
  readonly seal: RecordedSet['seal']
}
