import { fail } from '../failure.ts'
import type { LogScope } from '../logs.ts'
import type { Fleet } from '../model/fleet.ts'
import type { State } from './fold.ts'
import { setsOf, snapshotsOf } from './lookup.ts'

/** Whose logs were captured for a fleet, whether its parts are still there or not. */
interface Captured {
  readonly containerId: string
  readonly container: string
  readonly service: string
  readonly version: string | null
}

interface Known {
  readonly state: State
  readonly fleet: Fleet
  readonly captured: readonly Captured[]
  /** Ids and names of the containers on the engine. */
  readonly containers: readonly string[]
}

/** Fails `not-found` for a service, version or container that the fleet neither has nor had while logs were captured. */
export function refuseUnknownScope(scope: LogScope, { state, fleet, captured, containers }: Known): void {
  const snapshots = snapshotsOf(state, fleet.id)
  const members = setsOf(state, fleet.id).flatMap(set => set.containers)
  const data = fleet.dataServices
  refuse(fleet, 'service', scope.service, [
    ...fleet.services.map(({ name }) => name),
    ...data.map(({ name }) => name),
    ...snapshots.flatMap(({ services }) => services.map(({ name }) => name)),
    ...captured.map(({ service }) => service),
  ])
  refuse(fleet, 'version', scope.version, [
    ...snapshots.map(({ version }) => version),
    ...captured.flatMap(({ version }) => version ?? []),
  ])
  refuse(fleet, 'container', scope.container, [
    ...members.flatMap(({ id, name }) => [id, name]),
    ...data.map(({ container }) => container),
    ...captured.flatMap(({ containerId, container }) => [containerId, container]),
    ...containers,
  ])
}

function refuse({ name }: Fleet, what: string, wanted: string | undefined, known: readonly string[]): void {
  if (wanted !== undefined && !known.includes(wanted)) fail('not-found', `${name} has no ${what} ${wanted}`)
}
