import { posix } from 'node:path'
import { fail } from '../../shared/failure.ts'

const BLOCK = 512
/** Headers about the next entry (long names, extended attributes) are small; larger ones are not believed. */
const MOST_META_BYTES = 1024 * 1024
const HARD_LINK = '1'
/** Links, devices, directories and pipes: nothing follows their header. */
const HEADER_ONLY = '123456'
const WHITEOUT = '.wh.'
const OPAQUE = '.wh..wh..opq'

/** One entry of a layer: its header blocks as they came, and what they say. */
interface Entry {
  readonly path: string
  readonly type: string
  /** The path of the file that a hard link is a second name of. */
  readonly linked: string
  readonly bytes: number
  readonly blocks: Buffer
}

/**
 * A layer's tar without the entries at and below some paths, their deletions included. All others pass octet by octet:
 * modes, owners, times, extended attributes and links stay as they were. Fails where a path that is kept and one that is
 * left out are names of the same file.
 */
export async function* withoutPaths(
  tar: AsyncIterable<Uint8Array>,
  isLeftOut: (path: string) => boolean,
): AsyncGenerator<Uint8Array> {
  const reader = new BlockReader(tar)
  for (;;) {
    const entry = await nextEntry(reader)
    if (entry === undefined) break
    const drops = isLeftOut(entry.path)
    if (entry.type === HARD_LINK && isLeftOut(entry.linked) !== drops) refuseLink(entry, drops)
    if (!drops) yield entry.blocks
    for await (const part of reader.take(padded(entry.bytes))) if (!drops) yield part
  }
  // The two empty blocks that end a tar.
  yield Buffer.alloc(2 * BLOCK)
  await reader.drain()
}

function refuseLink({ path, linked }: Entry, isDropped: boolean): never {
  const [out, kept] = isDropped ? [path, linked] : [linked, path]
  fail('refused', `${out} cannot be left out alone: ${kept} is the same file by another name`, {
    hint: `Leave out ${kept}, too`,
  })
}

/** Undefined at the end of the tar. */
async function nextEntry(reader: BlockReader): Promise<Entry | undefined> {
  const blocks: Buffer[] = []
  const told = new Map<string, string>()
  for (;;) {
    const header = await reader.block()
    if (header === undefined || header.every(octet => octet === 0)) return undefined
    blocks.push(header)
    const type = String.fromCharCode(header[156] ?? 0)
    const bytes = numberAt(header, 124, 12)
    if (!'xgLK'.includes(type)) return entryOf(header, { type, told, blocks: Buffer.concat(blocks) })
    if (bytes > MOST_META_BYTES) fail('unsupported', 'The layer has a header that is too long')
    const meta = await reader.whole(padded(bytes))
    blocks.push(meta)
    readMeta(type, meta.subarray(0, bytes), told)
  }
}

function entryOf(
  header: Buffer,
  { type, told, blocks }: { type: string; told: ReadonlyMap<string, string>; blocks: Buffer },
): Entry {
  const isUstar = textAt(header, 257, 5) === 'ustar' && header[262] === 0
  const prefix = isUstar ? textAt(header, 345, 155) : ''
  const short = textAt(header, 0, 100)
  const name = told.get('path') ?? (prefix === '' ? short : `${prefix}/${short}`)
  const size = Number(told.get('size') ?? numberAt(header, 124, 12))
  return {
    path: pathOf(name),
    type,
    linked: type === HARD_LINK ? pathOf(told.get('linkpath') ?? textAt(header, 157, 100)) : '',
    bytes: HEADER_ONLY.includes(type) ? 0 : size,
    blocks,
  }
}

/** The path in a container that an entry is about: of a deletion, what it deletes. */
function pathOf(name: string): string {
  const path = posix.normalize(`/${name}`).replace(/(?<=.)\/$/, '')
  const { dir, base } = posix.parse(path)
  if (base === OPAQUE) return dir
  return base.startsWith(WHITEOUT) && !base.startsWith(`${WHITEOUT}${WHITEOUT}`)
    ? posix.join(dir, base.slice(WHITEOUT.length))
    : path
}

/** Long names as GNU has them, and records of `LENGTH KEY=VALUE` as POSIX has them. */
function readMeta(type: string, meta: Buffer, told: Map<string, string>): void {
  if (type === 'L') told.set('path', textAt(meta, 0, meta.length))
  if (type === 'K') told.set('linkpath', textAt(meta, 0, meta.length))
  if (type !== 'x' && type !== 'g') return
  for (let at = 0; at < meta.length; ) {
    const blank = meta.indexOf(0x20, at)
    const length = Number(meta.toString('latin1', at, blank))
    if (blank === -1 || !(length > 0)) return
    const [, key, value] = /^([^=]+)=(.*)\n$/s.exec(meta.toString('utf8', blank + 1, at + length)) ?? []
    if (key !== undefined && value !== undefined) told.set(key, value)
    at += length
  }
}

function textAt(block: Buffer, at: number, length: number): string {
  const end = block.indexOf(0, at)
  return block.toString('utf8', at, end === -1 || end > at + length ? at + length : end)
}

/** Octal digits, or a number in base 256 where its first bit is set. */
function numberAt(block: Buffer, at: number, length: number): number {
  if (((block[at] ?? 0) & 0x80) === 0) return Number.parseInt(textAt(block, at, length).trim() || '0', 8)
  return Number(block.subarray(at + 1, at + length).reduce((sum, octet) => sum * 256n + BigInt(octet), 0n))
}

function padded(bytes: number): number {
  return Math.ceil(bytes / BLOCK) * BLOCK
}

/** Octets of a stream, in amounts of the reader's choice. */
class BlockReader {
  private readonly chunks: AsyncIterator<Uint8Array>
  private rest: Buffer = Buffer.alloc(0)

  constructor(tar: AsyncIterable<Uint8Array>) {
    this.chunks = tar[Symbol.asyncIterator]()
  }

  /** Undefined where the stream has ended. */
  async block(): Promise<Buffer | undefined> {
    const block = await this.upTo(BLOCK)
    if (block.length === 0) return undefined
    return block.length === BLOCK ? block : broken()
  }

  async whole(bytes: number): Promise<Buffer> {
    const found = await this.upTo(bytes)
    return found.length === bytes ? found : broken()
  }

  async *take(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0; ) {
      if (this.rest.length === 0 && !(await this.more())) broken()
      const part = this.rest.subarray(0, left)
      this.rest = this.rest.subarray(part.length)
      left -= part.length
      yield part
    }
  }

  /** Reads what is left, so that whoever sends it, and whoever counts it, comes to the end. */
  async drain(): Promise<void> {
    this.rest = Buffer.alloc(0)
    while (await this.more()) this.rest = Buffer.alloc(0)
  }

  private async upTo(bytes: number): Promise<Buffer> {
    while (this.rest.length < bytes && (await this.more()));
    const found = this.rest.subarray(0, bytes)
    this.rest = this.rest.subarray(found.length)
    return found
  }

  private async more(): Promise<boolean> {
    const { done, value } = await this.chunks.next()
    if (done === true) return false
    this.rest = this.rest.length === 0 ? Buffer.from(value) : Buffer.concat([this.rest, value])
    return true
  }
}

function broken(): never {
  return fail('unsupported', 'The layer breaks off')
}
