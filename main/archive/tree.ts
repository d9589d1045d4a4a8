import { createHash } from 'node:crypto'
import { type Extract, extract, type Header } from 'tar-stream'
import { FailureError } from '../../shared/failure.ts'
import type { TreeEntry } from '../../shared/rules/file-difference.ts'
import { textOf } from '../../shared/rules/file-kinds.ts'
import { letGo } from './tar-entries.ts'

type Entry = Extract extends AsyncIterable<infer One> ? One : never

interface TreeOptions {
  readonly signal: AbortSignal
  /** Hears how many bytes of content have come since it was called last. */
  onBytes?(bytes: number): void
}

/** An entry of a tar. `text` is a file's content where it is text (UTF-8 without NUL) and not longer than was asked for. */
export interface ReadEntry {
  readonly type: TreeEntry['type']
  readonly text: string | null
  /** Where a link points. */
  readonly target: string
}

/**
 * Everything in a tar by absolute path, without the root itself. Files are hashed while they pass by: what is held is the
 * list, never a file. The tar is read to its end or destroyed. Fails as the tar does, and `cancelled`.
 */
export async function listTree(
  tar: NodeJS.ReadableStream,
  { signal, onBytes }: TreeOptions,
): Promise<ReadonlyMap<string, TreeEntry>> {
  const found = new Map<string, TreeEntry>()
  await reading(tar, signal, async entries => {
    for await (const entry of entries) {
      const { header } = entry
      const path = absolute(header.name)
      const linked = header.type === 'link' ? found.get(absolute(header.linkname ?? '')) : undefined
      const content = linked ?? { ...plainEntry(header), ...(await contentOf(entry, onBytes)) }
      if (path !== '/') found.set(path, content)
    }
  })
  return found
}

/** The first entry of a tar, or null where there is none; what comes after it is not read. */
export function readEntry(
  tar: NodeJS.ReadableStream,
  { signal, mostBytes }: { readonly signal: AbortSignal; readonly mostBytes: number },
): Promise<ReadEntry | null> {
  return reading(tar, signal, async entries => {
    for await (const entry of entries) {
      const { type, target } = plainEntry(entry.header)
      const fits = type === 'file' && entry.header.size <= mostBytes
      return { type, target, text: fits ? textOf(await wholeOf(entry)) : null }
    }
    return null
  })
}

/** Reads a tar's entries. However the reading ends, nobody is left waiting: neither the reader nor the engine. */
export async function reading<T>(
  tar: NodeJS.ReadableStream,
  signal: AbortSignal,
  read: (entries: Extract) => Promise<T>,
): Promise<T> {
  const entries = extract()
  const isOver = 'destroyed' in tar && tar.destroyed === true
  // A pipe hands on neither a failure nor an early close: the loop would wait for more for ever.
  const broken = (error: Error) => entries.destroy(error)
  const closed = () => {
    if (!hasEnded) broken(new Error('the archive broke off'))
  }
  const cancel = () => broken(new FailureError({ code: 'cancelled', message: 'Cancelled: reading an archive' }))
  let hasEnded = false
  tar.once('end', () => {
    hasEnded = true
  })
  tar.on('error', broken)
  tar.on('close', closed)
  signal.addEventListener('abort', cancel, { once: true })
  try {
    if (signal.aborted) cancel()
    else if (isOver) closed()
    else tar.pipe(entries)
    return await read(entries)
  } finally {
    signal.removeEventListener('abort', cancel)
    entries.destroy()
    letGo(tar)
  }
}

async function contentOf(entry: Entry, onBytes: TreeOptions['onBytes']): Promise<Partial<TreeEntry>> {
  if (!isFile(entry.header)) {
    entry.resume()
    return {}
  }
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of chunksOf(entry)) {
    hash.update(chunk)
    bytes += chunk.length
    onBytes?.(chunk.length)
  }
  return { bytes, hash: hash.digest('hex') }
}

function chunksOf(entry: Entry): AsyncIterable<Uint8Array> {
  // A tar holds bytes; the type declarations leave that open.
  return entry as AsyncIterable<Uint8Array>
}

export async function wholeOf(entry: Entry): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of chunksOf(entry)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export function plainEntry(header: Header): TreeEntry {
  const type = typeOf(header)
  const device = `${header.type} ${header.devmajor}:${header.devminor}`
  return {
    type,
    bytes: null,
    hash: null,
    // A link's own permissions mean nothing.
    mode: type === 'symlink' ? 0o777 : header.mode & 0o7777,
    owner: `${header.uid}:${header.gid}`,
    target: type === 'symlink' ? (header.linkname ?? '') : type === 'other' ? device : '',
    attributes: attributesOf(header),
  }
}

function isFile({ type }: Header): boolean {
  return type === 'file' || type === 'contiguous-file'
}

function typeOf(header: Header): TreeEntry['type'] {
  if (isFile(header)) return 'file'
  return header.type === 'directory' || header.type === 'symlink' ? header.type : 'other'
}

/** Where Go's archives keep extended attributes. */
const attributePrefix = 'SCHILY.xattr.'

function attributesOf(header: Header): string {
  const { pax } = header
  if (typeof pax !== 'object' || pax === null) return ''
  const attributes = Object.entries(pax).filter(([name]) => name.startsWith(attributePrefix))
  return attributes.length === 0 ? '' : JSON.stringify(attributes.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** `/etc/passwd` of `etc/passwd`, `./etc/passwd` and `/etc//passwd`. */
function absolute(name: string): string {
  return `/${name
    .split('/')
    .filter(part => part !== '' && part !== '.')
    .join('/')}`
}
