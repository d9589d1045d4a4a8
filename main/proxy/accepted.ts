import { Socket, type SocketConstructorOpts } from 'node:net'

/** How a connection hands over what it read: `octets[0..end)`, in a buffer that is read into again. */
export type TakeOctets = (octets: Buffer, end: number) => void

const READ_BYTES = 64 * 1024
/** One for all clients: it is used up before the next read. */
const shared = Buffer.allocUnsafeSlow(READ_BYTES)

/**
 * Reads an accepted, paused connection into a buffer that all share. Node offers that (`onread`) only for connections
 * that one makes oneself; for accepted ones it allocates 64 kB for every read, which costs a tenth of a small request.
 * So the system's handle moves into a socket of our own making. Where Node no longer has it there, the slow way is taken.
 */
export function readAccepted(accepted: Socket, take: TakeOctets): Socket {
  // The handle is not in Node's types. It has had this name and use since the first versions.
  const owner = accepted as unknown as { _handle?: object | null }
  const handle = owner._handle
  if (handle === undefined || handle === null) return readSlowly(accepted, take)
  owner._handle = null
  accepted.destroy()
  const onread = {
    buffer: shared,
    callback: (end: number) => {
      take(shared, end)
      return true
    },
  }
  // As above: the option is there, the type is not.
  const options = { handle, allowHalfOpen: true, highWaterMark: 1, onread } as SocketConstructorOpts
  return new Socket(options)
}

function readSlowly(accepted: Socket, take: TakeOctets): Socket {
  accepted.on('data', octets => take(octets, octets.length))
  return accepted.resume()
}

/** A write of up to this many octets is copied by way of a string, which is cheaper than a buffer of its own. */
const STRING_BYTES = 16 * 1024

/** Free to be written from. A write that the system did not take whole keeps it, and the next one makes another. */
let spare: Buffer | undefined

/** Writes octets that stand in a buffer which is read into again. */
export function writeCopy(socket: Socket, octets: Buffer, start: number, end: number): void {
  if (end - start <= STRING_BYTES) {
    socket.write(octets.toString('latin1', start, end), 'latin1')
    return
  }
  if (end - start > READ_BYTES) {
    socket.write(Buffer.from(octets.subarray(start, end)))
    return
  }
  const copy = spare ?? Buffer.allocUnsafeSlow(READ_BYTES)
  spare = undefined
  octets.copy(copy, 0, start, end)
  socket.write(copy.subarray(0, end - start))
  if (socket.writableLength === 0) spare = copy
}
