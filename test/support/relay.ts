import { createConnection, createServer, type Socket } from 'node:net'

/** A way to a port of loopback that can fall silent, as a cut cable does: nothing passes, and nobody hangs up. */
export interface Relay {
  readonly port: number
  silence(): void
  /** Bytes that were sent meanwhile arrive now. */
  speak(): void
  close(): void
}

/** Every byte takes `delayMs` each way, in its order; at once where none is given. */
export async function startRelay(to: number, delayMs = 0): Promise<Relay> {
  const sockets = new Set<Socket>()
  let isSilent = false

  function pass(from: Socket, into: Socket): void {
    sockets.add(from)
    from.on('data', bytes => {
      if (delayMs === 0) into.write(bytes)
      else setTimeout(() => into.writable && into.write(bytes), delayMs)
    })
    from.on('close', () => {
      sockets.delete(from)
      into.destroy()
    })
    from.on('error', () => from.destroy())
    if (isSilent) from.pause()
  }

  const server = createServer(near => {
    const far = createConnection({ host: '127.0.0.1', port: to })
    pass(near, far)
    pass(far, near)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    silence() {
      isSilent = true
      for (const socket of sockets) socket.pause()
    },
    speak() {
      isSilent = false
      for (const socket of sockets) socket.resume()
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
