import { writeSync } from 'node:fs'
import type { Socket } from 'node:net'

/** The handle behind a socket. Not in Node's types. */
interface Handle {
  /** By which the system knows it. There is none where the system is Windows, or the socket closed. */
  readonly fd?: number
}

/** For text on its way: it is free again when the write returns. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024)

/** Writes text, each character an octet. */
export function writeText(socket: Socket, text: string): void {
  if (text.length > scratch.length) socket.write(text, 'latin1')
  else writeOctets(socket, scratch, 0, scratch.write(text, 'latin1'))
}

/**
 * Writes `octets[start..end)`, which may be written over when this returns. Nearly always the system takes them all at
 * once, and nothing is kept of them. The rest is copied into the stream's queue: it shows in `writableLength`, and ends
 * with `drain`.
 */
export function writeOctets(socket: Socket, octets: Buffer, start: number, end: number): void {
  if (start === end) return
  const rest = start + takenAtOnce(socket, octets, start, end)
  if (rest < end) socket.write(Buffer.from(octets.subarray(rest, end)))
}

/**
 * Gives octets to the system itself: Node would make a request of four calls, and hold on to the buffer until all of it is
 * taken. Returns how many were. None where they would overtake what waits in the stream.
 */
function takenAtOnce(socket: Socket, octets: Buffer, start: number, end: number): number {
  // See Handle.
  const fd = (socket as unknown as { _handle?: Handle | null })._handle?.fd
  if (fd === undefined || fd < 0 || socket.connecting || !socket.writable || socket.writableLength > 0) return 0
  try {
    return writeSync(fd, octets, start, end - start)
  } catch {
    // The system takes none now, or the socket is gone: the stream will find out which.
    return 0
  }
}
