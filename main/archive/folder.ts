import { PassThrough } from 'node:stream'
import { type Header, pack } from 'tar-stream'
import { plainEntry, reading, wholeOf } from './tree.ts'

/** An entry of a folder, read from a tar. */
export interface FolderEntry {
  readonly name: string
  readonly type: 'file' | 'directory' | 'symlink' | 'other'
  /** Of a directory: all in it; null where it was not read to its end. */
  readonly bytes: number | null
  readonly mode: number
  readonly owner: string
  readonly target: string
  /** Milliseconds since the epoch, or null. */
  readonly modifiedAt: number | null
}

export interface Folder {
  /** The entry at the path itself: a folder, or something without entries. */
  readonly self: FolderEntry
  readonly entries: readonly FolderEntry[]
  readonly isWhole: boolean
  readonly readBytes: number
}

/** As many as one answer takes. */
const mostEntries = 20_000
/** Bytes of an entry in a tar besides its content. */
const entryBytes = 1024

/**
 * The entries of a folder, one level deep, out of the tar of all that is below it. Ends early once so many bytes have
 * come: the engine stops sending then. Null for an empty tar.
 */
export function readFolder(
  tar: NodeJS.ReadableStream,
  { signal, mostBytes }: { readonly signal: AbortSignal; readonly mostBytes: number },
): Promise<Folder | null> {
  return reading(tar, signal, async entries => {
    const found = new Map<string, FolderEntry>()
    let self: FolderEntry | undefined
    let depth = 0
    let last = ''
    let readBytes = 0
    for await (const entry of entries) {
      const words = wordsOf(entry.header.name)
      if (self === undefined) {
        depth = words.length
        self = entryOf(entry.header, words.at(-1) ?? '/')
      } else {
        last = words[depth] ?? ''
        count(found, words.slice(depth), entry.header)
      }
      readBytes += (entry.header.size ?? 0) + entryBytes
      if (readBytes > mostBytes || found.size >= mostEntries) {
        const open = found.get(last)
        // The rest of the folder that was being read is unknown.
        if (open?.type === 'directory') found.set(last, { ...open, bytes: null })
        return { self, entries: [...found.values()], isWhole: false, readBytes }
      }
      entry.resume()
    }
    return self === undefined ? null : { self, entries: [...found.values()], isWhole: true, readBytes }
  })
}

/** Adds an entry, or what it weighs to the folder that it lies in. */
function count(found: Map<string, FolderEntry>, words: readonly string[], header: Header): void {
  const [name, below] = words
  if (name === undefined) return
  const known = found.get(name)
  if (below === undefined) found.set(name, entryOf(header, name))
  else if (known !== undefined) found.set(name, { ...known, bytes: (known.bytes ?? 0) + (header.size ?? 0) })
}

function entryOf(header: Header, name: string): FolderEntry {
  const { type, mode, owner, target } = plainEntry(header)
  const isLinked = header.type === 'link'
  return {
    name,
    // A second name of a file that came before: the tar does not hold it twice.
    type: isLinked ? 'file' : type,
    bytes: type === 'directory' ? 0 : isLinked ? null : (header.size ?? 0),
    mode,
    owner,
    target,
    modifiedAt: header.mtime?.getTime() ?? null,
  }
}

function wordsOf(name: string): string[] {
  return name.split('/').filter(part => part !== '' && part !== '.')
}

/** The first entry of a tar with its content, where it is a file no larger than asked for; what comes after is not read. */
export function readHead(
  tar: NodeJS.ReadableStream,
  { signal, mostBytes }: { readonly signal: AbortSignal; readonly mostBytes: number },
): Promise<{ readonly self: FolderEntry; readonly content: Uint8Array | null } | null> {
  return reading(tar, signal, async entries => {
    for await (const entry of entries) {
      const self = entryOf(entry.header, wordsOf(entry.header.name).at(-1) ?? '/')
      const fits = self.type === 'file' && self.bytes !== null && self.bytes <= mostBytes
      return { self, content: fits ? await wholeOf(entry) : null }
    }
    return null
  })
}

/** Hands the content of the first file of a tar to a reader, chunk by chunk, in its own time. */
export function readContent<T>(
  tar: NodeJS.ReadableStream,
  signal: AbortSignal,
  read: (content: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T | null> {
  return reading(tar, signal, async entries => {
    // Awaited here: the end of the loop lets go of the entry. A tar holds bytes; the type declarations leave that open.
    for await (const entry of entries) return await read(entry as AsyncIterable<Uint8Array>)
    return null
  })
}

/** A tar of one file out of a stream of so many bytes. Breaks off as the stream does, or when it is shorter or longer. */
export function tarOfFile(
  file: { readonly name: string; readonly bytes: number; readonly mode: number; readonly modifiedAt: number },
  content: NodeJS.ReadableStream,
): NodeJS.ReadableStream {
  const tar = pack()
  const sent = new PassThrough()
  const broken = (error: Error) => {
    tar.destroy()
    sent.destroy(error)
  }
  const header = { name: file.name, size: file.bytes, mode: file.mode, mtime: new Date(file.modifiedAt) }
  const entry = tar.entry(header, error => (error ? broken(error) : tar.finalize()))
  // A pipe hands on neither a failure nor an early close.
  content.on('error', broken)
  content.on('close', () => {
    if (!('readableEnded' in content && content.readableEnded))
      broken(new Error(`${file.name} was closed before its end`))
  })
  tar.on('error', broken)
  sent.on('close', () => tar.destroy())
  content.pipe(entry)
  return tar.pipe(sent)
}
