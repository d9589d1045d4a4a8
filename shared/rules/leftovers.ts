import type { RecordedSet } from '../model/container-set.ts'
import type { Fleet } from '../model/fleet.ts'
import type { FleetId } from '../model/ids.ts'
import type { EngineThings, JournalEntry } from '../model/journal.ts'
import type { State } from './fold.ts'
import { copyName, LABEL, parseImageTag, shortOperation } from './names.ts'
import { tagsOf } from './snapshot-tags.ts'

/*
 * Leftovers of an operation that came to nothing. A label alone proves nothing: `docker commit`,
 * `docker build` and `docker run` hand an image's labels on to other people's images and containers. So a thing is only
 * taken for ours when the journal recorded its id, or the name that an operation was going to give it.
 */

/** A container or a network as the engine lists it. */
export interface NamedThing {
  readonly id: string
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
}

/** An image as the engine lists it. */
export interface TaggedImage {
  readonly id: string
  readonly tags: readonly string[]
  readonly labels: ReadonlyMap<string, string>
}

/**
 * How an operation without an end is ended after a restart. A switch is carried out, since its pointers stand where the
 * journal says; a removal is finished; everything else is walked back.
 */
export type Recovery = 'carry out' | 'finish' | 'walk back'

export function recoveryOf(state: State, entry: JournalEntry): Recovery {
  if (state.removals.has(entry.seq)) return 'finish'
  return entry.moves.length > 0 ? 'carry out' : 'walk back'
}

/** Whether an operation that ended without success made this container or network: it has a name that was claimed for it. */
export function isLeftover(state: State, { id, name, labels }: NamedThing): boolean {
  const claim = state.claims.get(labels.get(LABEL.operation) ?? '')
  if (claim === undefined || !claim.isOver || !claim.names.includes(name)) return false
  const sets = [...state.sets.values()]
  return !sets.some(set => set.id === labels.get(LABEL.set) && set.network === name) && !isMember(sets, id)
}

function isMember(sets: readonly { containers: readonly { id: string }[] }[], id: string): boolean {
  return sets.some(set => set.containers.some(container => container.id === id))
}

/** Of what was recorded as removed, what the engine still lists and no set has. Tags are looked up when they are removed. */
export function pendingOf(
  state: State,
  removed: EngineThings,
  listed: readonly { readonly id: string; readonly name: string }[],
  launching: readonly RecordedSet[] = [],
): EngineThings {
  const isListed = new Set(listed.map(({ id }) => id))
  const sets = [...state.sets.values(), ...launching]
  // A later launch of the version uses a network again that had to stay.
  const inUse = new Set(sets.map(({ network }) => network))
  // A rebuild may have found a snapshot again by a tag that had to stay.
  const snapshotTags = new Set([...state.snapshots.values()].flatMap(tagsOf))
  const inData = removed.tags.length === 0 ? new Set<string>() : dataImages(state)
  const free = new Set(listed.filter(({ name }) => !inUse.has(name)).map(({ id }) => id))
  return {
    containers: removed.containers.filter(id => isListed.has(id) && !isMember(sets, id)),
    networks: removed.networks.filter(({ id }) => free.has(id)),
    tags: removed.tags.filter(({ name }) => !snapshotTags.has(name) && !inData.has(name)),
    // A later launch may have mounted a volume again.
    volumes: removed.volumes.filter(name => !sets.some(set => set.anonymousVolumes.some(one => one.name === name))),
  }
}

/**
 * The parts to remove of an image that an operation without success has made: the tags that it gave, or the id of a
 * commit that never got a tag. Tags of other people stay, and their image with them.
 */
export function leftoverReferences(state: State, { id, tags, labels }: TaggedImage): readonly string[] {
  const failed = state.entries.filter(({ outcome }) => outcome !== 'done' && outcome !== 'running')
  const given = tags.filter(tag => {
    const made = parseImageTag(tag)
    return made !== null && failed.some(entry => entry.fleet === made.fleet && isOf(entry, made.operation))
  })
  if (given.length > 0 || tags.length > 0) return given
  const isCommit = labels.get(LABEL.role) === 'snapshot' && !state.committed.has(id)
  return isCommit && failed.some(entry => entry.operation === labels.get(LABEL.operation)) ? [id] : []
}

function isOf(entry: JournalEntry, short: string): boolean {
  return shortOperation(entry.operation) === short
}

/**
 * Images that the adoption of a fleet committed for copies of its data services (`--keep-copies`), that nobody has tagged,
 * and that no other fleet has. The recorded id tells them from what people committed of the copy, which has its labels.
 */
export function imagesOfCopies(
  state: State,
  { id: fleetId, dataServices }: Fleet,
  images: readonly TaggedImage[],
): string[] {
  const adoptions = state.entries.filter(({ op, ...entry }) => op === 'fleet.adopt' && entry.fleetId === fleetId)
  const operations = new Set(adoptions.map(({ operation }) => operation))
  const ids = new Set(dataServices.map(({ imageId }) => imageId))
  const needed = dataImages(state, fleetId)
  const isCopy = ({ id, tags, labels }: TaggedImage) =>
    ids.has(id) && !needed.has(id) && tags.length === 0 && operations.has(labels.get(LABEL.operation) ?? '')
  return images.filter(isCopy).map(({ id }) => id)
}

/** The images of the data services of all fleets, removed ones included, but for one fleet. */
function dataImages({ fleets, trash }: State, except?: FleetId): ReadonlySet<string> {
  const all = [...fleets.values(), ...[...trash.values()].map(({ fleet }) => fleet)]
  return new Set(
    all.filter(({ id }) => id !== except).flatMap(({ dataServices }) => dataServices.map(({ imageId }) => imageId)),
  )
}

/** The containers that an adoption was copying, by the names that it claimed for their copies. */
export function copiedBy(state: State, { operation }: JournalEntry): readonly string[] {
  const ending = copyName('', operation)
  const names = state.claims.get(operation)?.names ?? []
  return names.flatMap(name => (name.endsWith(ending) ? [name.slice(0, -ending.length)] : []))
}

/**
 * Copies of adopted containers that never ran, of adoptions that are recorded: each is to be started under the name of its
 * data service, once the container that it replaces is gone (`oldId`; null where it is).
 */
export function unfinishedCopies(
  state: State,
  rows: readonly (NamedThing & { readonly state: string })[],
): readonly { readonly id: string; readonly name: string; readonly oldId: string | null }[] {
  return rows.flatMap(({ id, name: current, labels, state: phase }) => {
    const operation = labels.get(LABEL.operation)
    const entry = state.entries.find(
      one => one.operation === operation && (one.op === 'fleet.adopt' || one.op === 'fleet.import'),
    )
    if (phase !== 'created' || operation === undefined || entry?.outcome !== 'done' || entry.fleetId === null) return []
    const names = state.fleets.get(entry.fleetId)?.dataServices.map(({ container }) => container) ?? []
    const name = names.find(one => current === one || current === copyName(one, operation))
    if (name === undefined) return []
    const replaced = state.removals.get(entry.seq)?.containers ?? []
    const old = rows.find(row => row.name === name && replaced.includes(row.id))
    return [{ id, name, oldId: old?.id ?? null }]
  })
}

/** Containers of sets that still have the name of a healed copy, and the name that is recorded for them. */
export function unfinishedRenames(
  state: State,
  rows: readonly NamedThing[],
): readonly { readonly id: string; readonly name: string }[] {
  const members = [...state.sets.values()].flatMap(set => set.containers)
  return members.flatMap(({ id, name }) => {
    const row = rows.find(candidate => candidate.id === id)
    if (row === undefined || row.name === name) return []
    return row.name === copyName(name, row.labels.get(LABEL.operation) ?? '') ? [{ id, name }] : []
  })
}
