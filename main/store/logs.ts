import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { createListeners } from '../../shared/listeners.ts'
import { type LogLine, type LogPage, newestLines } from '../../shared/logs.ts'
import { hasCode, isDiskFull, replaceFile } from './durable.ts'
import { LogFile } from './log-file.ts'
import { type LogQuery, searchLogs } from './log-hits.ts'
import { LogOwner, readOwner } from './log-owner.ts'
import { type ContainerLog, lineOf, readPage } from './log-page.ts'
import type { LogPattern } from './log-search.ts'

export interface CapturedLine {
  readonly stream: 'out' | 'err'
  /** Nanoseconds since the epoch. */
  readonly time: bigint
  readonly bytes: Uint8Array
  /** Bytes of the whole line. */
  readonly length: number
}

/** How much is kept, by size and by age; whichever is reached first. */
export interface LogLimits {
  readonly bytes: number
  readonly ageMs: number
}

/** Captured logs of containers, on disk. */
export interface Logs {
  owners(): readonly ContainerLog[]
  /** Lines that were captured from a moment on, oldest first: where a capture has ended it goes on from there. */
  tail(containerId: string, from: bigint): readonly Pick<CapturedLine, 'stream' | 'time' | 'length'>[]
  lastTime(containerId: string): bigint | null
  append(owner: LogOwner, line: CapturedLine): void
  /** The container of a captured log has another name or owner now: its lines are shown under that. */
  rename(owner: LogOwner): void
  read(query: LogQuery & { readonly older?: string | undefined; readonly newer?: string | undefined }): LogPage
  /** The newest hits, oldest first. Fails `bad-input`, `timeout`, `cancelled`. */
  search(
    query: LogQuery & LogPattern,
    signal: AbortSignal,
  ): Promise<{ lines: LogLine[]; isWhole: boolean; searched: number }>
  /** Hears what was captured, a little later. */
  onLines(listener: Listener): () => void
  removeFleet(fleetId: string): void
  close(): void
}

interface Input {
  readonly home: string
  readonly now: () => number
  readonly limits: () => LogLimits
}

/** How long a line waits for others before it is written, and how often what is too much or too old goes. Milliseconds. */
const FLUSH_MS = 150
const PRUNE_MS = 60_000
/** The most of a burst of one container that followers hear. */
const MOST_FRESH = { lines: 1000, bytes: 4 * 1024 * 1024 }

type Listener = (owner: LogOwner, lines: readonly LogLine[]) => void

interface Entry extends ContainerLog {
  owner: LogOwner
  isDirty: boolean
  fresh: LogLine[]
  freshBytes: number
}

/** Opens what was captured before. One owner: nothing else writes there. */
export function openLogs(input: Input): Logs {
  return new LogStore(input)
}

class LogStore implements Logs {
  readonly #input: Input
  readonly #root: string
  readonly #entries: Map<string, Entry>
  readonly #listeners = createListeners<Parameters<Listener>>()
  readonly #pruning: NodeJS.Timeout
  #timer: NodeJS.Timeout | undefined
  /** Nothing is captured while the disk is full; it is tried again with the next prune. */
  #isFull = false

  constructor(input: Input) {
    this.#input = input
    this.#root = join(input.home, 'logs')
    mkdirSync(this.#root, { recursive: true, mode: 0o700 })
    this.#entries = openEntries(this.#root)
    this.#prune()
    this.#pruning = setInterval(() => this.#prune(), PRUNE_MS)
    this.#pruning.unref()
  }

  owners(): readonly ContainerLog[] {
    return [...this.#entries.values()]
  }

  tail(containerId: string, from: bigint): readonly Pick<CapturedLine, 'stream' | 'time' | 'length'>[] {
    const file = this.#entries.get(containerId)?.file
    if (file === undefined) return []
    const first = file.search(at => at >= Number(from) / 1e6 - 1)
    const lines = Array.from({ length: file.next - first }, (_, at) => file.record(first + at))
    return lines.flatMap(record =>
      record === undefined || record.raw < from
        ? []
        : [{ stream: record.stream, time: record.raw, length: record.whole }],
    )
  }

  lastTime(containerId: string): bigint | null {
    const file = this.#entries.get(containerId)?.file
    return file?.record(file.next - 1)?.raw ?? null
  }

  append(owner: LogOwner, { bytes, length: whole, time: raw, stream }: CapturedLine): void {
    if (this.#isFull || Number(raw) / 1e6 < this.#input.now() - this.#input.limits().ageMs) return
    const entry = this.#entryOf(owner)
    this.#guard(() => {
      const { seq, at } = entry.file.append({ stream, raw, bytes, whole })
      entry.isDirty = true
      if (this.#listeners.size > 0) tellLater(entry, seq, { at, stream, whole, length: bytes.length }, bytes)
    })
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS)
  }

  rename(owner: LogOwner): void {
    const entry = this.#entries.get(owner.containerId)
    if (entry === undefined || isDeepStrictEqual(entry.owner, owner)) return
    entry.owner = owner
    this.#guard(() => this.#writeOwner(owner))
  }

  read(query: LogQuery & { older?: string | undefined; newer?: string | undefined }): LogPage {
    return readPage(this.#matching(query.owns), query)
  }

  search(query: LogQuery & LogPattern, signal: AbortSignal): ReturnType<Logs['search']> {
    return searchLogs(this.#matching(query.owns), query, signal)
  }

  onLines(listener: Listener): () => void {
    return this.#listeners.add(listener)
  }

  removeFleet(fleetId: string): void {
    for (const [id, { owner }] of this.#entries) if (owner.fleetId === fleetId) this.#forget(id)
  }

  close(): void {
    clearInterval(this.#pruning)
    clearTimeout(this.#timer)
    this.#flush()
  }

  #matching(owns: LogQuery['owns']): Entry[] {
    return [...this.#entries.values()].filter(({ owner }) => owns(owner))
  }

  #flush(): void {
    this.#timer = undefined
    for (const entry of this.#entries.values()) {
      if (!entry.isDirty) continue
      entry.isDirty = false
      this.#guard(() => entry.file.flush())
      const lines = newestLines(entry.fresh, MOST_FRESH)
      entry.fresh = []
      entry.freshBytes = 0
      if (lines.length > 0) this.#listeners.tell(entry.owner, lines)
    }
  }

  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      // Room may come back; a home that was removed does not, and is noticed elsewhere.
      if (!isDiskFull(error) && !hasCode(error, 'ENOENT')) throw error
      this.#isFull = true
    }
  }

  #prune(): void {
    this.#isFull = false
    const { bytes, ageMs } = this.#input.limits()
    const tooOld = this.#input.now() - ageMs
    for (let found = oldestOf(this.owners()); found !== undefined; found = oldestOf(this.owners())) {
      const { file, owner } = found
      const isOld = (file.chunks[0]?.lastAt ?? 0) < tooOld
      if (!isOld && this.owners().reduce((sum, one) => sum + one.file.size, 0) <= bytes) break
      if (file.chunks.length > 1) file.dropOldest()
      else this.#forget(owner.containerId)
    }
  }

  #forget(id: string): void {
    this.#entries.delete(id)
    rmSync(join(this.#root, id), { recursive: true, force: true })
  }

  #entryOf(owner: LogOwner): Entry {
    const found = this.#entries.get(owner.containerId)
    if (found !== undefined) return found
    const known = LogOwner.parse(owner)
    const folder = join(this.#root, known.containerId)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#writeOwner(known)
    const entry = entryOf(known, folder)
    this.#entries.set(owner.containerId, entry)
    return entry
  }

  #writeOwner(owner: LogOwner): void {
    replaceFile(join(this.#root, owner.containerId, 'owner.json'), JSON.stringify(owner))
  }
}

type NewRecord = Parameters<typeof lineOf>[2]

function tellLater(entry: Entry, seq: number, record: NewRecord, bytes: Uint8Array): void {
  entry.fresh.push(lineOf(entry.owner, seq, record, Buffer.from(bytes)))
  entry.freshBytes += bytes.length
  if (entry.fresh.length <= 2 * MOST_FRESH.lines && entry.freshBytes <= 2 * MOST_FRESH.bytes) return
  entry.fresh = newestLines(entry.fresh, MOST_FRESH)
  entry.freshBytes = entry.fresh.reduce((sum, { text }) => sum + text.length, 0)
}

function entryOf(owner: LogOwner, folder: string): Entry {
  return { owner, file: new LogFile(folder), isDirty: false, fresh: [], freshBytes: 0 }
}

/** The log whose first chunk is the oldest of all. */
function oldestOf(held: readonly ContainerLog[]): ContainerLog | undefined {
  return held.reduce<ContainerLog | undefined>((best, one) => {
    const isOlder = (one.file.chunks[0]?.lastAt ?? 0) < (best?.file.chunks[0]?.lastAt ?? Number.POSITIVE_INFINITY)
    return isOlder ? one : best
  }, undefined)
}

function openEntries(root: string): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  for (const id of readdirSync(root)) {
    const owner = readOwner(join(root, id, 'owner.json'))
    // A folder that does not say whose it is can never be shown: it goes.
    if (owner?.containerId === id) entries.set(id, entryOf(owner, join(root, id)))
    else rmSync(join(root, id), { recursive: true, force: true })
  }
  return entries
}
