import { Socket, type SocketConstructorOpts } from 'node:net'

/** The reader of a socket: its buffer, and what it does with octets that arrived. */
export interface Reader {
  readonly room: Uint8Array
  take(count: number): void
}

/** A socket that is read into its reader's buffer again and again, where Node would make a new one for each read. */
export function readingSocket(options: SocketConstructorOpts, reader: Reader): Socket {
  let current: Reader | undefined = reader
  const onread = {
    buffer: reader.room,
    callback: (count: number) => {
      current?.take(count)
      return true
    },
  }
  // A mark of one makes `drain` mean that the system has everything. The option `onread` is there, the type is not.
  const all = { ...options, allowHalfOpen: true, highWaterMark: 1, onread } as SocketConstructorOpts
  const socket = new Socket(all)
  socket.setNoDelay(true)
  // A closed socket may stay in memory until the whole heap is collected: it drops its reference to the connection.
  socket.once('close', () => {
    current = undefined
    socket.removeAllListeners()
  })
  return socket
}
