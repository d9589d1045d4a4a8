import { Transform } from 'node:stream'

/** The text that Docker writes after one time of a line; what is longer gets its time once more. */
const PIECE_BYTES = 16 * 1024
const HEADER_BYTES = 8
const NEWLINE = 10
/** A terminal's line that is longer is passed on in parts. */
const MOST_PENDING = 64 * 1024
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d) /

/**
 * A log with times as Podman tells it (whole seconds, one before every part of a long line) made one as Docker does:
 * nanoseconds, so that every line has its own. They are the line's place in its second: whoever reads from the begin of
 * that second again gets the same. `since` (seconds with fraction) leaves out what came before.
 */
export function dockersLog(since: string): Transform {
  const clock = createClock()
  const from = since === '' ? '' : stampText(Math.floor(Number(since)) * 1000, Number(since.split('.')[1] ?? 0))
  const lines = new Map<number, Line>()
  let pending: Buffer = Buffer.alloc(0)
  let isFramed: boolean | undefined

  /** One line, or the next part of one. */
  function part(kind: number, bytes: Buffer): Buffer {
    const said = STAMP.exec(bytes.toString('latin1', 0, 40))
    const text = said === null ? bytes : bytes.subarray(said[0].length)
    const line = lines.get(kind) ?? begin(said === null ? null : Date.parse(said[0].trim()))
    const hasEnded = text.at(-1) === NEWLINE
    if (hasEnded) lines.delete(kind)
    else lines.set(kind, line)
    return line.stamp < from ? Buffer.alloc(0) : stamped(line, text)
  }

  function begin(at: number | null): Line {
    return { stamp: clock(Number.isNaN(at) ? null : at), inPiece: 0 }
  }

  function* parts(isOver: boolean): Generator<Buffer> {
    isFramed ??= pending.length === 0 ? undefined : (pending[0] ?? 0) <= 2
    for (;;) {
      const size = isFramed ? frameSize(pending) : lineSize(pending, isOver)
      if (size === undefined) return
      const [bytes, kind] = [pending.subarray(isFramed ? HEADER_BYTES : 0, size), isFramed ? (pending[0] ?? 1) : 0]
      pending = pending.subarray(size)
      const told = part(kind, bytes)
      if (told.length > 0) yield isFramed ? Buffer.concat([header(kind, told.length), told]) : told
    }
  }

  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      for (const bytes of parts(false)) this.push(bytes)
      done()
    },
    flush(done) {
      for (const bytes of parts(true)) this.push(bytes)
      done()
    },
  })
}

interface Line {
  readonly stamp: string
  /** Bytes of text since its time was written last. */
  inPiece: number
}

/** Each line's own moment: a line without one has that of the line before. */
function createClock(): (at: number | null) => string {
  let second = 0
  let place = 0
  return at => {
    place = at === null || at === second ? place + 1 : 0
    second = at ?? second
    return stampText(second, place)
  }
}

function stampText(ms: number, nanoseconds: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}.${String(nanoseconds).padStart(9, '0')}Z `
}

function stamped(line: Line, text: Buffer): Buffer {
  const told: Buffer[] = []
  let rest = text
  do {
    const isEnd = rest.length === 1 && rest[0] === NEWLINE
    if (line.inPiece % PIECE_BYTES === 0 && !(isEnd && line.inPiece > 0)) told.push(Buffer.from(line.stamp))
    const room = PIECE_BYTES - (line.inPiece % PIECE_BYTES)
    const piece = rest.subarray(0, rest.at(room) === NEWLINE ? room + 1 : room)
    told.push(piece)
    line.inPiece += piece.length
    rest = rest.subarray(piece.length)
  } while (rest.length > 0)
  return Buffer.concat(told)
}

function frameSize(bytes: Buffer): number | undefined {
  const size = bytes.length < HEADER_BYTES ? undefined : HEADER_BYTES + bytes.readUInt32BE(4)
  return size !== undefined && bytes.length >= size ? size : undefined
}

function lineSize(bytes: Buffer, isOver: boolean): number | undefined {
  const at = bytes.indexOf(NEWLINE)
  if (at >= 0) return at + 1
  return bytes.length > 0 && (isOver || bytes.length > MOST_PENDING) ? bytes.length : undefined
}

function header(kind: number, size: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES)
  bytes[0] = kind
  bytes.writeUInt32BE(size, 4)
  return bytes
}
