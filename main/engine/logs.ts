import { MOST_LINE_BYTES } from '../../shared/logs.ts'
import { hear } from './answers.ts'
import type { Calls } from './calls.ts'
import { inspectContainer } from './containers.ts'
import type { CallOptions, LogLine } from './model.ts'
import { createDemultiplexer, createFrameReader, createKeeper } from './multiplex.ts'
import { pathName } from './references.ts'

/** Calls for the logs of containers. */
export interface LogCalls {
  /**
   * `GET /containers/{id}/logs`: the container's log from a moment on (nanoseconds; null from its start), and each line as it is written. Resolves
   * when the container has stopped and all was told, or the signal fires; fails when the engine is lost.
   */
  followLog(id: string, since: bigint | null, onLine: (line: LogLine) => void, options?: CallOptions): Promise<void>
  /** The last lines of the container's log, both streams, as text. */
  tail(id: string, lines: number, options?: CallOptions): Promise<string>
}

const HEAD_MS = 20_000
const TAIL_MS = 20_000
const TAIL_BYTES = 1024 * 1024
/** The engine cuts longer lines into pieces of this size, and writes the time before each. */
const PIECE_BYTES = 16 * 1024
/** `2026-11-21T20:30:00.123456789Z `: always this long, so that it can be told from the text. */
const STAMP_BYTES = 31
const NEWLINE = 10

export function logCalls(calls: Calls): LogCalls {
  return {
    async followLog(id, since, onLine, options = {}) {
      const { Config: config } = await inspectContainer(calls, id, options)
      const query = {
        follow: '1',
        stdout: '1',
        stderr: '1',
        timestamps: '1',
        ...(since === null ? {} : { since: secondsOf(since) }),
      }
      const request = { method: 'GET' as const, path: `/containers/${pathName(id)}/logs`, query, deadlineMs: HEAD_MS }
      const body = await calls.follow(request, options)
      const [out, err] = [createLineCutter('out', onLine), createLineCutter('err', onLine)]
      const read = config.Tty ? out.add : createFrameReader((kind, bytes) => (kind === 2 ? err : out).add(bytes))
      await hear(body, read)
      // Cancelled: what was told stands.
      if (options.signal?.aborted) return
      out.end()
      err.end()
    },
    async tail(id, lines, options) {
      const { Config: config } = await inspectContainer(calls, id, options)
      const kept = createKeeper(TAIL_BYTES, 'last')
      const path = `/containers/${pathName(id)}/logs`
      const query = { stdout: '1', stderr: '1', tail: String(lines) }
      const onChunk = config.Tty ? kept.add : createDemultiplexer(kept.add)
      await calls.read({ method: 'GET', path, query, deadlineMs: TAIL_MS }, onChunk, options)
      return kept.text()
    },
  }
}

function secondsOf(time: bigint): string {
  return `${time / 1_000_000_000n}.${String(time % 1_000_000_000n).padStart(9, '0')}`
}

/** Puts lines together from pieces, each of which begins with its time. Keeps the beginning of a line that is too long. */
export function createLineCutter(stream: LogLine['stream'], onLine: (line: LogLine) => void) {
  const text = createLineBuffer()
  /** Bytes of the line so far, with all of its stamps. */
  let length = 0
  let inPiece = 0
  let stamps = 0

  function take(bytes: Buffer): void {
    let rest = bytes
    while (rest.length > 0) {
      const isStamp = inPiece < STAMP_BYTES
      const part = rest.subarray(0, isStamp ? STAMP_BYTES - inPiece : STAMP_BYTES + PIECE_BYTES - inPiece)
      // The first stamp is the line's time; those of the pieces after it are no text.
      if (!isStamp || stamps === 0) text.add(part)
      if (isStamp && inPiece + part.length === STAMP_BYTES) stamps += 1
      length += part.length
      inPiece += part.length
      if (inPiece === STAMP_BYTES + PIECE_BYTES) inPiece = 0
      rest = rest.subarray(part.length)
    }
  }

  function end(): void {
    if (length === 0) return
    const kept = text.take()
    const time = kept.length < STAMP_BYTES ? null : timeOf(kept.toString('latin1', 0, STAMP_BYTES - 1))
    if (time !== null)
      onLine({ stream, time, bytes: kept.subarray(STAMP_BYTES), length: length - stamps * STAMP_BYTES })
    length = 0
    inPiece = 0
    stamps = 0
  }

  return {
    add(bytes: Buffer): void {
      let rest = bytes
      for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE)) {
        take(rest.subarray(0, at))
        end()
        rest = rest.subarray(at + 1)
      }
      take(rest)
    },
    end,
  }
}

/** Most lines fit into this; a longer one gets a buffer that doubles, up to the longest line. Bytes. */
const USUAL_LINE_BYTES = 16 * 1024

/** The beginning of a line with its time, at most `MOST_LINE_BYTES` of text. */
function createLineBuffer() {
  const usual = Buffer.alloc(STAMP_BYTES + USUAL_LINE_BYTES)
  let kept = usual
  let size = 0

  return {
    add(bytes: Buffer): void {
      const wanted = Math.min(size + bytes.length, STAMP_BYTES + MOST_LINE_BYTES)
      if (wanted > kept.length) {
        const larger = Buffer.alloc(Math.min(Math.max(2 * kept.length, wanted), STAMP_BYTES + MOST_LINE_BYTES))
        kept.copy(larger, 0, 0, size)
        kept = larger
      }
      size += bytes.copy(kept, size, 0, wanted - size)
    },
    /** A copy of what was added, which is forgotten. */
    take(): Buffer {
      const line = Buffer.from(kept.subarray(0, size))
      kept = usual
      size = 0
      return line
    },
  }
}

let lastSecond = ''
let lastSeconds = 0n

/** Null where it is no time, as an engine gives it. */
function timeOf(stamp: string): bigint | null {
  const second = stamp.slice(0, 19)
  if (second !== lastSecond) {
    const at = Date.parse(`${second}Z`)
    if (Number.isNaN(at)) return null
    lastSecond = second
    lastSeconds = BigInt(at) * 1_000_000n
  }
  const fraction = stamp.slice(20, 29)
  return /^\d{9}$/.test(fraction) ? lastSeconds + BigInt(fraction) : null
}
