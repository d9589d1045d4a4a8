import { createServer, type Server } from 'node:net'
import type { TableAck } from '../../shared/table.ts'
import { acceptOptions, type OpenSocket, onAccepted } from './accepted.ts'
import type { Door } from './plane.ts'

/**
 * How many sockets listen on one port. Node takes one connection of each in a turn of its loop, and under load a turn is
 * as long as all answers at hand take: by one socket alone, the last of a thousand clients would be let in after seconds.
 */
const LISTENERS = 16
const BACKLOG = 4096

interface OpenDoor extends Door {
  readonly servers: readonly Server[]
  readonly address: string
}

/** The ports that the proxy listens on. */
export class Doors {
  private readonly opened = new Map<number, OpenDoor>()
  private wanted: readonly number[] = []
  /** Why a port could not be opened when that was tried last. */
  private readonly reasons = new Map<number, string>()
  private readonly onConnection: (open: OpenSocket, door: Door) => void

  constructor(onConnection: (open: OpenSocket, door: Door) => void) {
    this.onConnection = onConnection
  }

  /** Ports that are wanted and could not be opened, and why. */
  get closed(): TableAck['closed'] {
    return this.wanted.flatMap(port => {
      const reason = this.opened.has(port) ? undefined : this.reasons.get(port)
      return reason === undefined ? [] : [{ port, reason }]
    })
  }

  /** Listens on these ports and no others. Returns those that could not be opened, and why. */
  async open(ports: readonly number[], address: string): Promise<TableAck['closed']> {
    this.wanted = ports
    const stale = [...this.opened.values()].filter(door => !ports.includes(door.port) || door.address !== address)
    for (const door of stale) this.shut(door)
    const missing = ports.filter(port => !this.opened.has(port))
    await Promise.all(
      missing.map(async port => {
        const reason = await this.listen(port, address)
        if (reason === undefined) this.reasons.delete(port)
        else this.reasons.set(port, reason)
      }),
    )
    return this.closed
  }

  close(): void {
    this.wanted = []
    for (const door of this.opened.values()) this.shut(door)
  }

  /** Returns why it could not, if so. */
  private async listen(port: number, address: string): Promise<string | undefined> {
    const servers: Server[] = []
    const door: OpenDoor = { port, address, servers, isClosed: false }
    const onListening = (server: Server) => {
      servers.push(server)
      onAccepted(server, open => this.onConnection(open, door))
    }
    try {
      await listenTogether(port, address, onListening)
    } catch (error) {
      return closedReason(error as NodeJS.ErrnoException, port, address)
    }
    // The table may have changed meanwhile.
    if (this.wanted.includes(port) && !this.opened.has(port)) this.opened.set(port, door)
    else this.shut(door)
    return undefined
  }

  /** Stops listening. Its connections live on until their next answer, so their end is not waited for. */
  private shut(door: OpenDoor): void {
    door.isClosed = true
    if (this.opened.get(door.port) === door) this.opened.delete(door.port)
    for (const server of door.servers) server.close()
  }
}

/** Rejects where the port is not free. */
async function listenTogether(port: number, address: string, onListening: (server: Server) => void): Promise<void> {
  if (!canShare()) return listen(port, address, { reusePort: false, onListening })
  // A port that is shared can be joined by others that share it: it is ours only if it can be had alone as well.
  await listen(port, address, { reusePort: false, onListening: server => void server.close() })
  const each = Array.from({ length: LISTENERS }, () => listen(port, address, { reusePort: true, onListening }))
  const outcomes = await Promise.allSettled(each)
  // Not every kernel that Node takes for one that shares ports does.
  if (outcomes.every(({ status }) => status === 'rejected'))
    await listen(port, address, { reusePort: false, onListening })
}

interface Listening {
  readonly reusePort: boolean
  onListening(server: Server): void
}

function listen(port: number, host: string, { reusePort, onListening }: Listening): Promise<void> {
  const server = createServer(acceptOptions)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, backlog: BACKLOG, reusePort }, () => {
      server.off('error', reject)
      // A failure to accept one connection is not the end of the port.
      server.on('error', () => undefined)
      onListening(server)
      resolve()
    })
  })
}

/** Whether new connections are spread over the sockets that share a port, which Linux does, and Node asks for since 22.12 and 23.1. */
function canShare(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return process.platform === 'linux' && (major > 23 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12))
}

function closedReason(error: NodeJS.ErrnoException, port: number, address: string): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `another program already listens on ${address}:${port} (EADDRINUSE)`
    case 'EACCES':
      return `this user may not listen on port ${port}: ports below 1024 need a privilege (EACCES)`
    case 'EADDRNOTAVAIL':
      return `this machine has no address ${address} (EADDRNOTAVAIL)`
    default:
      return error.message
  }
}
