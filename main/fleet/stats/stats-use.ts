import type { EngineUse, FleetCost } from '../../../shared/contract/stats.ts'
import { toFailure } from '../../../shared/failure.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Version } from '../../../shared/model/ids.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { bytesFreed, bytesHeld, type Layer, layersOf, weighLayers } from '../../../shared/rules/layers.ts'
import { factsOf, snapshotsOf } from '../../../shared/rules/lookup.ts'
import { chooseSweep } from '../../../shared/rules/retention.ts'
import { setViews } from '../../../shared/rules/view.ts'
import type { Progress } from '../../../shared/wire.ts'
import type { DiskUse } from '../../engine/disk-use.ts'
import type { ImageRow } from '../../engine/inventory.ts'
import type { ContainerRow } from '../../engine/model.ts'
import { ownersOf } from '../containers/container-owners.ts'
import { seenNow } from '../containers/seen.ts'
import type { Parts } from '../parts.ts'

/** How many images are asked about at a time. */
const AT_ONCE = 4
/** The key for all holders of a layer besides our versions. */
const OTHERS = 'others'

interface Asking {
  readonly signal: AbortSignal
  progress(progress: Progress): void
}

interface Weighed {
  readonly image: ImageRow
  readonly layers: readonly string[]
  readonly weights: readonly number[]
}

interface Found {
  readonly disk: DiskUse
  readonly rows: readonly ContainerRow[]
  readonly images: readonly Weighed[]
}

/** Measures what the engine keeps, and what each version of each fleet costs of it. */
export async function measureUse(parts: Parts, asking: Asking): Promise<EngineUse> {
  const { signal, progress } = asking
  const startedAt = parts.now()
  progress({ done: 0, total: 1, what: 'The engine measures what it keeps' })
  const [disk, images, rows] = await Promise.all([
    parts.engine.diskUse({ signal }),
    parts.engine.imageRows({ signal }),
    parts.engine.listContainers({ labels: [], all: true }, { signal }),
  ])
  const found: Found = { disk, rows, images: await weighAll(parts, images, disk, asking) }
  const holdersOf = holdersIn(parts, rows)
  const layers = layersOf(found.images.map(one => ({ ...one, holders: holdersOf(one.image) })))
  const fleets = [...parts.store.journal.state().fleets.values()]
  return {
    at: parts.now(),
    tookMs: parts.now() - startedAt,
    ...totalsOf(found),
    fleets: fleets.map(fleet => costOf(parts, fleet, { layers, writtenBy: writtenIn(parts, found, fleet) })),
  }
}

async function weighAll(
  parts: Parts,
  images: readonly ImageRow[],
  disk: DiskUse,
  { signal, progress }: Asking,
): Promise<Weighed[]> {
  const waiting = [...images]
  const weighed: Weighed[] = []
  const work = async () => {
    for (let image = waiting.pop(); image !== undefined; image = waiting.pop()) {
      const one = await weigh(parts, image, disk, signal)
      if (one !== null) weighed.push(one)
      progress({ done: images.length - waiting.length, total: images.length, what: 'Reading the layers of images' })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return weighed
}

/** Null for an image that was removed meanwhile. */
async function weigh(parts: Parts, image: ImageRow, disk: DiskUse, signal: AbortSignal): Promise<Weighed | null> {
  try {
    const [{ layers, bytes }, steps] = await Promise.all([
      parts.engine.inspectImage(image.id, { signal }),
      parts.engine.imageSteps(image.id, { signal }),
    ])
    const sharedBytes = disk.images.get(image.id)?.sharedBytes ?? 0
    return { image, layers, weights: weighLayers({ layers, history: [...steps].reverse(), bytes, sharedBytes }) }
  } catch (error) {
    if (toFailure(error).code === 'not-found') return null
    throw error
  }
}

function keyOf(fleet: Fleet, version: string): string {
  return `${fleet.id}/${version}`
}

/** The holders of an image: versions by its id or tag, and others where anything else runs from it or tagged it. */
function holdersIn(parts: Parts, rows: readonly ContainerRow[]): (image: ImageRow) => string[] {
  const state = parts.store.journal.state()
  const ownerOf = ownersOf(parts)
  const usedByOthers = new Set(rows.filter(row => ownerOf(row)?.version == null).map(row => row.imageId))
  const versions = new Map<string, Set<string>>()
  const tags = new Set<string>()
  const hold = (image: string, key: string) => versions.set(image, (versions.get(image) ?? new Set()).add(key))
  for (const fleet of state.fleets.values()) {
    for (const { version, services, manifestImage } of snapshotsOf(state, fleet.id)) {
      for (const { imageId } of services) hold(imageId, keyOf(fleet, version))
      hold(manifestImage, keyOf(fleet, version))
      for (const tag of [manifestImage, ...services.map(service => service.image)]) tags.add(tag)
    }
  }
  return image => {
    const own = [image.id, ...image.tags].flatMap(name => [...(versions.get(name) ?? [])])
    const isOthers = own.length === 0 || usedByOthers.has(image.id) || image.tags.some(tag => !tags.has(tag))
    return isOthers ? [...own, OTHERS] : own
  }
}

function totalsOf({ disk, rows, images }: Found): Omit<EngineUse, 'at' | 'tookMs' | 'fleets'> {
  const usedImages = new Set(rows.map(row => row.imageId))
  const usedVolumes = new Set(rows.flatMap(row => row.volumes))
  const layers = layersOf(images.map(one => ({ ...one, holders: [usedImages.has(one.image.id) ? 'used' : 'unused'] })))
  const idle = rows.filter(row => row.state !== 'running' && row.state !== 'paused')
  return {
    images: { count: images.length, bytes: disk.layerBytes, unused: bytesFreed(layers, new Set(['unused'])) },
    containers: {
      count: rows.length,
      bytes: sum(disk.containers.values()),
      unused: sum(idle.map(row => disk.containers.get(row.id) ?? 0)),
    },
    volumes: {
      count: disk.volumes.size,
      bytes: sum(disk.volumes.values()),
      unused: sum([...disk.volumes].flatMap(([name, bytes]) => (usedVolumes.has(name) ? [] : [bytes]))),
    },
    buildCache: disk.buildCacheBytes,
  }
}

/** Bytes that containers of versions have written; null stands for data services. */
type WrittenBy = (isMeant: (version: Version | null) => boolean) => number

function writtenIn(parts: Parts, { disk, rows }: Found, fleet: Fleet): WrittenBy {
  const ownerOf = ownersOf(parts)
  const written = rows.flatMap(row => {
    const owner = ownerOf(row)
    return owner?.fleetId === fleet.id ? [{ version: owner.version, bytes: disk.containers.get(row.id) ?? 0 }] : []
  })
  return isMeant => sum(written.filter(one => isMeant(one.version)).map(one => one.bytes))
}

function costOf(
  parts: Parts,
  fleet: Fleet,
  { layers, writtenBy }: { readonly layers: readonly Layer[]; readonly writtenBy: WrittenBy },
): FleetCost {
  const state = parts.store.journal.state()
  const snapshots = snapshotsOf(state, fleet.id)
  const states = new Map(setViews(state, seenNow(parts), fleet).map(set => [set.version, set.state]))
  const keys = (list: readonly Snapshot[]) => new Set(list.map(({ version }) => keyOf(fleet, version)))
  const sweep = chooseSweep({ ...factsOf(state, fleet), keepWarm: parts.store.documents.settings().keepWarm })
  const doomed = sweep.snapshots.map(({ snapshot }) => snapshot)
  const leaving = sweep.sets.map(({ set }) => set.version)
  return {
    fleet: fleet.name,
    bytes: bytesHeld(layers, keys(snapshots)),
    unique: bytesFreed(layers, keys(snapshots)),
    written: writtenBy(() => true),
    sweep: {
      versions: [...new Set([...leaving, ...doomed.map(({ version }) => version)])],
      bytes: bytesFreed(layers, keys(doomed)) + writtenBy(version => version !== null && leaving.includes(version)),
    },
    versions: snapshots.map(snapshot => ({
      version: snapshot.version,
      state: states.get(snapshot.version) ?? 'cold',
      bytes: bytesHeld(layers, keys([snapshot])),
      unique: bytesFreed(layers, keys([snapshot])),
      written: writtenBy(version => version === snapshot.version),
    })),
  }
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0)
}
