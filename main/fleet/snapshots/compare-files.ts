import type { Output, Parsed } from '../../../shared/contract.ts'
import { FailureError, fail } from '../../../shared/failure.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Snapshot, SnapshotService } from '../../../shared/model/snapshot.ts'
import type { FileDifference } from '../../../shared/model/views.ts'
import { fileDifferences, type Tree } from '../../../shared/rules/file-difference.ts'
import { fleetNamed, snapshotOf } from '../../../shared/rules/lookup.ts'
import { listTree } from '../../archive/tree.ts'
import type { Caller } from '../caller.ts'
import { asTexts, readFile, withImageFiles } from '../images/image-files.ts'
import type { Parts } from '../parts.ts'

/** As many as fit into one answer with room to spare. */
const mostDifferences = 100_000

/**
 * Every file that differs between the images of two versions, service by service. Services that only one of them has are
 * left out: the manifests tell of those. Fails `not-found` where an image is gone, `cancelled`.
 */
export async function compareFiles(
  parts: Parts,
  input: Parsed<'snapshot.files'>,
  call: Caller,
): Promise<FileDifference[]> {
  const { fleet, from, to } = find(parts, input)
  const pairs = pairsOf(from, to)
  const progress = byteProgress(pairs, call)
  const differences: FileDifference[] = []
  for (const pair of pairs) {
    const trees = await readPair(parts, { fleet, pair, versions: [from.version, to.version], call }, progress.count)
    for (const [before, after] of pair.services) {
      const mounts = [...before.run.mounts, ...after.run.mounts].map(mount => mount.target)
      differences.push(...fileDifferences({ service: after.name, ...trees, mounts: [...mounts, ...trees.mounts] }))
      refuseTooMany(differences)
    }
    progress.finish(pair)
  }
  return inOrderOf(to, differences)
}

/** Both sides of one file. A link's text is where it points; null where there is nothing at the path. */
export async function compareFile(
  parts: Parts,
  input: Parsed<'snapshot.file'>,
  call: Caller,
): Promise<Output<'snapshot.file'>> {
  const { fleet, from, to } = find(parts, input)
  const sides = [from, to].map(snapshot => ({
    version: snapshot.version,
    service: snapshot.services.find(service => service.name === input.service),
  }))
  if (sides.every(side => side.service === undefined)) {
    fail('not-found', `Neither ${from.version} nor ${to.version} has a service ${input.service}`)
  }
  const [before = null, after = null] = await together(call.signal, signal =>
    sides.map(async ({ version, service }) => {
      if (service === undefined) return null
      const reading = { fleet, imageId: service.imageId, what: `${service.name} ${version}`, signal }
      return withImageFiles(parts, reading, id => readFile(parts, id, input.path, signal))
    }),
  )
  if (before === null && after === null) {
    fail('not-found', `There is nothing at ${input.path} in ${input.service} ${from.version} or ${to.version}`)
  }
  return asTexts(before, after)
}

function find(parts: Parts, input: Parsed<'snapshot.files'>): { fleet: Fleet; from: Snapshot; to: Snapshot } {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, input.fleet)
  return { fleet, from: snapshotOf(state, fleet, input.from), to: snapshotOf(state, fleet, input.to) }
}

/** Two images to compare, for all the services that have these two. */
interface Pair {
  readonly before: string
  readonly after: string
  readonly bytes: number
  readonly services: (readonly [before: SnapshotService, after: SnapshotService])[]
}

/** Images with the same layers hold the same files, whatever else they say. */
function pairsOf(from: Snapshot, to: Snapshot): readonly Pair[] {
  const pairs = new Map<string, Pair>()
  for (const after of to.services) {
    const before = from.services.find(service => service.name === after.name)
    if (before === undefined || haveSameFiles(before, after)) continue
    const key = `${before.imageId} ${after.imageId}`
    const fresh = { before: before.imageId, after: after.imageId, bytes: before.bytes + after.bytes, services: [] }
    const pair = pairs.get(key) ?? fresh
    pair.services.push([before, after])
    pairs.set(key, pair)
  }
  return [...pairs.values()]
}

function haveSameFiles(before: SnapshotService, after: SnapshotService): boolean {
  if (before.imageId === after.imageId) return true
  return before.layers.length > 0 && before.layers.join() === after.layers.join()
}

interface Work {
  readonly fleet: Fleet
  readonly pair: Pair
  readonly versions: readonly [string, string]
  readonly call: Caller
}

/** Both trees, read at the same time. `mounts` are the volumes that the images declare. */
async function readPair(
  parts: Parts,
  { fleet, pair, versions, call }: Work,
  onBytes: (pair: Pair, bytes: number) => void,
): Promise<{ before: Tree; after: Tree; mounts: string[] }> {
  const names = pair.services.map(([, after]) => after.name).join(', ')
  const ids = [pair.before, pair.after]
  const [before, after] = await together(call.signal, signal =>
    ids.map((imageId, side) =>
      withImageFiles(parts, { fleet, imageId, what: `${names} ${versions[side]}`, signal }, async (id, image) => {
        const tar = await parts.engine.getArchive(id, '/', { signal })
        const tree = await listTree(tar, { signal, onBytes: bytes => onBytes(pair, bytes) })
        return { tree, volumes: image.config.volumes }
      }),
    ),
  )
  if (before === undefined || after === undefined) throw new Error('two sides were read')
  return { before: before.tree, after: after.tree, mounts: [...before.volumes, ...after.volumes] }
}

/** Runs work side by side; the failure of one stops the others, and all have let go of what they held when it is thrown. */
async function together<T>(outer: AbortSignal, start: (signal: AbortSignal) => readonly Promise<T>[]): Promise<T[]> {
  const abort = new AbortController()
  const works = start(AbortSignal.any([outer, abort.signal]))
  let first: { readonly reason: unknown } | undefined
  for (const work of works) {
    work.catch(reason => {
      first ??= { reason }
      abort.abort()
    })
  }
  const settled = await Promise.allSettled(works)
  if (outer.aborted) throw new FailureError({ code: 'cancelled', message: 'Cancelled; nothing is left behind' })
  if (first !== undefined) throw first.reason
  return settled.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
}

/** Tells how far it is in bytes of content, about a hundred times in all. An image's size is near that, not the same. */
function byteProgress(pairs: readonly Pair[], call: Caller) {
  const total = pairs.reduce((sum, pair) => sum + pair.bytes, 0)
  const step = Math.max(1024 * 1024, total / 100)
  let finished = 0
  let read = 0
  let told = 0
  const tell = (pair: Pair, done: number) => {
    told = done
    call.progress({ done, total, what: `files of ${pair.services.map(([, after]) => after.name).join(', ')}` })
  }
  return {
    count(pair: Pair, bytes: number) {
      read += bytes
      const done = finished + Math.min(read, pair.bytes)
      if (done >= told + step) tell(pair, done)
    },
    finish(pair: Pair) {
      finished += pair.bytes
      read = 0
      tell(pair, finished)
    },
  }
}

function refuseTooMany(differences: readonly FileDifference[]): void {
  if (differences.length <= mostDifferences) return
  fail('unsupported', `More than ${mostDifferences.toLocaleString('en')} files differ: too many for one list`, {
    hint: 'These images have little in common; compare versions that are nearer to each other',
  })
}

function inOrderOf(snapshot: Snapshot, differences: readonly FileDifference[]): FileDifference[] {
  return snapshot.services.flatMap(service => differences.filter(found => found.service === service.name))
}
