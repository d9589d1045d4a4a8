import type { Server, Socket, SocketConstructorOpts } from 'node:net'
import { readingSocket } from './reading-socket.ts'

/** How a connection hands over what it read: `octets[0..end)`, in a buffer that is read into again. */
export type TakeOctets = (octets: Buffer, end: number) => void
/** Makes the socket of a connection that was accepted, which begins to be read. */
export type OpenSocket = (take: TakeOctets) => Socket

/** How a server is made whose connections are handed over. A mark of one makes `drain` mean that the system has everything. */
export const acceptOptions = { allowHalfOpen: true, noDelay: true, highWaterMark: 1, pauseOnConnect: true } as const

const READ_BYTES = 64 * 1024
/** A read buffer for all clients: each read is used up before the next one. */
const shared = Buffer.allocUnsafeSlow(READ_BYTES)

/** The handle behind a server. Not in Node's types; its names and use are the same since the first versions. */
interface Listening {
  onconnection?: (error: number, handle?: object) => void
}

/**
 * Hands over each connection that a listening server accepts, to be read into a buffer that all share. Node offers that
 * (`onread`) only for connections that one makes oneself; for accepted ones it makes a socket and 64 kB for every read,
 * which costs a tenth of a small request. So a socket of our own making takes the system's handle. Where Node no longer
 * has it there, the slow way is taken.
 */
export function onAccepted(server: Server, onConnection: (open: OpenSocket) => void): void {
  // As above: it is there, the type is not.
  const { _handle: listening } = server as unknown as { _handle?: Listening | null }
  if (typeof listening?.onconnection !== 'function') {
    server.on('connection', accepted => onConnection(take => readSlowly(accepted, take)))
    return
  }
  listening.onconnection = (error, handle) => {
    // A failure to accept one connection is not the end of the port.
    if (error === 0 && handle !== undefined) onConnection(take => readHandle(handle, take))
  }
}

function readHandle(handle: object, take: TakeOctets): Socket {
  // As above: the option is there, the type is not.
  return readingSocket({ handle } as SocketConstructorOpts, { room: shared, take: end => take(shared, end) })
}

function readSlowly(accepted: Socket, take: TakeOctets): Socket {
  accepted.on('data', octets => take(octets, octets.length))
  return accepted.resume()
}
