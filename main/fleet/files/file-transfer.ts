import type { FilePlace } from '../../../shared/contract/files.ts'
import type { Output, Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import { named } from '../../../shared/rules/operations.ts'
import { readContent, readHead, tarOfFile } from '../../archive/folder.ts'
import type { Caller } from '../caller.ts'
import type { Parts } from '../parts.ts'
import { tell } from '../tell.ts'
import { type Reach, withFiles } from './file-place.ts'

/** Told so often that a person sees it move. Bytes. */
const stepBytes = 4 * 1024 * 1024

/** A file as it is, or a folder as a tar, to a path on this machine. */
export async function getFile(
  parts: Parts,
  { place, path, to, replace }: Parsed<'files.get'>,
  { signal, progress }: Caller,
): Promise<Output<'files.get'>> {
  return withFiles(parts, place, { signal }, async reach => {
    const open = () => parts.engine.getArchive(reach.containerId, reach.pathOf(path), { signal })
    const head = await readHead(await open(), { signal, mostBytes: 0 })
    if (head === null) return fail('not-found', `There is nothing at ${path} in ${place.id}`)
    const { type, target, bytes: size } = head.self
    if (type === 'symlink') fail('bad-input', `${path} is a link to ${target}`, { hint: 'Get what it points to' })
    const total = type === 'file' ? (size ?? 0) : 0
    const write = (content: AsyncIterable<Uint8Array>) => {
      const told = counted(content, bytes => progress({ done: bytes, total: Math.max(total, bytes), what: path }))
      return parts.machine.files.write(to, told, { replace, signal })
    }
    const tar = await open()
    const bytes = await whileOpen(tar, chunks => (type === 'file' ? readContent(tar, signal, write) : write(chunks)))
    return { path: to, bytes: bytes ?? 0 }
  })
}

/** A stream as its chunks, for as long as the work takes: after that nobody waits for a reader of it. */
export async function whileOpen<T>(
  stream: NodeJS.ReadableStream,
  work: (chunks: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  try {
    // The engine's streams hold bytes; the type declarations leave that open.
    return await work(stream as AsyncIterable<Uint8Array>)
  } finally {
    if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy()
  }
}

/** Passes chunks on, and tells now and then how many bytes they were. */
export async function* counted(
  content: AsyncIterable<Uint8Array>,
  tell: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  let told = 0
  for await (const chunk of content) {
    yield chunk
    bytes += chunk.length
    if (bytes < told + stepBytes) continue
    told = bytes
    tell(bytes)
  }
}

/** A file of this machine into a folder of a container or a volume. */
export async function putFile(parts: Parts, input: Parsed<'files.put'>, caller: Caller): Promise<Output<'files.put'>> {
  const { place, path, from, insist } = input
  const about = `${from} into ${place.id}`
  return tell(parts, caller, { ...named('files.put', about), fleet: null, forced: insist }, async ({ signal }) => {
    await refuseImmutable(parts, place, { insist, signal })
    const file = await parts.machine.files.open(from)
    await whileOpen(file.content, () =>
      withFiles(parts, place, { signal, isWritten: true }, async reach => {
        await refuseOther(parts, reach, { path, name: file.name, signal })
        const tar = tarOfFile(file, file.content)
        await parts.engine.putArchive(reach.containerId, reach.pathOf(path), tar, { signal })
      }),
    )
    const put = path === '/' ? `/${file.name}` : `${path}/${file.name}`
    return { value: { path: put, bytes: file.bytes }, detail: `${put} in ${place.id}` }
  })
}

/** Docker would follow a link that stands where the file goes, and empty a folder's name. */
async function refuseOther(
  parts: Parts,
  { containerId, pathOf }: Reach,
  { path, name, signal }: { readonly path: string; readonly name: string; readonly signal: AbortSignal },
): Promise<void> {
  const look = async (at: string) => {
    const tar = await parts.engine.getArchive(containerId, pathOf(at), { signal }).catch(() => null)
    return tar === null ? null : ((await readHead(tar, { signal, mostBytes: 0 }))?.self.type ?? null)
  }
  const folder = await look(path)
  if (folder === null) fail('not-found', `There is no ${path}`)
  if (folder !== 'directory') fail('bad-input', `${path} is no folder`)
  const there = await look(path === '/' ? `/${name}` : `${path}/${name}`)
  if (there !== null && there !== 'file') fail('conflict', `${name} in ${path} is there already, and is no file`)
}

async function refuseImmutable(
  parts: Parts,
  { kind, id }: FilePlace,
  { insist, signal }: { readonly insist: boolean; readonly signal: AbortSignal },
): Promise<void> {
  if (kind === 'image') {
    fail('refused', 'An image is never edited', {
      hint: 'Build a new one, or put the file into a container and snapshot it',
    })
  }
  if (kind === 'volume' || insist) return
  const container = await parts.engine.inspectContainer(id, { signal })
  const sets = [...parts.store.journal.state().sets.values()]
  const set = sets.find(one => one.containers.some(member => member.id === container.id))
  if (set === undefined) return
  fail('refused', `${container.name} belongs to the set of ${set.version}, which is never edited`, {
    hint: 'Make a new version with the file in it. Insist, and it shows as drift, to be kept in a snapshot or healed',
  })
}
