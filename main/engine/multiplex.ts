const HEADER_BYTES = 8

/** Takes the frames off a multiplexed stream: a byte for stdin, stdout or stderr, three of nothing, four of length. */
export function createDemultiplexer(onBytes: (bytes: Buffer) => void): (chunk: Buffer) => void {
  return createFrameReader((_kind, bytes) => onBytes(bytes))
}

/** The same, and tells which it was: 0 stdin, 1 stdout, 2 stderr. A frame may come in parts. */
export function createFrameReader(onBytes: (kind: number, bytes: Buffer) => void): (chunk: Buffer) => void {
  let kind = 0
  let header = Buffer.alloc(0)
  let left = 0

  return chunk => {
    let rest = chunk
    while (rest.length > 0) {
      if (left > 0) {
        const part = rest.subarray(0, left)
        onBytes(kind, part)
        left -= part.length
        rest = rest.subarray(part.length)
        continue
      }
      const missing = HEADER_BYTES - header.length
      header = Buffer.concat([header, rest.subarray(0, missing)])
      rest = rest.subarray(missing)
      if (header.length < HEADER_BYTES) return
      kind = header[0] ?? 0
      left = header.readUInt32BE(4)
      header = Buffer.alloc(0)
    }
  }
}

/** Keeps the first or the last bytes of what it is given, at most so many, and tells them as text. */
export function createKeeper(maxBytes: number, which: 'first' | 'last') {
  const kept: Buffer[] = []
  let size = 0

  return {
    add(bytes: Buffer): void {
      if (which === 'first' && size >= maxBytes) return
      // A copy: what comes is a view of a whole network read, which it would keep alive.
      kept.push(Buffer.from(which === 'first' ? bytes.subarray(0, Math.max(0, maxBytes - size)) : bytes))
      size += kept.at(-1)?.length ?? 0
      while (which === 'last' && size - (kept[0]?.length ?? 0) >= maxBytes) size -= kept.shift()?.length ?? 0
    },
    text(): string {
      const all = Buffer.concat(kept)
      return (which === 'last' ? all.subarray(Math.max(0, all.length - maxBytes)) : all).toString('utf8')
    },
  }
}

/** No engine tells as much in one line. Bytes. */
const MOST_LINE = 64 * 1024 * 1024

/** Calls with each JSON line's value. Throws SyntaxError at a line that is none, or that does not end. */
export function createLineReader(onValue: (value: unknown) => void): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0)
  return chunk => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    for (let end = pending.indexOf(10); end >= 0; end = pending.indexOf(10)) {
      const line = pending.subarray(0, end).toString('utf8').trim()
      pending = pending.subarray(end + 1)
      if (line !== '') onValue(JSON.parse(line))
    }
    if (pending.length > MOST_LINE) throw new SyntaxError('a line without an end')
  }
}
