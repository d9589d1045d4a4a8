import { assertNever, toFailure } from '../../../shared/failure.ts'
import type { EngineThings, JournalEntry } from '../../../shared/model/journal.ts'
import type { State } from '../../../shared/rules/fold.ts'
import { nothingLeft } from '../../../shared/rules/left-behind.ts'
import {
  copiedBy,
  isLeftover,
  leftoverReferences,
  pendingOf,
  recoveryOf,
  unfinishedRenames,
} from '../../../shared/rules/leftovers.ts'
import { LABEL, readerName } from '../../../shared/rules/names.ts'
import { inLogContext } from '../../log/context.ts'
import { finishCopies } from '../fleets/keep-copy.ts'
import type { Parts } from '../parts.ts'
import { joinThings, leftBehind, noThings, removeOwnImage, removeThings } from '../things.ts'

/**
 * After a start, whenever the engine is back, and when a full disk has room again: ends every operation that has no end and
 * was begun up to a sequence number, or whose end could not be written, and removes what operations have left in the
 * engine. What no operation of this journal names is never touched.
 */
export async function recover(parts: Parts, upTo: number): Promise<void> {
  const unfinished = new Set(parts.unfinished)
  const isOpen = ({ outcome, seq }: JournalEntry) => outcome === 'running' && (seq <= upTo || unfinished.has(seq))
  const open = parts.store.journal.state().entries.filter(isOpen)
  for (const entry of open) {
    await inLogContext({ area: entry.op, operation: entry.operation }, () => {
      parts.log(`entry ${entry.seq} was interrupted and is ended now`, { level: 'info' })
      return closeEntry(parts, entry)
    })
  }
  await removeLeftovers(parts)
  // Before other removals: a data service is to end by itself, not to be killed.
  await finishCopies(parts)
  await finishRemovals(parts)
  await finishRenames(parts)
  await removeReaders(parts)
  await removeLeftoverImages(parts)
  for (const seq of unfinished) parts.unfinished.delete(seq)
}

async function closeEntry(parts: Parts, entry: JournalEntry): Promise<void> {
  const end = { of: entry.seq, ms: 0 }
  const way = recoveryOf(parts.store.journal.state(), entry)
  switch (way) {
    case 'carry out':
      parts.store.journal.end({ ...end, outcome: 'done', detail: 'carried out after a restart' })
      return
    case 'finish':
      await finishEntry(parts, entry)
      return
    case 'walk back': {
      const detail = ['walked back after a restart', ...(await wakeSources(parts, entry))].join(', ')
      parts.store.journal.end({ ...end, outcome: 'interrupted', detail })
      return
    }
    default:
      return assertNever(way)
  }
}

async function finishEntry(parts: Parts, { seq }: JournalEntry): Promise<void> {
  const things = parts.store.journal.state().removals.get(seq)
  try {
    const { text, removes } = leftBehind(things === undefined ? nothingLeft : await removeThings(parts, things))
    const detail = `finished after a restart${text}`
    parts.store.journal.end({ of: seq, outcome: 'done', ms: 0, detail, removes: removes ?? null })
  } catch (error) {
    const failure = toFailure(error)
    parts.store.journal.end({ of: seq, outcome: 'failed', ms: 0, detail: failure.message, failure })
  }
}

/** The containers that an interrupted snapshot or adoption copied may stand paused or dead. */
async function wakeSources(parts: Parts, entry: JournalEntry): Promise<string[]> {
  const notes: string[] = []
  for (const id of sourcesOf(parts.store.journal.state(), entry)) notes.push(...(await wake(parts, id)))
  return notes
}

function sourcesOf(state: State, entry: JournalEntry): readonly string[] {
  if (entry.op === 'fleet.adopt' || entry.op === 'fleet.import') return copiedBy(state, entry)
  if (entry.op !== 'snapshot.take') return []
  const members = [...state.sets.values()].filter(set => set.fleetId === entry.fleetId).flatMap(set => set.containers)
  const fleet = entry.fleetId === null ? undefined : state.fleets.get(entry.fleetId)
  const adopted = fleet?.services.flatMap(service => service.source) ?? []
  return [...members.map(container => container.id), ...adopted]
}

/** An engine that was killed while it committed leaves the source frozen, then exited with 137. */
async function wake(parts: Parts, id: string): Promise<string[]> {
  try {
    const container = await parts.engine.inspectContainer(id)
    if (container.state === 'paused') {
      await parts.engine.unpauseContainer(id)
      return [`${container.name} unpaused`]
    }
    return container.state === 'exited' && container.exitCode === 137
      ? [`${container.name} was killed meanwhile: start it again or heal it`]
      : []
  } catch (error) {
    parts.log(`${id} could not be looked at`, { error })
    return []
  }
}

/** Containers and networks of operations that came to nothing. */
async function removeLeftovers(parts: Parts): Promise<void> {
  const state = parts.store.journal.state()
  if (state.claims.size === 0) return
  const ours = { labels: [`${LABEL.home}=${parts.home.id}`] }
  const [containers, networks] = await Promise.all([
    parts.engine.listContainers({ ...ours, all: true }),
    parts.engine.listNetworks(ours),
  ])
  const isLeft = (thing: { id: string; name: string; labels: ReadonlyMap<string, string> }) => isLeftover(state, thing)
  const attached = [...state.fleets.values()].flatMap(fleet => fleet.dataServices.map(({ container }) => container))
  await removeQuietly(parts, {
    containers: containers.filter(isLeft).map(({ id }) => id),
    networks: networks.filter(isLeft).map(({ id }) => ({ id, attached })),
    tags: [],
    volumes: [],
  })
}

/** Removes the remains of removals that failed and of heals that were cut off. */
async function finishRemovals(parts: Parts): Promise<void> {
  const removals = removalsToFinish(parts)
  if (removals.length === 0) return
  const [containers, networks] = await Promise.all([
    parts.engine.listContainers({ labels: [], all: true }),
    parts.engine.listNetworks({ labels: [] }),
  ])
  const launching = [...parts.live.launching.values()]
  const listed = [...containers, ...networks]
  await removeQuietly(parts, pendingOf(parts.store.journal.state(), joinThings(removals), listed, launching))
}

/** The things of removals that have ended and left something behind. */
function removalsToFinish(parts: Parts): readonly EngineThings[] {
  const { entries, removals } = parts.store.journal.state()
  if (removals.size === 0) return []
  const running = new Set(entries.filter(({ outcome }) => outcome === 'running').map(({ seq }) => seq))
  return [...removals].flatMap(([seq, things]) => (running.has(seq) ? [] : [things]))
}

/** Networks and image tags that removals left behind because containers of others used them, once those are gone. */
export async function removeWhatIsFree(parts: Parts): Promise<void> {
  const { networks, tags } = joinThings(removalsToFinish(parts))
  if (networks.length === 0 && tags.length === 0) return
  const [listed, images] = await Promise.all([
    parts.engine.listNetworks({ labels: [] }),
    parts.engine.listImages({ labels: [] }),
  ])
  const launching = [...parts.live.launching.values()]
  const isThere = new Set(images.flatMap(image => [image.id, ...image.tags]))
  const left = { ...noThings, networks, tags: tags.filter(({ name }) => isThere.has(name)) }
  await removeQuietly(parts, pendingOf(parts.store.journal.state(), left, listed, launching))
}

/** A healed copy that was cut off before it took the name of the container that it replaced. */
async function finishRenames(parts: Parts): Promise<void> {
  const rows = await parts.engine.listContainers({ labels: [`${LABEL.home}=${parts.home.id}`], all: true })
  for (const { id, name } of unfinishedRenames(parts.store.journal.state(), rows))
    await quietly(parts, () => parts.engine.renameContainer(id, name))
}

/** Containers that an earlier process made to read images from, or that could not be removed while the engine was gone. */
async function removeReaders(parts: Parts): Promise<void> {
  const ours = [`${LABEL.home}=${parts.home.id}`, `${LABEL.role}=compare`]
  for (const { id, name, labels } of await parts.engine.listContainers({ labels: ours, all: true })) {
    const operation = labels.get(LABEL.operation) ?? ''
    if (parts.live.reading.has(operation) || name !== readerName(operation)) continue
    await quietly(parts, () => parts.engine.removeContainer(id, true, { volumes: true }))
  }
}

/**
 * Images of snapshots that came to nothing. The engine ends a commit even when nobody waits for it any more, so this is
 * looked at again after every commit.
 */
export async function removeLeftoverImages(parts: Parts): Promise<void> {
  const state = { ...parts.store.journal.state(), committed: parts.everywhere().committed }
  for (const image of await parts.engine.listImages({ labels: [] }))
    for (const reference of leftoverReferences(state, image))
      await quietly(parts, () => removeOwnImage(parts, reference))
}

/** Removes things; one that cannot be removed does not stop the others. */
async function removeQuietly(parts: Parts, { containers, networks, tags, volumes }: EngineThings): Promise<void> {
  for (const id of containers) await quietly(parts, () => removeThings(parts, { ...noThings, containers: [id] }))
  for (const name of volumes) await quietly(parts, () => removeThings(parts, { ...noThings, volumes: [name] }))
  for (const network of networks) await quietly(parts, () => removeThings(parts, { ...noThings, networks: [network] }))
  for (const tag of tags) await quietly(parts, () => removeThings(parts, { ...noThings, tags: [tag] }))
}

async function quietly(parts: Parts, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    parts.log('recovery left something behind', { error })
  }
}
