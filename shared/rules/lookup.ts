import { fail } from '../failure.ts'
import type { RecordedSet } from '../model/container-set.ts'
import type { Fleet } from '../model/fleet.ts'
import type { FleetId, Version } from '../model/ids.ts'
import type { Route } from '../model/route.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { State } from './fold.ts'

export function fleetNamed(state: State, name: string): Fleet {
  for (const fleet of state.fleets.values()) if (fleet.name === name) return fleet
  const names = [...state.fleets.values()].map(fleet => fleet.name)
  return fail('not-found', `There is no fleet named ${name}`, {
    hint: names.length === 0 ? 'Make one with: flotilla fleet adopt, or fleet import' : `There is: ${names.join(', ')}`,
  })
}

/** The snapshots of a fleet, oldest first. */
export function snapshotsOf(state: State, fleetId: FleetId): readonly Snapshot[] {
  return [...state.snapshots.values()]
    .filter(snapshot => snapshot.fleetId === fleetId)
    .sort((a, b) => a.number - b.number)
}

export function snapshotOf(state: State, fleet: Fleet, version: Version): Snapshot {
  const snapshots = snapshotsOf(state, fleet.id)
  return (
    snapshots.find(snapshot => snapshot.version === version) ??
    fail('not-found', `${fleet.name} has no snapshot ${version}`, {
      hint:
        snapshots.length === 0
          ? `Take one with: flotilla snapshot take ${fleet.name}`
          : `It has: ${snapshots.map(snapshot => snapshot.version).join(', ')}`,
    })
  )
}

/** The sets of a fleet, oldest version first. */
export function setsOf(state: State, fleetId: FleetId): readonly RecordedSet[] {
  return [...state.sets.values()].filter(set => set.fleetId === fleetId).sort((a, b) => a.number - b.number)
}

export function findSet(state: State, fleet: Fleet, version: Version): RecordedSet | undefined {
  return setsOf(state, fleet.id).find(set => set.version === version)
}

export function setOf(state: State, fleet: Fleet, version: Version): RecordedSet {
  return (
    findSet(state, fleet, version) ??
    fail('not-found', `${fleet.name} ${version} is not launched`, {
      hint: `Launch it with: flotilla set launch ${fleet.name} ${version}`,
    })
  )
}

export function routesOf(state: State, fleetId: FleetId): readonly Route[] {
  return [...state.routes.values()].filter(route => route.fleetId === fleetId)
}

/** A container of a set as people name it: by its fleet, and its own name or id. */
export interface Member {
  readonly fleet: Fleet
  readonly set: RecordedSet
  readonly member: RecordedSet['containers'][number]
}

export function findMember(state: State, named: { fleet: string; container: string }): Member | undefined {
  const fleet = fleetNamed(state, named.fleet)
  for (const set of setsOf(state, fleet.id)) {
    const member = set.containers.find(({ name, id }) => name === named.container || id === named.container)
    if (member !== undefined) return { fleet, set, member }
  }
  return undefined
}

export function memberOf(state: State, named: { fleet: string; container: string }): Member {
  return findMember(state, named) ?? fail('not-found', `No set of ${named.fleet} has a container ${named.container}`)
}

/** The set that a container is recorded in. */
export function setWith(state: State, containerId: string): RecordedSet | undefined {
  return [...state.sets.values()].find(set => set.containers.some(container => container.id === containerId))
}

/** The set that the fleet's routes point at: they move together, so the first that points anywhere tells. */
export function liveSetOf(state: State, fleetId: FleetId): RecordedSet | undefined {
  const pointing = routesOf(state, fleetId).find(route => route.setId !== null)
  return pointing?.setId == null ? undefined : state.sets.get(pointing.setId)
}

/** The facts of a fleet, for the rules of undo and of the sweep. */
export function factsOf(state: State, fleet: Fleet) {
  return {
    fleet,
    entries: state.entries.filter(entry => entry.fleetId === fleet.id),
    routes: routesOf(state, fleet.id),
    sets: [...state.sets.values()].filter(set => set.fleetId === fleet.id),
    snapshots: snapshotsOf(state, fleet.id),
  }
}
