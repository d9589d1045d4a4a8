import {
  appendFileSync,
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { join } from 'node:path'
import { hasCode, isDiskFull } from './durable.ts'
import { endOf, type LogRecord, RECORD_BYTES, readRecord, timeOf, writeRecord } from './log-records.ts'

/** A chunk is closed at this size: bytes of text, or lines. */
const CHUNK_BYTES = 4 * 1024 * 1024
const CHUNK_LINES = 32 * 1024
/** Most bytes that wait to be written. */
const PENDING_BYTES = 64 * 1024
const LINE_BREAK = Buffer.from('\n')

/** The indexes that were read last, of all logs together: a megabyte each at most. */
const MOST_INDEXES = 32
const indexes = new Map<LogChunk, Buffer>()

/** Some lines of one container: their text, a line each, and beside it an index of records of one length. */
export interface LogChunk {
  /** Sequence number of its first line. */
  readonly first: number
  count: number
  bytes: number
  firstAt: number
  lastAt: number
}

export interface NewLine {
  readonly stream: 'out' | 'err'
  readonly raw: bigint
  readonly bytes: Uint8Array
  readonly whole: number
}

/** The log of one container in a folder of its own. Opened at its end; what is older is read where it is asked for. */
export class LogFile {
  readonly #folder: string
  readonly #chunks: LogChunk[]
  #text: Buffer[] = []
  #index: Buffer[] = []
  #pendingBytes = 0

  constructor(folder: string) {
    this.#folder = folder
    this.#chunks = openChunks(folder)
  }

  get chunks(): readonly LogChunk[] {
    return this.#chunks
  }

  get next(): number {
    const last = this.#chunks.at(-1)
    return last === undefined ? 1 : last.first + last.count
  }

  /** Returns the line's sequence number and its place in time. It is on disk after the next `flush`. */
  append({ stream, raw, bytes, whole }: NewLine): { readonly seq: number; readonly at: number } {
    const chunk = this.#chunkForNext()
    const seq = chunk.first + chunk.count
    const at = Math.max(Number(raw) / 1e6, this.#chunks.at(-1)?.lastAt ?? 0, this.#chunks.at(-2)?.lastAt ?? 0)
    this.#index.push(writeRecord({ raw, at, offset: chunk.bytes, length: bytes.length, whole, stream }))
    this.#text.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), LINE_BREAK)
    this.#pendingBytes += bytes.length + 1
    if (chunk.count === 0) chunk.firstAt = at
    chunk.count += 1
    chunk.bytes += bytes.length + 1
    chunk.lastAt = at
    if (this.#pendingBytes >= PENDING_BYTES) this.flush()
    return { seq, at }
  }

  /** The text first: an index without its text would be a claim, a text without its index is only cut off. */
  flush(): void {
    const chunk = this.#chunks.at(-1)
    if (this.#text.length === 0 || chunk === undefined) return
    const [text, index] = [Buffer.concat(this.#text), Buffer.concat(this.#index)]
    this.#text = []
    this.#index = []
    this.#pendingBytes = 0
    indexes.delete(chunk)
    try {
      appendFileSync(this.textPath(chunk), text, { mode: 0o600 })
      appendFileSync(this.#indexPath(chunk), index, { mode: 0o600 })
    } catch (error) {
      this.#takeBack(chunk)
      throw error
    }
  }

  /** Forgets the lines that could not be written. */
  #takeBack(chunk: LogChunk): void {
    const isThere = statSync(this.#indexPath(chunk), { throwIfNoEntry: false }) !== undefined
    const written = isThere ? openChunk(this.#folder, chunk.first, true) : null
    if (written === null) this.#chunks.pop()
    else Object.assign(chunk, written)
  }

  /** Reading goes on when the disk is full. */
  #settle(): void {
    try {
      this.flush()
    } catch (error) {
      if (!isDiskFull(error) && !hasCode(error, 'ENOENT')) throw error
    }
  }

  record(seq: number): LogRecord | undefined {
    const chunk = this.#chunkOf(seq)
    return chunk === undefined ? undefined : readRecord(this.indexOf(chunk), seq - chunk.first)
  }

  /** Sequence number of the first line for which `isAfter` holds; they are in order. `next` where there is none. */
  search(isAfter: (at: number, seq: number) => boolean): number {
    const chunk = this.#chunks.find(one => one.count > 0 && isAfter(one.lastAt, one.first + one.count - 1))
    if (chunk === undefined) return this.next
    const index = this.indexOf(chunk)
    let [low, high] = [0, chunk.count - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (isAfter(timeOf(index, middle), chunk.first + middle)) high = middle
      else low = middle + 1
    }
    return chunk.first + low
  }

  /** The text of lines, by sequence number. */
  texts(seqs: readonly number[]): Map<number, Buffer> {
    this.#settle()
    const texts = new Map<number, Buffer>()
    for (const chunk of this.#chunks) {
      const own = seqs.filter(seq => seq >= chunk.first && seq < chunk.first + chunk.count)
      if (own.length === 0) continue
      const fd = openSync(this.textPath(chunk), 'r')
      try {
        for (const seq of own) texts.set(seq, readText(fd, readRecord(this.indexOf(chunk), seq - chunk.first)))
      } finally {
        closeSync(fd)
      }
    }
    return texts
  }

  indexOf(chunk: LogChunk): Buffer {
    this.#settle()
    const index = indexes.get(chunk) ?? readFileSync(this.#indexPath(chunk))
    indexes.delete(chunk)
    indexes.set(chunk, index)
    for (const oldest of indexes.keys()) {
      if (indexes.size <= MOST_INDEXES) break
      indexes.delete(oldest)
    }
    return index
  }

  textPath(chunk: LogChunk): string {
    return join(this.#folder, `${chunk.first}.text`)
  }

  /** Bytes on disk. */
  get size(): number {
    return this.#chunks.reduce((sum, { bytes, count }) => sum + bytes + count * RECORD_BYTES, 0)
  }

  /** Takes the oldest chunk away, but never the one that is written. */
  dropOldest(): void {
    if (this.#chunks.length < 2) return
    const chunk = this.#chunks.shift()
    if (chunk === undefined) return
    indexes.delete(chunk)
    rmSync(this.textPath(chunk), { force: true })
    rmSync(this.#indexPath(chunk), { force: true })
  }

  #chunkForNext(): LogChunk {
    const last = this.#chunks.at(-1)
    if (last !== undefined && last.bytes < CHUNK_BYTES && last.count < CHUNK_LINES) return last
    this.flush()
    const chunk = { first: this.next, count: 0, bytes: 0, firstAt: 0, lastAt: 0 }
    this.#chunks.push(chunk)
    return chunk
  }

  #chunkOf(seq: number): LogChunk | undefined {
    return this.#chunks.find(chunk => seq >= chunk.first && seq < chunk.first + chunk.count)
  }

  #indexPath(chunk: LogChunk): string {
    return join(this.#folder, `${chunk.first}.index`)
  }
}

function readText(fd: number, { offset, length }: LogRecord): Buffer {
  const bytes = Buffer.alloc(length)
  readSync(fd, bytes, 0, length, offset)
  return bytes
}

function openChunks(folder: string): LogChunk[] {
  const firsts = readdirSync(folder)
    .flatMap(name => (/^[1-9]\d*\.index$/.test(name) ? [Number.parseInt(name, 10)] : []))
    .sort((a, b) => a - b)
  return firsts.flatMap((first, at) => {
    const chunk = openChunk(folder, first, at === firsts.length - 1)
    return chunk === null ? [] : [chunk]
  })
}

/**
 * Null where nothing of it is whole. What a crash has torn is cut off, where lines will follow. Of the index no more is
 * read than its ends: there may be thousands.
 */
function openChunk(folder: string, first: number, isLast: boolean): LogChunk | null {
  const [indexPath, textPath] = [join(folder, `${first}.index`), join(folder, `${first}.text`)]
  const textBytes = statSync(textPath, { throwIfNoEntry: false })?.size ?? 0
  const indexBytes = statSync(indexPath).size
  const ends = readEnds(indexPath, Math.floor(indexBytes / RECORD_BYTES), textBytes)
  if (ends === null) {
    rmSync(indexPath, { force: true })
    rmSync(textPath, { force: true })
    return null
  }
  const { count, firstRecord, lastRecord } = ends
  const bytes = endOf(lastRecord)
  if (isLast && textBytes > bytes) truncateSync(textPath, bytes)
  if (isLast && indexBytes > count * RECORD_BYTES) truncateSync(indexPath, count * RECORD_BYTES)
  return { first, count, bytes, firstAt: firstRecord.at, lastAt: lastRecord.at }
}

/** The first record, and the last one that lies within a text of so many bytes: a crash may have torn either file. */
function readEnds(indexPath: string, records: number, textBytes: number) {
  const fd = openSync(indexPath, 'r')
  const at = (number: number) => {
    const bytes = Buffer.alloc(RECORD_BYTES)
    readSync(fd, bytes, 0, RECORD_BYTES, number * RECORD_BYTES)
    return readRecord(bytes, 0)
  }
  try {
    for (let count = records; count > 0; count -= 1) {
      const lastRecord = at(count - 1)
      if (endOf(lastRecord) <= textBytes) return { count, firstRecord: at(0), lastRecord }
    }
    return null
  } finally {
    closeSync(fd)
  }
}
