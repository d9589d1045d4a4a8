import { createServer, type Server } from 'node:net'
import type { TableAck } from '../../shared/table.ts'
import { acceptOptions, type OpenSocket, onAccepted } from './accepted.ts'
import type { Door } from './plane.ts'

interface OpenDoor extends Door {
  readonly server: Server
  readonly address: string
}

/** The ports that the proxy listens on. */
export class Doors {
  private readonly opened = new Map<number, OpenDoor>()
  private wanted: readonly number[] = []
  private readonly onConnection: (open: OpenSocket, door: Door) => void

  constructor(onConnection: (open: OpenSocket, door: Door) => void) {
    this.onConnection = onConnection
  }

  /** Ports that are wanted and could not be opened. */
  get closed(): number[] {
    return this.wanted.filter(port => !this.opened.has(port))
  }

  /** Listens on these ports and no others. Returns those that could not be opened, and why. */
  async open(ports: readonly number[], address: string): Promise<TableAck['closed']> {
    this.wanted = ports
    const stale = [...this.opened.values()].filter(door => !ports.includes(door.port) || door.address !== address)
    for (const door of stale) this.shut(door)
    const missing = ports.filter(port => !this.opened.has(port))
    const reasons = await Promise.all(missing.map(port => this.listen(port, address)))
    return missing.flatMap((port, index) => {
      const reason = reasons[index]
      return reason === undefined ? [] : [{ port, reason }]
    })
  }

  close(): void {
    this.wanted = []
    for (const door of this.opened.values()) this.shut(door)
  }

  private listen(port: number, address: string): Promise<string | undefined> {
    const server = createServer(acceptOptions)
    const door: OpenDoor = { port, address, server, isClosed: false }
    return new Promise(resolve => {
      server.once('error', error => resolve(closedReason(error, port, address)))
      server.listen({ port, host: address, backlog: 4096 }, () => {
        server.removeAllListeners('error')
        onAccepted(server, open => this.onConnection(open, door))
        // A failure to accept one connection is not the end of the port.
        server.on('error', () => undefined)
        // The table may have changed meanwhile.
        if (this.wanted.includes(port) && !this.opened.has(port)) this.opened.set(port, door)
        else server.close()
        resolve(undefined)
      })
    })
  }

  /** Stops listening. Its connections live on until their next answer, so their end is not waited for. */
  private shut(door: OpenDoor): void {
    door.isClosed = true
    this.opened.delete(door.port)
    door.server.close()
  }
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
