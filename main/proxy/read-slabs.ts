import type { Socket } from 'node:net'
import { HEADROOM } from './answer-head.ts'

/** What is read at a time, until a read fills it and the answer is large. As much as a write copies by way of a string. */
const SHARED_BYTES = 16 * 1024
const LARGE_BYTES = 256 * 1024
/** Making and collecting large ones over and over costs more than keeping a few. */
const SPARE_SLABS = 16

/** One for all upstream connections: what is read into it is written away, or copied, before the next read. */
const shared = Buffer.allocUnsafeSlow(HEADROOM + SHARED_BYTES)
const sharedRoom = shared.subarray(HEADROOM)
const spare: Buffer[] = []

/** What one connection reads into, after some room, so that a head can grow to the left. Grows and shrinks between reads. */
export class ReadSlab {
  octets: Buffer = shared
  /** Where the next read goes. */
  room: Buffer = sharedRoom

  /** Writes octets that were read. Those in a slab of this connection's own must stay there until the socket took them. */
  writeTo(socket: Socket, octets: Buffer, start: number, end: number): void {
    if (end === start) return
    if (end - start > SHARED_BYTES + HEADROOM || this.octets !== shared) socket.write(octets.subarray(start, end))
    else socket.write(octets.toString('latin1', start, end), 'latin1')
  }

  /** After a read of so many octets. `isFree` says that nobody writes or will read from them. */
  settle(count: number, isFree: boolean): void {
    if (this.octets === shared) {
      if (count < SHARED_BYTES) return
      this.octets = spare.pop() ?? Buffer.allocUnsafeSlow(HEADROOM + LARGE_BYTES)
      this.room = this.octets.subarray(HEADROOM)
    } else if (isFree && count < SHARED_BYTES) {
      if (spare.length < SPARE_SLABS) spare.push(this.octets)
      this.octets = shared
      this.room = sharedRoom
    }
  }
}
