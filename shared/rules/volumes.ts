import type { ThingOwner } from '../contract/volumes.ts'
import type { DataService } from '../model/fleet.ts'
import type { Mount } from '../model/run-config.ts'
import { isAnonymousVolume } from './complete-run.ts'
import type { State } from './fold.ts'
import { LABEL } from './names.ts'

/*
 * Whose a volume or a network is, and which of them may go. What a fleet would lose is never removed in passing.
 */

interface Holder {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly labels: ReadonlyMap<string, string>
  readonly volumes: readonly { readonly name: string }[]
}

interface Labelled {
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
}

/** The fleet that a volume's data belongs to, by the volume's name: what the journal says wins over labels. */
export function volumeOwners(
  state: State,
  volumes: readonly Labelled[],
  containers: readonly Holder[],
): ReadonlyMap<string, ThingOwner> {
  const owners = new Map<string, ThingOwner>()
  const add = (name: string, owner: ThingOwner) => {
    if (!owners.has(name)) owners.set(name, owner)
  }
  const addMounts = (mounts: readonly Mount[], owner: ThingOwner) => {
    for (const { kind, source } of mounts) if (kind === 'volume' && !isAnonymousVolume(source)) add(source, owner)
  }
  const addRecorded = ({ volumes = [] }: DataService, owner: ThingOwner) => {
    for (const { name } of volumes) add(name, owner)
  }
  for (const fleet of state.fleets.values()) {
    for (const data of fleet.dataServices) {
      const owner = { fleet: fleet.name, what: `data service ${data.name}`, inTrash: false }
      addMounts(data.run?.mounts ?? [], owner)
      addRecorded(data, owner)
      const holder = containers.find(container => container.name === data.container)
      for (const { name } of holder?.volumes ?? []) add(name, owner)
    }
  }
  for (const snapshot of state.snapshots.values())
    for (const { name, run } of snapshot.services)
      addMounts(run.mounts, { fleet: snapshot.fleet, what: `service ${name}`, inTrash: false })
  for (const { fleet, snapshots } of state.trash.values()) {
    for (const data of fleet.dataServices) {
      const owner = { fleet: fleet.name, what: `data service ${data.name}`, inTrash: true }
      addMounts(data.run?.mounts ?? [], owner)
      addRecorded(data, owner)
    }
    for (const { name, run } of snapshots.flatMap(snapshot => snapshot.services))
      addMounts(run.mounts, { fleet: fleet.name, what: `service ${name}`, inTrash: true })
  }
  for (const { fleetId, version, anonymousVolumes } of state.lastSets.values()) {
    const removed = state.trash.get(fleetId)
    const fleet = state.fleets.get(fleetId) ?? removed?.fleet
    if (fleet === undefined) continue
    const owner = { fleet: fleet.name, what: `the containers of ${version}`, inTrash: !state.fleets.has(fleetId) }
    for (const { name } of anonymousVolumes) add(name, owner)
  }
  for (const { name, labels } of volumes) {
    const fleet = labels.get(LABEL.fleet)
    if (fleet) add(name, { fleet, what: 'by its labels', inTrash: false })
  }
  return owners
}

/** The fleet whose set a network belongs to, by the network's name. */
export function networkOwners(state: State, networks: readonly Labelled[]): ReadonlyMap<string, ThingOwner> {
  const owners = new Map<string, ThingOwner>()
  for (const set of state.sets.values()) {
    const fleet = state.fleets.get(set.fleetId)?.name ?? ''
    owners.set(set.network, { fleet, what: `set of ${set.version}`, inTrash: false })
  }
  for (const { name, labels } of networks) {
    const fleet = labels.get(LABEL.fleet)
    if (fleet && !owners.has(name)) owners.set(name, { fleet, what: 'by its labels', inTrash: false })
  }
  return owners
}

/** The engine's own networks, and Podman's. */
export function isBuiltInNetwork(name: string): boolean {
  return ['bridge', 'host', 'none', 'podman', 'ingress', 'docker_gwbridge'].includes(name)
}

export interface Thing {
  readonly name: string
  readonly usedBy: readonly { readonly name: string; readonly state: string }[]
  readonly owner: ThingOwner | null
}

/** Why something stays: somebody holds it, or a fleet would lose it. */
export interface Kept<T> {
  readonly thing: T
  readonly why: 'held' | 'owned'
  readonly words: string
}

/** The volumes to remove, and why the others stay. `insist` removes those of a fleet, never those of a container. */
export function chooseThings<T extends Thing>(
  things: readonly T[],
  insist: boolean,
): { readonly doomed: readonly T[]; readonly kept: readonly Kept<T>[] } {
  const kept = things.flatMap((thing): Kept<T>[] => {
    const [holder] = thing.usedBy
    if (holder !== undefined) {
      const others = thing.usedBy.length === 1 ? '' : ` and ${thing.usedBy.length - 1} more`
      return [{ thing, why: 'held', words: `${holder.name} (${holder.state})${others} uses it` }]
    }
    return thing.owner === null || insist ? [] : [{ thing, why: 'owned', words: ownerText(thing.owner) }]
  })
  return { doomed: things.filter(thing => !kept.some(one => one.thing === thing)), kept }
}

function ownerText({ fleet, what, inTrash }: ThingOwner): string {
  return `it belongs to the fleet ${fleet}, ${what}${inTrash ? ', in the trash' : ''}`
}
