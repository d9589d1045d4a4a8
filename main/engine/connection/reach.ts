import { connect, isIP } from 'node:net'
import type { UpstreamAddress } from '../../../shared/table.ts'
import type { ContainerPort } from '../model.ts'
import { isLoopback } from './endpoints.ts'

/** How long a port of another machine may take to answer, and how long it is left alone when it did not. Milliseconds. */
const TRY_MS = 3_000
const AGAIN_MS = 3_000

/** Where new containers publish their ports on the engine's machine, unless they are to be reached from elsewhere. */
export const LOOPBACK = '127.0.0.1'

/**
 * The address that ports are published on so that they are reached at `host` from here: no more than that one where it is
 * an address, every one of that machine where it is a name.
 */
export function bindingFor(host: string | null): string {
  if (host === null) return LOOPBACK
  return isIP(host) > 0 ? host : ''
}

/** Whether a port is published where others can reach it at `host`. */
export function isPublishedAt(host: string, port: Pick<ContainerPort, 'host' | 'hostPort'>): boolean {
  if (port.hostPort === null) return false
  return port.host === null || port.host === '' || port.host === host || !isLoopback(port.host)
}

/** A port by which it can be seen whether the machine is reached at `host`; null while none is published there. */
export function portToTry(
  host: string,
  containers: readonly { readonly ports: readonly ContainerPort[] }[],
): number | null {
  const ports = containers.flatMap(container => container.ports)
  return ports.find(port => port.protocol === 'tcp' && isPublishedAt(host, port))?.hostPort ?? null
}

/** The way to ports that are published on another machine. It is tried before the first of them is used. */
interface Reach {
  /** Null until a port of that machine has answered once. */
  addressOf(host: string, port: number): UpstreamAddress | null
  close(): void
}

/** `onProven` hears when a machine has answered for the first time. */
export function createReach(onProven: () => void): Reach {
  const proven = new Set<string>()
  const tried = new Map<string, number>()
  const closing = new AbortController()

  function begin(host: string, port: number): void {
    const triedAt = tried.get(host)
    if (triedAt !== undefined && performance.now() - triedAt < AGAIN_MS) return
    tried.set(host, performance.now())
    tryPort(host, port, closing.signal).then(
      () => {
        proven.add(host)
        onProven()
      },
      // The doctor tells it, and the next use tries again.
      () => {},
    )
  }

  return {
    addressOf(host, port) {
      if (proven.has(host)) return { host, port }
      begin(host, port)
      return null
    },
    close: () => closing.abort(),
  }
}

/** Resolves when something takes the connection. */
export function tryPort(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal })
    const late = () => socket.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }))
    const timer = setTimeout(late, TRY_MS)
    socket.once('connect', () => {
      resolve()
      socket.destroy()
    })
    socket.on('error', reject)
    socket.once('close', () => clearTimeout(timer))
  })
}
