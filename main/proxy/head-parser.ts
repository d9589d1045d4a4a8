import { CONTENT_LENGTH, type FieldId, fieldIdAt, OTHER, stepHash, TRANSFER_ENCODING } from './field-names.ts'
import type { Limits } from './limits.ts'
import { COLON, CR, classOf, FIELD_VALUE, HTAB, LF, SP, TOKEN } from './octets.ts'

/** The head has not come whole. */
export const INCOMPLETE = 0
/** The head breaks a rule: see `refusal`. */
export const REFUSED = -1

/** Why a message is not passed on. `status` is what a client is told; an upstream's broken answer is a 502 anyway. */
export interface Refusal {
  readonly status: 400 | 414 | 431 | 505
  readonly reason: string
}

/**
 * Reads the head of one message: a start line, fields, an empty line (RFC 9112 §2 to §5), strictly and within limits.
 * The parser reads in place and resumes at the line where it stopped, so a head that comes an octet at a time costs little more.
 * All offsets that it keeps are relative to the head's first octet: the octets may move between two reads.
 */
export abstract class HeadParser {
  refusal: Refusal | undefined
  /** -1 without Content-Length. */
  contentLength = -1
  /** Start and end of each line that is not passed on, in order. */
  readonly cuts: number[] = []
  protected readonly limits: Limits
  private resumeAt = 0
  private fieldCount = 0
  private lengths = 0

  constructor(limits: Limits) {
    this.limits = limits
  }

  /**
   * Takes `octets[start..end)`, all that has come since the head began. Returns the length of the head, INCOMPLETE
   * (call again with the same octets and more), or REFUSED.
   */
  read(octets: Buffer, start: number, end: number): number {
    if (this.resumeAt === 0) {
      const length = this.readStartLine(octets, start, end)
      if (length <= 0) return length
      this.resumeAt = length
    }
    let at = start + this.resumeAt
    for (;;) {
      if (at >= end) return this.incomplete(end - start)
      if (octets[at] === CR) break
      const next = this.readField(octets, start, at, end)
      if (next === INCOMPLETE) return this.incomplete(end - start)
      if (next === REFUSED) return REFUSED
      at = next
      this.resumeAt = at - start
    }
    if (at + 1 >= end) return this.incomplete(end - start)
    if (octets[at + 1] !== LF) return this.refuse(400, 'a bare CR ends the head')
    const length = at + 2 - start
    if (length > this.limits.headBytes) return this.refuse(431, 'the head is too long')
    return this.finish(octets, start, length) ? length : REFUSED
  }

  /** Makes ready for the next message. */
  reset(): void {
    this.refusal = undefined
    if (this.cuts.length > 0) this.cuts.length = 0
    this.resumeAt = 0
    this.fieldCount = 0
    this.contentLength = -1
    this.lengths = 0
  }

  /** Returns the length of the start line with its CRLF, INCOMPLETE or REFUSED. */
  protected abstract readStartLine(octets: Buffer, start: number, end: number): number
  /** Takes a field that the proxy acts on. Its line ends at `valueEnd` or, with trailing white space, after it. */
  protected abstract takeField(id: FieldId, value: string): boolean
  /** The value of a field as text, for a field whose last value may be the same. */
  protected textAt(_id: FieldId, octets: Buffer, start: number, end: number): string {
    return octets.toString('latin1', start, end)
  }

  protected get hasLength(): boolean {
    return this.lengths > 0
  }

  /** Checks the head as a whole. */
  protected abstract finish(octets: Buffer, start: number, length: number): boolean
  /** Whether the value of this field is looked at, or only its line is cut. */
  protected abstract keepsLine(id: FieldId): boolean

  protected refuse(status: Refusal['status'], reason: string): typeof REFUSED {
    this.refusal = { status, reason }
    return REFUSED
  }

  protected incomplete(length: number): number {
    return length > this.limits.headBytes ? this.refuse(431, 'the head is too long') : INCOMPLETE
  }

  /** Returns the offset after the field's line, INCOMPLETE or REFUSED (RFC 9112 §5: no space before the colon, no folding). */
  private readField(octets: Buffer, start: number, lineStart: number, end: number): number {
    let at = lineStart
    let hash = 0
    for (; at < end; at++) {
      const octet = octets[at] ?? 0
      if (((classOf[octet] ?? 0) & TOKEN) === 0) break
      hash = stepHash(hash, octet)
    }
    if (at >= end) return INCOMPLETE
    if (octets[at] !== COLON || at === lineStart) return this.refuse(400, 'malformed field name')
    const nameEnd = at++
    while (at < end && (octets[at] === SP || octets[at] === HTAB)) at++
    const valueStart = at
    while (at < end && ((classOf[octets[at] ?? 0] ?? 0) & FIELD_VALUE) !== 0) at++
    if (at >= end) return INCOMPLETE
    if (octets[at] !== CR) return this.refuse(400, 'control character in a field')
    if (at + 1 >= end) return INCOMPLETE
    if (octets[at + 1] !== LF) return this.refuse(400, 'bare CR in a field')
    if (++this.fieldCount > this.limits.fields) return this.refuse(431, 'too many fields')
    const id = fieldIdAt(octets, lineStart, nameEnd, hash)
    if (id !== OTHER && !this.takeLine(id, octets, { start, lineStart, valueStart, valueEnd: at })) return REFUSED
    return at + 2
  }

  private takeLine(
    id: FieldId,
    octets: Buffer,
    line: { start: number; lineStart: number; valueStart: number; valueEnd: number },
  ): boolean {
    if (!this.keepsLine(id)) this.cuts.push(line.lineStart - line.start, line.valueEnd + 2 - line.start)
    // Framing fields are read to the letter, for they are passed on to the letter, and not everyone allows the same space
    // after them.
    if (id === CONTENT_LENGTH) return this.takeLength(parseLength(octets, line.valueStart, line.valueEnd))
    const value = this.textAt(id, octets, line.valueStart, line.valueEnd)
    return this.takeField(id, id === TRANSFER_ENCODING ? value : trimSpaceEnd(value))
  }

  private takeLength(length: number): boolean {
    this.contentLength = length
    if (++this.lengths > 1) this.refuse(400, 'more than one Content-Length')
    else if (length === -1) this.refuse(400, 'malformed Content-Length')
    return this.refusal === undefined
  }
}

/** Not String's own: that takes more for white space than HTTP does. */
function trimSpaceEnd(value: string): string {
  const last = value.charCodeAt(value.length - 1)
  return last === SP || last === HTAB ? value.replace(/[ \t]+$/, '') : value
}

const LENGTH_DIGITS = 15

/** Reads a Content-Length (RFC 9112 §6.2): digits alone, no list, no sign. -1 when it is anything else. */
function parseLength(octets: Uint8Array, start: number, end: number): number {
  if (start === end || end - start > LENGTH_DIGITS) return -1
  let length = 0
  for (let at = start; at < end; at++) {
    const digit = (octets[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return -1
    length = length * 10 + digit
  }
  return length
}

/** Splits a comma list such as Connection's into lower-case tokens; undefined when a member is not a token. */
export function parseTokens(value: string): string[] | undefined {
  const tokens: string[] = []
  for (const member of value.split(',')) {
    const token = trimSpace(member).toLowerCase()
    if (token === '') continue
    if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(token)) return undefined
    tokens.push(token)
  }
  return tokens
}

function trimSpace(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '')
}
