/** A close frame of a server: 1001, going away (RFC 6455 §5.5.1, §7.4.1). */
export const GOING_AWAY: Buffer = Buffer.from([0x88, 0x02, 0x03, 0xe9])

/** Follows the frames that an upstream sends, to know where one ends (RFC 6455 §5.2). It keeps nothing of them. */
export class FrameFollower {
  private headLeft = 2
  private readonly head: number[] = []
  private payloadLeft = 0

  get isAtBoundary(): boolean {
    return this.payloadLeft === 0 && this.head.length === 0
  }

  /** Returns the offset of the first boundary in `octets[start..end)`, or -1 when the frame goes on. Reads no further. */
  toBoundary(octets: Uint8Array, start: number, end: number): number {
    let at = start
    while (at < end && !this.isAtBoundary) at = this.advance(octets, at, end)
    return this.isAtBoundary ? at : -1
  }

  follow(octets: Uint8Array, start: number, end: number): void {
    let at = start
    while (at < end) at = this.advance(octets, at, end)
  }

  private advance(octets: Uint8Array, at: number, end: number): number {
    if (this.payloadLeft > 0) {
      const taken = Math.min(this.payloadLeft, end - at)
      this.payloadLeft -= taken
      return at + taken
    }
    this.head.push(octets[at] ?? 0)
    if (this.head.length === 2) this.headLeft = headLength(this.head[1] ?? 0)
    if (this.head.length === this.headLeft) {
      this.payloadLeft = payloadLength(this.head)
      this.head.length = 0
      this.headLeft = 2
    }
    return at + 1
  }
}

function headLength(second: number): number {
  const short = second & 0x7f
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0
  return 2 + extended + ((second & 0x80) === 0 ? 0 : 4)
}

function payloadLength(head: readonly number[]): number {
  const short = (head[1] ?? 0) & 0x7f
  if (short < 126) return short
  const bytes = head.slice(2, short === 126 ? 4 : 10)
  return bytes.reduce((length, byte) => length * 256 + byte, 0)
}
