import type { Emit } from '../../../shared/contract.ts'
import { TERMINAL_WINDOW, type TerminalOutput } from '../../../shared/terminal.ts'
import type { ExecSession } from '../../engine/model.ts'

/** Bytes of output that are kept for later readers. */
const KEPT_BYTES = 128 * 1024

/** The output of a terminal for all its readers, no faster than the slowest of them. */
export interface TerminalOutlet {
  /** Hears the end of what was written so far, and all that follows. */
  follow(reader: string, emit: Emit<TerminalOutput>): () => void
  /** The reader has shown everything up to there. */
  heard(reader: string, end: number): void
}

interface Reader {
  readonly emit: Emit<TerminalOutput>
  heard: number
}

export function createTerminalOutput(source: Pick<ExecSession, 'onData' | 'pause' | 'resume'>): TerminalOutlet {
  const readers = new Map<string, Reader>()
  const kept: Buffer[] = []
  let keptBytes = 0
  let end = 0

  /** Pauses the program while a reader is behind, or while there is none, as Ctrl+S does. */
  function regulate(): void {
    const isBehind = [...readers.values()].some(reader => end - reader.heard > TERMINAL_WINDOW)
    if (readers.size === 0 || isBehind) source.pause()
    else source.resume()
  }

  function keep(bytes: Buffer): void {
    kept.push(bytes)
    keptBytes += bytes.length
    while (kept.length > 1 && keptBytes - (kept[0]?.length ?? 0) >= KEPT_BYTES) keptBytes -= kept.shift()?.length ?? 0
  }

  source.onData(chunk => {
    const bytes = Buffer.from(chunk)
    end += bytes.length
    keep(bytes)
    const item = { reset: false, bytes: bytes.toString('base64'), end }
    for (const { emit } of readers.values()) emit(item)
    regulate()
  })
  regulate()

  return {
    follow(name, emit) {
      const reader = { emit, heard: end - keptBytes }
      readers.set(name, reader)
      emit({ reset: true, bytes: Buffer.concat(kept).subarray(-KEPT_BYTES).toString('base64'), end })
      regulate()
      return () => {
        if (readers.get(name) === reader) readers.delete(name)
        regulate()
      }
    },
    heard(name, at) {
      const reader = readers.get(name)
      if (reader === undefined) return
      reader.heard = Math.max(reader.heard, Math.min(at, end))
      regulate()
    },
  }
}
