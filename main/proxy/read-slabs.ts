import { HEADROOM } from './answer-head.ts'

/** What is read at a time, until a read fills it and the answer is large. A crowd's connections hold little else. */
const SMALL_BYTES = 4 * 1024
const LARGE_BYTES = 256 * 1024
/** Making and collecting large ones over and over costs more than keeping a few. */
const SPARE_SLABS = 16

const spare: Buffer[] = []

/** What one connection reads into, after some room, so that a head can grow to the left. Grows and shrinks between reads. */
export class ReadSlab {
  octets: Buffer = Buffer.allocUnsafeSlow(HEADROOM + SMALL_BYTES)
  /** Where the next read goes. */
  room: Buffer = this.octets.subarray(HEADROOM)
  private readonly small = this.octets
  private readonly smallRoom = this.room

  private get isSmall(): boolean {
    return this.octets === this.small
  }

  /** After a read of so many octets. `isFree` says that nobody writes or will read from them. */
  settle(count: number, isFree: boolean): void {
    if (this.isSmall) {
      if (count === SMALL_BYTES) this.use(spare.pop() ?? Buffer.allocUnsafeSlow(HEADROOM + LARGE_BYTES))
      return
    }
    if (count > SMALL_BYTES || !isFree) return
    if (spare.length < SPARE_SLABS) spare.push(this.octets)
    this.octets = this.small
    this.room = this.smallRoom
  }

  private use(octets: Buffer): void {
    this.octets = octets
    this.room = octets.subarray(HEADROOM)
  }
}
