import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { extract, type Pack, pack } from 'tar-stream'
import { type FileNode, type Files, type FileView, node } from './files.ts'

export interface FileChange {
  readonly path: string
  readonly kind: 'changed' | 'added' | 'deleted'
}

/** The differences between a tree and the one that it was made of, with the folders on the way there. */
export function changesBetween(base: Files, files: Files): FileChange[] {
  const changes = new Map<string, FileChange['kind']>()
  for (const [path, one] of files) if (base.get(path) !== one) changes.set(path, base.has(path) ? 'changed' : 'added')
  for (const path of base.keys()) if (!files.has(path) && files.has(posix.dirname(path))) changes.set(path, 'deleted')
  for (const path of [...changes.keys()])
    for (let at = posix.dirname(path); at !== '/'; at = posix.dirname(at))
      if (!changes.has(at)) changes.set(at, 'changed')
  return [...changes].map(([path, kind]) => ({ path, kind })).sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** The layer that makes one tree of the other: what was deleted is told by a file of its name after `.wh.`. */
export function layerOf(base: Files, files: Files): Promise<Buffer> {
  const seen = new Map<FileNode, string>()
  const tar = pack()
  for (const { path, kind } of changesBetween(base, files)) {
    const one = files.get(path)
    if (kind === 'deleted' || one === undefined)
      tar.entry({ name: posix.join(posix.dirname(path), `.wh.${posix.basename(path)}`).slice(1) }, '')
    else addEntry(tar, path.slice(1), one, seen)
  }
  tar.finalize()
  return buffer(tar)
}

/** The tar of a path in a container, from its own name on. */
export function archiveOf(view: FileView, path: string): Promise<Buffer> {
  const tar = pack()
  const at = view.resolve(path)
  const base = posix.dirname(at)
  for (const [inside, one] of view.walk(at)) addEntry(tar, posix.relative(base, inside) || '.', one, new Map())
  tar.finalize()
  return buffer(tar)
}

function addEntry(tar: Pack, name: string, one: FileNode, seen: Map<FileNode, string>): void {
  const { mode, uid, gid, mtime, content } = one
  const twin = seen.get(one)
  if (twin !== undefined) tar.entry({ name, type: 'link', linkname: twin, mode, uid, gid, mtime })
  else if (one.kind === 'file') tar.entry({ name, mode, uid, gid, mtime }, content)
  else if (one.kind === 'directory') tar.entry({ name: `${name}/`, type: 'directory', mode, uid, gid, mtime })
  else tar.entry({ name, type: one.kind, linkname: one.linkTo, mode, uid, gid, mtime })
  if (one.kind === 'file') seen.set(one, name)
}

/** The tree that a layer makes of another. Rejects where the bytes are no tar. */
export async function applyLayer(base: Files, layer: Buffer): Promise<Files> {
  const files = new Map(base)
  await eachEntry(layer, (path, one) => {
    const name = posix.basename(path)
    if (one === null) return
    if (name.startsWith('.wh.')) removeBelow(files, posix.join(posix.dirname(path), name.slice(4)))
    else place(files, path, typeof one === 'string' ? (files.get(one) ?? node('file')) : one)
  })
  return files
}

function place(files: Files, path: string, one: FileNode): void {
  for (let at = posix.dirname(path); at !== '/'; at = posix.dirname(at))
    if (!files.has(at)) files.set(at, node('directory'))
  files.set(path, one)
}

function removeBelow(files: Files, path: string): void {
  for (const one of [...files.keys()]) if (one === path || one.startsWith(`${path}/`)) files.delete(one)
}

/** Unpacks a tar at a folder of a container. */
export async function unpackInto(view: FileView, folder: string, tar: Buffer): Promise<void> {
  await eachEntry(tar, (path, one) => {
    const to = posix.join(folder, path)
    const found = typeof one === 'string' ? view.get(posix.join(folder, one)) : one
    if (found === undefined || found === null || path === '/') return
    if (found.kind === 'directory' && view.get(to)?.kind === 'directory') return
    view.makeFolder(posix.dirname(to), true)
    view.put(to, found)
  })
}

/** Each entry by its absolute path; of a hard link the path that it shares its content with, of a device nothing. */
export async function eachEntry(
  tar: Buffer,
  take: (path: string, one: FileNode | string | null) => void,
): Promise<void> {
  const entries = extract()
  entries.end(tar)
  for await (const entry of entries) {
    const { name, type, mode, uid, gid, mtime, linkname } = entry.header
    const said = { uid: uid ?? 0, gid: gid ?? 0, mtime: mtime ?? new Date(0), ...(mode !== undefined && { mode }) }
    const content = await buffer(entry)
    const path = posix.resolve('/', name)
    if (type === 'link') take(path, posix.resolve('/', linkname ?? ''))
    else if (type === 'symlink') take(path, node('symlink', { ...said, linkTo: linkname ?? '' }))
    else if (type === 'directory' || type === 'fifo') take(path, node(type, said))
    else take(path, type === 'file' || type === 'contiguous-file' ? node('file', { ...said, content }) : null)
  }
}

export function digestOf(bytes: Buffer | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
