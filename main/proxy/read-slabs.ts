import type { Socket } from 'node:net'
import { HEADROOM } from './answer-head.ts'
import { STRING_BYTES, writeText } from './writes.ts'

/** What is read at a time, until a read fills it and the answer is large. With a head that grew, a write still copies it. */
const SHARED_BYTES = STRING_BYTES - HEADROOM
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
  private room: Buffer = sharedRoom
  private isRoomKnown = false

  /** Where the next read goes; undefined where that is where the last one went. */
  get newRoom(): Buffer | undefined {
    return this.isRoomKnown ? undefined : this.room
  }

  /** Writes octets that were read. Those in a slab of this connection's own must stay there until the socket took them. */
  writeTo(socket: Socket, octets: Buffer, start: number, end: number): void {
    if (end === start) return
    if (end - start > STRING_BYTES || this.octets !== shared) socket.write(octets.subarray(start, end))
    else writeText(socket, octets.toString('latin1', start, end))
  }

  /** After a read of so many octets. `isFree` says that nobody writes or will read from them. */
  settle(count: number, isFree: boolean): void {
    const isShared = this.octets === shared
    this.isRoomKnown = true
    if (isShared && count === SHARED_BYTES) this.readInto(spare.pop() ?? Buffer.allocUnsafeSlow(HEADROOM + LARGE_BYTES))
    if (isShared || !isFree || count >= SHARED_BYTES) return
    if (spare.length < SPARE_SLABS) spare.push(this.octets)
    this.readInto(shared)
  }

  private readInto(octets: Buffer): void {
    this.octets = octets
    this.room = octets === shared ? sharedRoom : octets.subarray(HEADROOM)
    this.isRoomKnown = false
  }
}
