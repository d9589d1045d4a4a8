import type { ImageOrigin, ImageUser } from '../contract/images.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { State } from './fold.ts'
import { markOf, parseImageTag, versionOf } from './names.ts'

/** An image as the engine lists it. */
export interface SeenImage {
  readonly id: string
  readonly tags: readonly string[]
  readonly parentId: string
  readonly labels: ReadonlyMap<string, string>
  readonly bytes: number
  /** Bytes that other images have as well; null where that is not known. */
  readonly sharedBytes: number | null
}

interface Looking {
  readonly images: readonly SeenImage[]
  readonly containers: readonly { readonly name: string; readonly state: string; readonly imageId: string }[]
  readonly state: State
  /** The id of this home: images that bear another's are needed there. */
  readonly home: string
}

/**
 * The users of each image, by its id: containers, running or not; everything that undo may go back to (the snapshots
 * that are kept, pinned or not, those in the trash, data services); snapshots that only their labels tell of; and
 * images that were made on top of it.
 */
export function imageUsers({ images, containers, state, home }: Looking): ReadonlyMap<string, ImageUser[]> {
  const users = new Map<string, ImageUser[]>(images.map(image => [image.id, []]))
  const byTag = new Map(images.flatMap(image => image.tags.map(tag => [tag, image.id] as const)))
  const add = (reference: string, user: ImageUser) => {
    const list = users.get(reference) ?? users.get(byTag.get(reference) ?? '')
    if (list !== undefined && !list.some(known => known.kind === user.kind && known.name === user.name)) list.push(user)
  }
  for (const { name, state: now, imageId } of containers) add(imageId, { kind: 'container', name, detail: now })
  const pinned = pinnedVersions(state)
  for (const snapshot of state.snapshots.values()) {
    const isPinned = pinned.has(`${snapshot.fleetId} ${snapshot.version}`)
    addSnapshot(snapshot, { kind: 'snapshot', note: isPinned ? 'pinned' : '' }, add)
  }
  for (const { snapshots } of state.trash.values())
    for (const snapshot of snapshots) addSnapshot(snapshot, { kind: 'trash', note: 'in the trash' }, add)
  for (const fleet of state.fleets.values())
    for (const data of fleet.dataServices) {
      const user = { kind: 'data-service' as const, name: `${data.name} of ${fleet.name}`, detail: data.container }
      add(data.imageId, user)
      add(data.image, user)
    }
  for (const image of images) {
    add(image.parentId, { kind: 'image', name: image.tags[0] ?? image.id, detail: 'made on top of it' })
    const isKnown = users.get(image.id)?.some(user => user.kind === 'snapshot' || user.kind === 'trash')
    if (!isKnown) addClaimed(image, { home, goneTags: state.goneTags }, add)
  }
  return users
}

type Add = (reference: string, user: ImageUser) => void

function addSnapshot(
  snapshot: Snapshot,
  { kind, note }: { readonly kind: 'snapshot' | 'trash'; readonly note: string },
  add: Add,
): void {
  const name = `${snapshot.fleet} ${snapshot.version}`
  const told = (detail: string) => [detail, note].filter(part => part !== '').join(', ')
  for (const service of snapshot.services) {
    add(service.imageId, { kind, name, detail: told(service.name) })
    add(service.image, { kind, name, detail: told(service.name) })
  }
  for (const data of snapshot.dataServices) add(data.imageId, { kind, name, detail: told(data.name) })
  add(snapshot.manifestImage, { kind, name, detail: told('its manifest') })
}

/**
 * After a lost journal names and labels are all that leads back to a snapshot; and other homes use the same engine. A
 * snapshot that this journal has seen go claims nothing.
 */
function addClaimed(
  image: SeenImage,
  { home, goneTags }: Pick<Looking, 'home'> & Pick<State, 'goneTags'>,
  add: Add,
): void {
  // Eight hexadecimal digits are an operation of ours; `flotilla/shop/web:v9-mine` is a person's own tag.
  const tags = image.tags.filter(name => !goneTags.has(name))
  const tag = tags.map(parseImageTag).find(found => found !== null && /^[0-9a-f]{8}$/.test(found.operation))
  const mark = markOf(image.labels)
  const isMarked = mark?.number != null && (mark.role === 'snapshot' || mark.role === 'manifest')
  if (tag != null) {
    const detail = isMarked && mark.home !== home ? 'of another home' : 'known by its name alone'
    add(image.id, { kind: 'snapshot', name: `${tag.fleet} ${versionOf(tag.number)}`, detail })
  } else if (isMarked && image.tags.length === 0) {
    // An image that somebody built on top of a snapshot inherits its labels, but has a name of its own.
    const detail = mark.home === home ? 'known by its labels alone' : 'of another home'
    add(image.id, { kind: 'snapshot', name: `${mark.fleet} ${versionOf(mark.number ?? 1)}`, detail })
  }
}

function pinnedVersions(state: State): ReadonlySet<string> {
  const pinned = state.entries.filter(entry => entry.mark?.pinned === true)
  return new Set(pinned.flatMap(entry => [`${entry.fleetId} ${entry.from}`, `${entry.fleetId} ${entry.to}`]))
}

export interface PruneChoice {
  readonly doomed: readonly SeenImage[]
  readonly kept: readonly { readonly image: SeenImage; readonly user: ImageUser }[]
  /** Bytes that are freed for sure; layers that only removed images share come on top. */
  readonly bytes: number
}

/** The images that a prune removes: of the untagged ones, or of all, those without users. */
export function choosePrune(
  images: readonly SeenImage[],
  users: ReadonlyMap<string, readonly ImageUser[]>,
  scope: 'untagged' | 'unused',
): PruneChoice {
  const asked = images.filter(image => scope === 'unused' || image.tags.length === 0)
  return chooseRemoval(asked, users)
}

/** Of the images that were asked for, those that nobody would miss. */
export function chooseRemoval(
  asked: readonly SeenImage[],
  users: ReadonlyMap<string, readonly ImageUser[]>,
): PruneChoice {
  const doomed: SeenImage[] = []
  const kept: { image: SeenImage; user: ImageUser }[] = []
  const going = new Set<string>()
  // A child goes before its parent: what only doomed images were made on top of is missed by nobody.
  for (const image of childrenFirst(asked)) {
    const user = users.get(image.id)?.find(one => one.kind !== 'image' || !going.has(one.name))
    if (user !== undefined) {
      kept.push({ image, user })
      continue
    }
    doomed.push(image)
    going.add(image.tags[0] ?? image.id)
  }
  return {
    doomed,
    kept,
    bytes: doomed.reduce((sum, image) => sum + image.bytes - (image.sharedBytes ?? image.bytes), 0),
  }
}

function childrenFirst(images: readonly SeenImage[]): readonly SeenImage[] {
  const byId = new Map(images.map(image => [image.id, image]))
  const depth = (image: SeenImage): number => {
    let steps = 0
    for (let at = byId.get(image.parentId); at !== undefined && steps < images.length; at = byId.get(at.parentId))
      steps += 1
    return steps
  }
  return images
    .map(image => ({ image, steps: depth(image) }))
    .sort((a, b) => b.steps - a.steps)
    .map(({ image }) => image)
}

/** `container shop-1-web-1 (running)`: a user as people read it. */
export function userText({ kind, name, detail }: ImageUser): string {
  const words = { container: 'container', snapshot: 'snapshot', trash: 'snapshot', image: 'image' } as const
  const thing = kind === 'data-service' ? 'data service' : words[kind]
  return detail === '' ? `${thing} ${name}` : `${thing} ${name} (${detail})`
}

export interface OriginHints {
  readonly id: string
  readonly tags: readonly string[]
  readonly digests: readonly string[]
  /** The newest step first. */
  readonly history: readonly {
    readonly imageId: string
    readonly createdBy: string
    readonly comment: string
    readonly tags: readonly string[]
  }[]
}

/** How an image came to be, as far as what it says of itself tells. */
export function originOf({ id, tags, digests: names, history }: OriginHints): ImageOrigin {
  // An engine over containerd makes such a name of every tag and of the image's id: no registry has told it.
  const digests = names.filter(name => !name.endsWith(`@${id}`))
  const ours = tags.map(parseImageTag).find(tag => tag !== null)
  if (ours != null)
    return { kind: 'snapshot', fleet: ours.fleet, version: versionOf(ours.number), service: ours.service }
  const [top, below] = history
  if (top === undefined) return { kind: digests.length > 0 ? 'pull' : 'unknown' }
  if (/^Imported from /.test(top.comment) && digests.length === 0) return { kind: 'import' }
  // Steps below the newest that left images here: it was made here, whatever registries know of it by now.
  if (below !== undefined && below.imageId !== '') return { kind: isBuilt(top, below) ? 'build' : 'commit' }
  if (/buildkit/i.test(top.comment) && names.length === 0) return { kind: 'build' }
  return { kind: digests.length > 0 ? 'pull' : 'unknown' }
}

function isBuilt(top: OriginHints['history'][number], below: OriginHints['history'][number]): boolean {
  if (/#\(nop\)|^\/bin\/sh -c |^\|\d+ /.test(top.createdBy)) return true
  return below.tags.length === 0 && /#\(nop\)/.test(below.createdBy)
}
