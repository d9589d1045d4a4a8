import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { createForwardServer, type ForwardServer, type PublishedPort } from './forward-server.ts'
import { LOOPBACK } from './reach.ts'

/** How long a port stays open that nobody is connected to. Milliseconds. */
const IDLE_MS = 30 * 60_000

/** Ports of this machine's loopback, each of which leads to a port of a container on another machine. */
interface LoopbackPorts {
  /** Resolves with the port; the same one while it is open. */
  open(published: PublishedPort): Promise<number>
  /** Closes the ports of containers that do not run any more. */
  keepOnly(isThere: (containerId: string) => boolean): void
  close(): void
}

interface Loopback extends ForwardServer {
  readonly listening: Promise<number>
  /** Begins the time anew after which it is closed if nobody is connected. */
  rest(): void
}

export function createLoopbackPorts(input: {
  readonly open: (host: string, port: number) => Promise<Duplex>
  readonly idleMs?: number
}): LoopbackPorts {
  const { idleMs = IDLE_MS } = input
  const ports = new Map<string, Loopback>()

  function listen(to: PublishedPort, key: string): Loopback {
    const forward = createForwardServer(to, input.open)
    const { server, connections, end: stop } = forward
    let timer: NodeJS.Timeout | undefined
    const end = () => {
      clearTimeout(timer)
      ports.delete(key)
      stop()
    }
    const rest = () => {
      clearTimeout(timer)
      timer = setTimeout(() => (connections.size > 0 ? rest() : end()), idleMs)
      timer.unref()
    }
    server.on('connection', socket => {
      rest()
      socket.once('close', rest)
    })
    server.listen({ host: LOOPBACK, port: 0 })
    const listening = once(server, 'listening').then(() => (server.address() as AddressInfo).port)
    listening.catch(end)
    rest()
    return Object.assign(forward, { listening, rest, end })
  }

  return {
    async open(to) {
      const key = `${to.containerId}:${to.port}`
      const loopback = ports.get(key) ?? listen(to, key)
      ports.set(key, loopback)
      loopback.to = to
      loopback.rest()
      return loopback.listening
    },
    keepOnly(isThere) {
      for (const loopback of [...ports.values()]) if (!isThere(loopback.to.containerId)) loopback.end()
    },
    close() {
      for (const loopback of [...ports.values()]) loopback.end()
    },
  }
}
