import type { FilePlace, FilePreview } from '../../../shared/contract/files.ts'
import type { Output, Parsed } from '../../../shared/contract.ts'
import { fail, orNull } from '../../../shared/failure.ts'
import { pictureType, textOf } from '../../../shared/rules/file-kinds.ts'
import { type Folder, type FolderEntry, readFolder, readHead } from '../../archive/folder.ts'
import type { Parts } from '../parts.ts'
import { type Reach, withFiles } from './file-place.ts'

/** Where images keep things, in the order of their names: a folder too large to be read whole is asked for these. */
const usual = [
  ...['app', 'bin', 'boot', 'data', 'dev', 'etc', 'home', 'lib', 'lib64', 'media', 'mnt', 'opt', 'proc', 'root', 'run'],
  ...['sbin', 'share', 'src', 'srv', 'sys', 'tmp', 'usr', 'var', 'work', 'workspace', 'www'],
]

/** How long one look may take before it tells what it has. Milliseconds. */
const patienceMs = 20_000

/** Lists one level of a folder. Fails `not-found`, and `bad-input` where the path is no folder. */
export async function listFiles(
  parts: Parts,
  { place, path, mostBytes }: Parsed<'files.list'>,
  signal: AbortSignal,
): Promise<Output<'files.list'>> {
  return withFiles(parts, place, { signal }, async reach => {
    const folder = await readAt(parts, { reach, path, place, mostBytes, signal })
    if (folder.self.type !== 'directory') fail('bad-input', `${path} is no folder`, { hint: kindHint(folder.self) })
    const rest = folder.isWhole ? [] : await lookForUsual(parts, { reach, path, folder, signal })
    return {
      entries: [...folder.entries, ...rest].sort(byKindAndName),
      isWhole: folder.isWhole,
      readBytes: folder.readBytes,
    }
  })
}

interface Looking {
  readonly reach: Reach
  readonly path: string
  readonly signal: AbortSignal
}

async function readAt(
  parts: Parts,
  { reach, path, place, mostBytes, signal }: Looking & { readonly place: FilePlace; readonly mostBytes: number },
): Promise<Folder> {
  const gone = () => fail('not-found', `There is nothing at ${path} in ${place.id}`)
  const at = reach.pathOf(path)
  const tar = await orNull(parts.engine.getArchive(reach.containerId, at, { signal, deadlineMs: patienceMs * 3 }))
  if (tar === null) return gone()
  return (await readFolder(tar, { signal, mostBytes })) ?? gone()
}

/** Looks for usual names behind the part of a folder that was read. The first entry of each tells its type. */
async function lookForUsual(
  parts: Parts,
  { reach, path, folder, signal }: Looking & { readonly folder: Folder },
): Promise<FolderEntry[]> {
  const found: FolderEntry[] = []
  for (const name of usual) {
    if (folder.entries.some(entry => entry.name === name)) continue
    const at = reach.pathOf(path === '/' ? `/${name}` : `${path}/${name}`)
    const tar = await orNull(parts.engine.getArchive(reach.containerId, at, { signal }))
    const head = tar === null ? null : await readHead(tar, { signal, mostBytes: 0 })
    if (head !== null)
      found.push({ ...head.self, name, bytes: head.self.type === 'directory' ? null : head.self.bytes })
  }
  return found
}

function kindHint({ type, target }: FolderEntry): string {
  return type === 'symlink'
    ? `It is a link to ${target}, and links are not followed`
    : 'Look at the folder that it is in'
}

function byKindAndName(a: FolderEntry, b: FolderEntry): number {
  const rank = ({ type }: FolderEntry) => (type === 'directory' ? 0 : 1)
  return rank(a) - rank(b) || (a.name < b.name ? -1 : 1)
}

const mostTextBytes = 256 * 1024
const mostPictureBytes = 4 * 1024 * 1024

/** The type of a file by its content, never by its name. */
export async function previewFile(
  parts: Parts,
  { place, path }: Parsed<'files.preview'>,
  signal: AbortSignal,
): Promise<FilePreview> {
  return withFiles(parts, place, { signal }, async reach => {
    const tar = await orNull(parts.engine.getArchive(reach.containerId, reach.pathOf(path), { signal }))
    const head = tar === null ? null : await readHead(tar, { signal, mostBytes: mostPictureBytes })
    if (head === null) return fail('not-found', `There is nothing at ${path} in ${place.id}`)
    const { type, target } = head.self
    if (type === 'symlink') return { kind: 'symlink', target }
    return type === 'file' ? previewOf(head.content, head.self.bytes ?? 0) : { kind: type }
  })
}

function previewOf(content: Uint8Array | null, bytes: number): FilePreview {
  if (content === null) return { kind: 'large', bytes }
  const mime = pictureType(content)
  if (mime !== null) return { kind: 'picture', mime, base64: Buffer.from(content).toString('base64'), bytes }
  if (bytes > mostTextBytes) return { kind: 'large', bytes }
  const text = textOf(content)
  return text === null ? { kind: 'binary', bytes } : { kind: 'text', text, bytes }
}
