import { isForbiddenTrailer, stepHash } from './field-names.ts'
import {
  BACKSLASH,
  COLON,
  CR,
  classOf,
  EQUALS,
  FIELD_VALUE,
  HTAB,
  hexValue,
  LF,
  QUOTE,
  SEMICOLON,
  SP,
  TOKEN,
} from './octets.ts'

/** A body that breaks its framing. */
export const MALFORMED = -1

const EXTENSION_BYTES = 256
const TRAILER_BYTES = 8 * 1024
const SIZE_DIGITS = 13

type Framing = 'none' | 'length' | 'chunked' | 'until-close'
type ChunkState =
  | 'size'
  | 'extension-start'
  | 'extension-name'
  | 'extension-value-start'
  | 'extension-value'
  | 'extension-quoted'
  | 'extension-end'
  | 'size-lf'
  | 'data'
  | 'data-cr'
  | 'data-lf'
  | 'trailer-start'
  | 'trailer-name'
  | 'trailer-value'
  | 'trailer-lf'
  | 'end-lf'
  | 'done'

/**
 * Follows one body by its framing (RFC 9112 §6, §7) without keeping any of it. Chunked bodies are read to the last
 * octet of their trailers, so that none of their octets is taken for the next message.
 */
export class BodyFraming {
  framing: Framing = 'none'
  isDone = true
  /** Where set, the start and end of each run of chunk data is added, for a receiver that cannot read chunks. */
  runs: number[] | undefined
  private left = 0
  private state: ChunkState = 'done'
  private digits = 0
  private spent = 0
  private hash = 0

  /** The framing of a request's body (RFC 9112 §6.3): chunks, a length, or nothing. */
  beginRequest(head: { chunked: boolean; contentLength: number }): void {
    if (head.chunked) this.begin('chunked')
    else this.begin('length', Math.max(0, head.contentLength))
  }

  /** The framing of an answer's body, which depends on what was asked and may end with the connection. */
  beginAnswer(head: { status: number; chunked: boolean; contentLength: number }, isHead: boolean): void {
    if (isHead || head.status === 204 || head.status === 304) this.begin('none')
    else if (head.chunked) this.begin('chunked')
    else if (head.contentLength >= 0) this.begin('length', head.contentLength)
    else this.begin('until-close')
  }

  /** `length` is needed by 'length' only. */
  begin(framing: Framing, length = 0): void {
    this.framing = framing
    this.runs = undefined
    this.left = length
    this.isDone = framing === 'none' || (framing === 'length' && length === 0)
    if (framing !== 'chunked') return
    this.state = 'size'
    this.digits = 0
    this.spent = 0
  }

  /** Returns how many of `octets[start..end)` belong to this body, or MALFORMED. Sets `isDone` at its last octet. */
  follow(octets: Uint8Array, start: number, end: number): number {
    switch (this.framing) {
      case 'none':
        return 0
      case 'until-close':
        return end - start
      case 'chunked':
        return this.followChunks(octets, start, end)
      default: {
        const taken = Math.min(this.left, end - start)
        this.left -= taken
        if (this.left === 0) this.isDone = true
        return taken
      }
    }
  }

  private followChunks(octets: Uint8Array, start: number, end: number): number {
    let at = start
    while (at < end) {
      if (this.state === 'data') {
        const taken = Math.min(this.left, end - at)
        this.runs?.push(at, at + taken)
        this.left -= taken
        at += taken
        if (this.left === 0) this.state = 'data-cr'
        continue
      }
      if (!this.step(octets[at++] ?? 0)) return MALFORMED
      if (this.state === 'done') {
        this.isDone = true
        break
      }
    }
    return at - start
  }

  /** Takes one octet outside of chunk data. False when it may not stand there. */
  private step(octet: number): boolean {
    switch (this.state) {
      case 'size':
        return this.stepSize(octet)
      case 'size-lf':
        this.state = this.left === 0 ? 'trailer-start' : 'data'
        this.spent = 0
        return octet === LF
      case 'data-cr':
        this.state = 'data-lf'
        return octet === CR
      case 'data-lf':
        this.state = 'size'
        this.digits = 0
        return octet === LF
      case 'trailer-start':
      case 'trailer-name':
      case 'trailer-value':
      case 'trailer-lf':
      case 'end-lf':
        return this.stepTrailer(octet)
      default:
        return ++this.spent <= EXTENSION_BYTES && this.stepExtension(octet)
    }
  }

  private stepSize(octet: number): boolean {
    const value = hexValue[octet] ?? 255
    if (value !== 255) {
      this.left = this.digits === 0 ? value : this.left * 16 + value
      return ++this.digits <= SIZE_DIGITS
    }
    if (this.digits === 0) return false
    this.spent = 0
    if (octet === CR) this.state = 'size-lf'
    else if (octet === SEMICOLON) this.state = 'extension-start'
    else return false
    return true
  }

  /** Names, each with a token or a quoted string for a value, or none (RFC 9112 §7.1.1). No white space, no escapes. */
  private stepExtension(octet: number): boolean {
    const isToken = ((classOf[octet] ?? 0) & TOKEN) !== 0
    const canEnd = this.state === 'extension-name' || this.state === 'extension-value' || this.state === 'extension-end'
    if (this.state === 'extension-quoted') {
      if (octet === QUOTE) this.state = 'extension-end'
      return octet === HTAB || (octet >= SP && octet < 0x7f && octet !== BACKSLASH)
    }
    if (canEnd && octet === CR) this.state = 'size-lf'
    else if (canEnd && octet === SEMICOLON) this.state = 'extension-start'
    else if (this.state === 'extension-name' && octet === EQUALS) this.state = 'extension-value-start'
    else if (this.state === 'extension-value-start' && octet === QUOTE) this.state = 'extension-quoted'
    else if (this.state === 'extension-value-start') this.state = isToken ? 'extension-value' : 'done'
    else if (this.state === 'extension-start') this.state = isToken ? 'extension-name' : 'done'
    else return isToken && this.state !== 'extension-end'
    return this.state !== 'done'
  }

  private stepTrailer(octet: number): boolean {
    if (++this.spent > TRAILER_BYTES) return false
    switch (this.state) {
      case 'trailer-start':
        if (octet === CR) {
          this.state = 'end-lf'
          return true
        }
        this.state = 'trailer-name'
        this.hash = stepHash(0, octet)
        return ((classOf[octet] ?? 0) & TOKEN) !== 0
      case 'trailer-name':
        if (octet === COLON) {
          this.state = 'trailer-value'
          return !isForbiddenTrailer(this.hash)
        }
        this.hash = stepHash(this.hash, octet)
        return ((classOf[octet] ?? 0) & TOKEN) !== 0
      case 'trailer-value':
        if (octet === CR) this.state = 'trailer-lf'
        else return ((classOf[octet] ?? 0) & FIELD_VALUE) !== 0
        return true
      case 'trailer-lf':
        this.state = 'trailer-start'
        return octet === LF
      default:
        this.state = 'done'
        return octet === LF
    }
  }
}
