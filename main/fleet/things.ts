import { toFailure } from '../../shared/failure.ts'
import type { RecordedSet } from '../../shared/model/container-set.ts'
import type { Fleet } from '../../shared/model/fleet.ts'
import type { EngineThings } from '../../shared/model/journal.ts'
import type { Snapshot } from '../../shared/model/snapshot.ts'
import { type LeftBehind, staysTexts, stillToRemove } from '../../shared/rules/left-behind.ts'
import { imagesOfCopies } from '../../shared/rules/leftovers.ts'
import { LABEL } from '../../shared/rules/names.ts'
import { isOwnNetwork, networksOfOthers, type UsedNetwork } from '../../shared/rules/set-network.ts'
import type { ContainerUse } from '../engine/inventory.ts'
import type { Parts } from './parts.ts'

export const noThings: EngineThings = { containers: [], networks: [], tags: [], volumes: [] }

/** The containers that are recorded for a set, and its network. Labels name no container: images hand them on. */
export async function thingsOfSet(parts: Parts, set: RecordedSet, signal?: AbortSignal): Promise<EngineThings> {
  const networks = await parts.engine.listNetworks({ labels: [] }, signal ? { signal } : {})
  const data = parts.store.journal.state().fleets.get(set.fleetId)?.dataServices ?? []
  const attached = data.map(({ container }) => container)
  return {
    ...noThings,
    containers: set.containers.map(container => container.id),
    networks: networks.filter(one => isOwnNetwork(set, parts.home.id, one)).map(({ id }) => ({ id, attached })),
  }
}

/** The tags that these snapshots gave to their images, and those of their manifests. */
export function thingsOfSnapshots(snapshots: readonly Snapshot[]): EngineThings {
  const tags = snapshots.flatMap(({ services, manifestImage }) => [
    ...services.map(({ image, imageId }) => ({ name: image, imageId })),
    { name: manifestImage, imageId: null },
  ])
  return { ...noThings, tags }
}

/** The images of copies of its data services, by id: they never had a tag. */
export async function thingsOfCopiedData(parts: Parts, fleet: Fleet, signal: AbortSignal): Promise<EngineThings> {
  const images = await parts.engine.listImages({ labels: [`${LABEL.home}=${parts.home.id}`] }, { signal })
  const ids = imagesOfCopies(parts.store.journal.state(), fleet, images)
  return { ...noThings, tags: ids.map(id => ({ name: id, imageId: id })) }
}

export function joinThings(all: readonly EngineThings[]): EngineThings {
  return {
    containers: all.flatMap(({ containers }) => containers),
    networks: all.flatMap(({ networks }) => networks),
    tags: all.flatMap(({ tags }) => tags),
    volumes: all.flatMap(({ volumes }) => volumes),
  }
}

/**
 * Removes things from the engine; what is gone already is success. Containers hold nothing worth a slow goodbye: they are
 * killed. Their anonymous volumes stay but for those that are named. Containers of the data layer that are still attached
 * to a network leave it before it goes. Resolves with what stays because containers of others use it.
 */
export async function removeThings(parts: Parts, things: EngineThings): Promise<LeftBehind> {
  const { containers, networks, tags, volumes } = things
  await Promise.all(containers.map(id => parts.engine.removeContainer(id, true)))
  return {
    volumes: await leftOf(volumes, name => removeVolume(parts, name)),
    networks: await leftOf(networks, network => removeNetwork(parts, network)),
    tags: await leftOf(tags, tag => removeTag(parts, tag)),
  }
}

/** One after the other. */
async function leftOf<T, L>(all: readonly T[], remove: (one: T) => Promise<readonly L[]>): Promise<L[]> {
  const left: L[] = []
  for (const one of all) left.push(...(await remove(one)))
  return left
}

/** Of the networks that are to be removed, those that containers of others use. */
export async function networksInUse(
  parts: Parts,
  things: Pick<EngineThings, 'containers' | 'networks'>,
  signal?: AbortSignal,
): Promise<readonly UsedNetwork[]> {
  if (things.networks.length === 0) return []
  const options = signal ? { signal } : {}
  const [rows, uses] = await Promise.all([
    parts.engine.listNetworks({ labels: [] }, options),
    parts.engine.containerUses(options),
  ])
  return networksOfOthers(things, rows, uses)
}

/** The things that a removal leaves, for the journal: in words, and as things that are still to be removed. */
export function leftBehind(left: LeftBehind): { readonly text: string; readonly removes?: EngineThings } {
  const removes = stillToRemove(left)
  const text = staysTexts(left).map(one => `; ${one}`)
  return { text: text.join(''), ...(removes && { removes }) }
}

/** A volume that another container uses stays. */
async function removeVolume(parts: Parts, name: string): Promise<LeftBehind['volumes']> {
  try {
    await parts.engine.removeVolume(name)
    return []
  } catch (error) {
    if (toFailure(error).code !== 'conflict') throw error
    return [{ name, users: await usersWhere(parts, ({ volumes }) => volumes.some(one => one.name === name)) }]
  }
}

async function usersWhere(parts: Parts, isUser: (use: ContainerUse) => boolean): Promise<readonly string[]> {
  return (await parts.engine.containerUses()).filter(isUser).map(({ name }) => name)
}

/** The engine itself keeps a network only for containers that run; one that is stopped could not start without it. */
async function removeNetwork(parts: Parts, network: EngineThings['networks'][number]): Promise<readonly UsedNetwork[]> {
  const { id, attached } = network
  await Promise.all(attached.map(container => parts.engine.disconnectNetwork(id, container)))
  const inUse = () => networksInUse(parts, { containers: [], networks: [network] })
  const left = await inUse()
  if (left.length > 0) return left
  try {
    await parts.engine.removeNetwork(id)
    return []
  } catch (error) {
    // Somebody may have connected a container meanwhile.
    const late = toFailure(error).code === 'conflict' ? await inUse() : []
    if (late.length === 0) throw error
    return late
  }
}

/**
 * A tag that somebody moved to another image is that image's, and stays. An image that a container still needs keeps its
 * tag, too; everything else goes all the same.
 */
async function removeTag(parts: Parts, tag: EngineThings['tags'][number]): Promise<LeftBehind['tags']> {
  const { name, imageId } = tag
  let holder = ''
  try {
    const image = await parts.engine.inspectImage(name)
    holder = image.id
    // By its id an image would lose the names that people have given it meanwhile.
    if (name === holder && image.tags.length > 0) return []
    if (imageId === null || holder === imageId) await removeOwnImage(parts, name)
    else parts.log(`${name} stays: it names another image by now`)
  } catch (error) {
    const { code } = toFailure(error)
    if (code === 'conflict') return [{ ...tag, users: await usersWhere(parts, use => use.imageId === holder) }]
    if (code !== 'not-found') throw error
  }
  return []
}

/** Removes a tag of ours, and untagged images below it that were committed for snapshots of this journal. */
export function removeOwnImage(parts: Parts, reference: string, signal?: AbortSignal): Promise<void> {
  const { committed, snapshots, trash } = parts.everywhere()
  const inUse = [...snapshots.values(), ...[...trash.values()].flatMap(trashed => trashed.snapshots)]
  const needed = new Set(inUse.flatMap(({ services }) => services.map(({ imageId }) => imageId)))
  const isOurs = (imageId: string) => committed.has(imageId) && !needed.has(imageId)
  return parts.engine.removeImage(reference, { isOurs, ...(signal && { signal }) })
}
