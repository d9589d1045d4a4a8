import { isForbiddenTrailer, stepHash } from './field-names.ts'
import { COLON, CR, classOf, FIELD_VALUE, hexValue, LF, SEMICOLON, TOKEN } from './octets.ts'

/** A body that breaks its framing. */
export const MALFORMED = -1

const EXTENSION_BYTES = 256
const TRAILER_BYTES = 8 * 1024
const SIZE_DIGITS = 13

type Framing = 'none' | 'length' | 'chunked' | 'until-close'
type ChunkState =
  | 'size'
  | 'extension'
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
      case 'extension':
        if (octet === CR) this.state = 'size-lf'
        else return ++this.spent <= EXTENSION_BYTES && ((classOf[octet] ?? 0) & FIELD_VALUE) !== 0
        return true
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
      default:
        return this.stepTrailer(octet)
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
    else if (octet === SEMICOLON) this.state = 'extension'
    else return false
    return true
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
