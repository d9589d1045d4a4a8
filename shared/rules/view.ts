import type { CheckResult } from '../model/checks.ts'
import type { ContainerSet, RecordedSet, SetContainer, SetState } from '../model/container-set.ts'
import type { Fleet } from '../model/fleet.ts'
import type { FleetId, SetId } from '../model/ids.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Drift, FleetSummary, FleetView, ListedDrift, SnapshotSummary } from '../model/views.ts'
import type { State } from './fold.ts'
import { liveSetOf, routesOf, setsOf, snapshotsOf } from './lookup.ts'

type ContainerState = SetContainer['state']

/** Facts that are seen rather than recorded: the engine's containers, running checks, drift. */
export interface Seen {
  /** State by container id; absent when the engine has it no more. Undefined while the engine does not answer. */
  readonly containers: ReadonlyMap<string, ContainerState> | undefined
  /** State by container name, for data services. */
  readonly named: ReadonlyMap<string, ContainerState>
  readonly volumes: ReadonlyMap<string, readonly string[]>
  readonly checking: ReadonlyMap<SetId, readonly CheckResult[]>
  /** Sets that are being launched: not recorded yet. */
  readonly launching: ReadonlyMap<SetId, RecordedSet>
  readonly drift: ReadonlyMap<SetId, readonly Drift[]>
  /** Drift of data services and routes, by fleet. */
  readonly fleetDrift: ReadonlyMap<FleetId, readonly Drift[]>
}

/** The engine's word for a container and its health, as one state. */
export function containerState(state: string, health: 'none' | 'starting' | 'healthy' | 'unhealthy'): ContainerState {
  switch (state) {
    case 'running':
      return health === 'healthy' || health === 'unhealthy' ? health : 'running'
    case 'created':
    case 'paused':
    case 'restarting':
      return state
    default:
      return 'exited'
  }
}

export function summaryOf(snapshot: Snapshot): SnapshotSummary {
  return {
    id: snapshot.id,
    version: snapshot.version,
    number: snapshot.number,
    parent: snapshot.parent,
    takenAt: snapshot.takenAt,
    by: snapshot.by,
    note: snapshot.note,
    bytes: snapshot.services.reduce((sum, service) => sum + service.bytes, 0),
    consistent: snapshot.services.every(service => service.consistent),
    services: snapshot.services.map(({ name, image, imageId, origin, replicas, run }) => ({
      name,
      image,
      imageId,
      origin,
      replicas,
      ports: run.ports.filter(port => port.protocol === 'tcp').map(port => port.port),
    })),
    leftOut: snapshot.leftOut,
  }
}

/** A set as it is now: its state follows from the routes, the checks and the containers. */
export function setView(state: State, seen: Seen, set: RecordedSet): ContainerSet {
  const containers = set.containers.map(container => ({
    ...container,
    state: seen.containers === undefined ? 'unknown' : (seen.containers.get(container.id) ?? 'missing'),
  }))
  return { ...set, containers, state: setState(state, seen, set) }
}

function setState(state: State, seen: Seen, set: RecordedSet): SetState {
  if (seen.launching.has(set.id)) return seen.checking.has(set.id) ? 'checking' : 'launching'
  if (liveSetOf(state, set.fleetId)?.id === set.id) return 'live'
  if (set.state === 'stopped') return 'stopped'
  if (seen.checking.has(set.id)) return 'checking'
  return set.report?.passed === false ? 'failed' : 'warm'
}

export function setViews(state: State, seen: Seen, fleet: Fleet): ContainerSet[] {
  const launching = [...seen.launching.values()].filter(set => set.fleetId === fleet.id && !state.sets.has(set.id))
  return [...setsOf(state, fleet.id), ...launching].map(set => setView(state, seen, set))
}

export function fleetView(state: State, seen: Seen, fleet: Fleet): FleetView {
  const sets = setViews(state, seen, fleet)
  return {
    fleet,
    snapshots: snapshotsOf(state, fleet.id).map(summaryOf),
    sets,
    routes: [...routesOf(state, fleet.id)],
    dataServices: fleet.dataServices.map(data => ({
      name: data.name,
      container: data.container,
      state: seen.containers === undefined ? 'unknown' : (seen.named.get(data.container) ?? 'missing'),
      volumes: [...(seen.volumes.get(data.container) ?? [])],
    })),
    drift: driftOf(seen, fleet, sets),
    checking: sets.flatMap(set => {
      const results = seen.checking.get(set.id)
      return results === undefined ? [] : [{ setId: set.id, results: [...results] }]
    }),
  }
}

function driftOf(seen: Seen, fleet: Fleet, sets: readonly ContainerSet[]): ListedDrift[] {
  return [
    ...sets.flatMap(set => (seen.drift.get(set.id) ?? []).map(drift => ({ ...drift, setId: set.id }))),
    ...(seen.fleetDrift.get(fleet.id) ?? []).map(drift => ({ ...drift, setId: null })),
  ]
}

export function fleetSummary(state: State, seen: Seen, fleet: Fleet): FleetSummary {
  const sets = setViews(state, seen, fleet)
  const running = sets.flatMap(set => set.containers).filter(container => isUp(container.state)).length
  return {
    id: fleet.id,
    name: fleet.name,
    endpoint: fleet.endpoint,
    services: fleet.services.map(service => service.name),
    dataServices: fleet.dataServices.map(data => data.name),
    versions: snapshotsOf(state, fleet.id).map(snapshot => snapshot.version),
    live: liveSetOf(state, fleet.id)?.version ?? null,
    isKnown: seen.containers !== undefined,
    running,
    drifted: new Set(driftOf(seen, fleet, sets).map(drift => drift.container)).size,
    routes: routesOf(state, fleet.id).map(route => `${route.hostname}:${route.port}`),
  }
}

/** Whether a container in this state may be sent traffic. */
export function isUp(state: ContainerState): boolean {
  return state === 'running' || state === 'healthy' || state === 'unhealthy'
}
