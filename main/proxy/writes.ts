import type { Socket } from 'node:net'
import { PromptSocket } from './prompt-socket.ts'

/** Up to this many octets are copied by way of a string, which is cheaper than a buffer of its own. */
export const STRING_BYTES = 16 * 1024
const SPARE_BYTES = 64 * 1024

/** Free to be written from. A write that the system did not take whole keeps it, and the next one makes another. */
let spare: Buffer | undefined

/** Writes text, each character an octet. */
export function writeText(socket: Socket, text: string): void {
  if (socket instanceof PromptSocket) socket.send(text)
  else socket.write(text, 'latin1')
}

/** Writes octets that stand in a buffer which is read into again. */
export function writeCopy(socket: Socket, octets: Buffer, start: number, end: number) {
  if (end - start <= STRING_BYTES) return writeText(socket, octets.toString('latin1', start, end))
  if (end - start > SPARE_BYTES) {
    socket.write(Buffer.from(octets.subarray(start, end)))
    return
  }
  const copy = spare ?? Buffer.allocUnsafeSlow(SPARE_BYTES)
  spare = undefined
  octets.copy(copy, 0, start, end)
  socket.write(copy.subarray(0, end - start))
  if (socket.writableLength === 0) spare = copy
}
