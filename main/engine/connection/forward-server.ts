import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** How long a connection waits for a lost engine to be found again. Milliseconds. */
const WAIT_MS = 10_000

/** A published port of a container, where its engine's own machine reaches it. */
export interface PublishedPort {
  readonly containerId: string
  readonly port: number
  readonly host: string
  readonly hostPort: number
}

/** A server of this machine all of whose connections lead to a port of a container on another one. */
export interface ForwardServer {
  readonly server: Server
  readonly connections: ReadonlySet<Socket>
  to: PublishedPort
  /** Takes no further connections, and breaks those that there are. */
  end(): void
}

/** `open` yields a connection to a port of the engine's machine, once there is a way there. The server does not listen yet. */
export function createForwardServer(
  to: PublishedPort,
  open: (host: string, port: number) => Promise<Duplex>,
): ForwardServer {
  const connections = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, socket => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
    carry(socket, within(open(forward.to.host, forward.to.hostPort)))
  })
  const forward: ForwardServer = {
    server,
    connections,
    to,
    end() {
      server.close()
      for (const connection of connections) connection.destroy()
    },
  }
  return forward
}

function carry(local: Socket, opening: Promise<Duplex>): void {
  local.on('error', () => local.destroy())
  opening.then(
    remote => {
      const end = () => {
        remote.destroy()
        local.destroy()
      }
      remote.on('error', end)
      local.on('error', end)
      local.on('close', () => remote.destroy())
      remote.on('close', () => {
        // A connection that broke off must not look like one that ended.
        if (!remote.readableEnded) local.destroy()
      })
      if (local.destroyed) remote.destroy()
      else local.pipe(remote).pipe(local)
    },
    () => local.destroy(),
  )
}

async function within(opening: Promise<Duplex>): Promise<Duplex> {
  let timer: NodeJS.Timeout | undefined
  let isLate = false
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      isLate = true
      reject(new Error('no way to the engine'))
    }, WAIT_MS)
  })
  // The client has gone by then.
  opening.then(
    stream => {
      stream.on('error', () => {})
      if (isLate) stream.destroy()
    },
    () => {},
  )
  return Promise.race([opening, late]).finally(() => clearTimeout(timer))
}
