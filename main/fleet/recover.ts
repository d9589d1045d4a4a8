import { toFailure } from '../../shared/failure.ts'
import type { JournalEntry } from '../../shared/model/journal.ts'
import type { State } from '../../shared/rules/fold.ts'
import { LABEL, parseImageTag, shortOperation } from '../../shared/rules/names.ts'
import type { Parts } from './parts.ts'

/**
 * After a start, and whenever the engine is back: every operation up to a sequence number that was begun and has no end is ended. Pointers stand where the journal says, so a
 * switch that was recorded is carried out; everything else is walked back, by the labels of its operation.
 */
export async function recover(parts: Parts, upTo: number): Promise<void> {
  const open = parts.store.journal.state().entries.filter(entry => entry.outcome === 'running' && entry.seq <= upTo)
  for (const entry of open) await closeEntry(parts, entry)
  await removeOrphans(parts)
  await removeReaders(parts)
  await removeOrphanImages(parts)
}

async function closeEntry(parts: Parts, entry: JournalEntry): Promise<void> {
  if (entry.moves.length > 0) {
    parts.store.journal.end({ of: entry.seq, outcome: 'done', ms: 0, detail: 'carried out after a restart' })
    return
  }
  if (entry.op === 'fleet.copy') await removeArrived(parts, entry)
  const told = entry.op === 'snapshot.take' ? await wakeSources(parts, entry) : 'walked back after a restart'
  parts.store.journal.end({ of: entry.seq, outcome: 'interrupted', ms: 0, detail: told })
}

/** Images that a copy brought here bear the labels of where they were made: only their tags tell of the copy. */
async function removeArrived(parts: Parts, entry: JournalEntry): Promise<void> {
  const operation = shortOperation(entry.operation)
  for (const { tags } of await parts.engine.listImages({ labels: [] })) {
    for (const tag of tags) {
      const at = parseImageTag(tag)
      if (at?.fleet === entry.fleet && at.operation === operation)
        await quietly(parts, () => parts.engine.removeImage(tag))
    }
  }
}

/** The container that an interrupted snapshot was taken from may stand paused or dead. */
async function wakeSources(parts: Parts, entry: JournalEntry): Promise<string> {
  const state = parts.store.journal.state()
  const members = [...state.sets.values()].filter(set => set.fleetId === entry.fleetId).flatMap(set => set.containers)
  const fleet = entry.fleetId === null ? undefined : state.fleets.get(entry.fleetId)
  const adopted = fleet?.services.flatMap(service => service.source) ?? []
  const notes: string[] = []
  for (const id of [...members.map(container => container.id), ...adopted]) notes.push(...(await wake(parts, id)))
  return ['walked back after a restart', ...notes].join(', ')
}

/**
 * Images that a snapshot operation of this journal committed and that no snapshot holds. The engine ends a commit even
 * when nobody waits for it any more, so this is looked at again after every commit.
 */
export async function removeOrphanImages(parts: Parts): Promise<void> {
  const ours = [`${LABEL.home}=${parts.home.id}`, `${LABEL.role}=snapshot`]
  const state = parts.store.journal.state()
  // What was copied here bears the label of where it was made.
  const kept = new Set(
    [...parts.everywhere().snapshots.values()].flatMap(snapshot => snapshot.services.map(service => service.imageId)),
  )
  const ended = new Set(state.entries.filter(entry => entry.outcome !== 'running').map(entry => entry.operation))
  for (const image of await parts.engine.listImages({ labels: ours })) {
    if (kept.has(image.id) || !ended.has(image.labels.get(LABEL.operation) ?? '')) continue
    for (const reference of image.tags.length > 0 ? image.tags : [image.id]) {
      await quietly(parts, () => parts.engine.removeImage(reference))
    }
  }
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
    parts.log(`${id} could not be looked at: ${toFailure(error).message}`)
    return []
  }
}

/**
 * Containers and networks that an operation in this journal made and no set knows. What the journal never heard of stays:
 * after a lost journal it is what a rebuild lives on.
 */
async function removeOrphans(parts: Parts): Promise<void> {
  const ours = [`${LABEL.home}=${parts.home.id}`, `${LABEL.role}=set`]
  const state = parts.store.journal.state()
  const isLeftover = leftoverOf(state)
  for (const row of await parts.engine.listContainers({ labels: ours, all: true })) {
    if (isLeftover(row.id, row.labels)) await quietly(parts, () => parts.engine.removeContainer(row.id, true))
  }
  const known = new Set([...state.sets.values()].map(set => set.id as string))
  for (const network of await parts.engine.listNetworks({ labels: ours })) {
    if (known.has(network.labels.get(LABEL.set) ?? '') || !isLeftover(network.id, network.labels)) continue
    const attached = [...state.fleets.values()].flatMap(fleet => fleet.dataServices)
    for (const data of attached) await quietly(parts, () => parts.engine.disconnectNetwork(network.id, data.container))
    await quietly(parts, () => parts.engine.removeNetwork(network.id))
  }
}

/** Containers that an earlier process made to read images from, or that could not be removed while the engine was gone. */
async function removeReaders(parts: Parts): Promise<void> {
  const ours = [`${LABEL.home}=${parts.home.id}`, `${LABEL.role}=compare`]
  for (const row of await parts.engine.listContainers({ labels: ours, all: true })) {
    if (parts.live.reading.has(row.labels.get(LABEL.operation) ?? '')) continue
    await quietly(parts, () => parts.engine.removeContainer(row.id, true, { volumes: true }))
  }
}

/** Whether something in the engine was made by an operation of this journal that has ended, and is in no set. */
export function leftoverOf(state: State): (id: string, labels: ReadonlyMap<string, string>) => boolean {
  const members = new Set([...state.sets.values()].flatMap(set => set.containers.map(container => container.id)))
  const operations = new Set(state.entries.filter(entry => entry.outcome !== 'running').map(entry => entry.operation))
  return (id, labels) => !members.has(id) && operations.has(labels.get(LABEL.operation) ?? '')
}

async function quietly(parts: Parts, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    parts.log(`recovery left something behind: ${toFailure(error).message}`)
  }
}
