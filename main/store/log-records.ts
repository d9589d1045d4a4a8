/** One line in the index of a chunk: where its text lies, and what is known of it. */
export interface LogRecord {
  /** When it was written, as the engine says it. Nanoseconds since the epoch. */
  readonly raw: bigint
  /** The same, but never earlier than that of the line before: what lines are ordered by. Milliseconds. */
  readonly at: number
  /** In the chunk's text, in bytes. */
  readonly offset: number
  readonly length: number
  /** Bytes of the whole line; more than `length` where it was clipped. */
  readonly whole: number
  readonly stream: 'out' | 'err'
}

export const RECORD_BYTES = 32

export function writeRecord(record: LogRecord): Buffer {
  const bytes = Buffer.alloc(RECORD_BYTES)
  bytes.writeBigInt64LE(record.raw, 0)
  bytes.writeDoubleLE(record.at, 8)
  bytes.writeUInt32LE(record.offset, 16)
  bytes.writeUInt32LE(record.length, 20)
  bytes.writeUInt32LE(Math.min(record.whole, 0xffffffff), 24)
  bytes.writeUInt32LE(record.stream === 'err' ? 2 : 1, 28)
  return bytes
}

export function readRecord(index: Buffer, number: number): LogRecord {
  const start = number * RECORD_BYTES
  return {
    raw: index.readBigInt64LE(start),
    at: timeOf(index, number),
    offset: index.readUInt32LE(start + 16),
    length: index.readUInt32LE(start + 20),
    whole: index.readUInt32LE(start + 24),
    stream: index.readUInt32LE(start + 28) === 2 ? 'err' : 'out',
  }
}

export function timeOf(index: Buffer, number: number): number {
  return index.readDoubleLE(number * RECORD_BYTES + 8)
}

/** Where a line's text and its line break end. */
export function endOf({ offset, length }: Pick<LogRecord, 'offset' | 'length'>): number {
  return offset + length + 1
}
