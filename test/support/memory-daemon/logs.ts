export interface LogEntry {
  readonly kind: 1 | 2
  /** Nanoseconds since the epoch. */
  readonly time: bigint
  readonly bytes: Buffer
}

let last = 0n

/** Grows with every call. */
function now(): bigint {
  const time = BigInt(Date.now()) * 1_000_000n
  last = time > last ? time : last + 1n
  return last
}

export function stampOf(time: bigint): string {
  const seconds = new Date(Number(time / 1_000_000n)).toISOString().slice(0, 19)
  return `${seconds}.${String(time % 1_000_000_000n).padStart(9, '0')}Z`
}

/** The output of a container: line by line, as the engine's own driver keeps it. */
export class ContainerLog {
  readonly entries: LogEntry[] = []
  readonly #open = new Map<LogEntry['kind'], Buffer>()
  readonly #listeners = new Set<(entry: LogEntry | null) => void>()

  write(kind: LogEntry['kind'], bytes: Buffer): void {
    let rest = Buffer.concat([this.#open.get(kind) ?? Buffer.alloc(0), bytes])
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      this.#add({ kind, time: now(), bytes: rest.subarray(0, end + 1) })
      rest = rest.subarray(end + 1)
    }
    this.#open.set(kind, rest)
  }

  /** The container has stopped: who follows has heard all. */
  end(): void {
    for (const [kind, bytes] of this.#open) if (bytes.length > 0) this.#add({ kind, time: now(), bytes })
    this.#open.clear()
    for (const listener of [...this.#listeners]) listener(null)
  }

  follow(listener: (entry: LogEntry | null) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #add(entry: LogEntry): void {
    this.entries.push(entry)
    for (const listener of [...this.#listeners]) listener(entry)
  }
}

/** Bytes as they are multiplexed: what stream, their length, themselves. */
export function frame(kind: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head[0] = kind
  head.writeUInt32BE(bytes.length, 4)
  return Buffer.concat([head, bytes])
}
