import type { Duplex } from 'node:stream'
import { fail } from '../../../shared/failure.ts'
import type { UpstreamAddress } from '../../../shared/table.ts'
import type { ContainerPort } from '../model.ts'
import { createForwards } from './forwards.ts'
import type { Published } from './link.ts'
import { createLoopbackPorts } from './loopback-ports.ts'
import { bindingFor, createReach, isPublishedAt, LOOPBACK, portToTry } from './reach.ts'

interface Publishing {
  readonly id: string
  readonly ports: readonly ContainerPort[]
}

export interface HostAddress {
  readonly host: string
  readonly port: number
}

/** Where this machine reaches the ports of one engine's containers. */
export interface Addresses {
  /** Null where the container does not publish the port, or not to where we are. */
  of(container: Publishing, port: number): UpstreamAddress | null
  /**
   * Where a port is reached here by any program: through a port of loopback that is opened for it where there is no other
   * way, and closed when it is not used or its container ends. Fails `not-found`, `unsupported`.
   */
  openHere(container: Publishing, port: number): Promise<HostAddress>
  /** Tries early whether ports of these containers are reached, so that nobody has to wait for that when they are used. */
  consider(containers: readonly Publishing[]): void
  /** The address over there that new containers publish their ports on. */
  binding(): string
  /** Closes what was opened here for a container that has ended. */
  ended(containerId: string): void
  /** Lets go of the ways to containers that are no more. */
  keepOnly(isThere: (containerId: string) => boolean): void
  close(): void
}

/** `open` yields a connection to a port of the engine's machine; `onProven` hears that more addresses are known. */
export function createAddresses(input: {
  readonly home: string
  readonly open: (host: string, port: number) => Promise<Duplex>
  readonly published: () => Published
  /** Where another machine's published ports are reached from here, or null. */
  readonly publishedHost: () => string | null
  readonly onProven: () => void
  readonly log: (message: string) => void
}): Addresses {
  const forwards = createForwards(input)
  const loopback = createLoopbackPorts(input)
  const reach = createReach(input.onProven)

  return {
    of(container, port) {
      const found = publishedAs(container, port)
      if (found === undefined) return null
      switch (input.published()) {
        case 'here':
          return { host: LOOPBACK, port: found.hostPort }
        case 'forwarded': {
          const to = { containerId: container.id, port, host: loopbackOf(found.host), hostPort: found.hostPort }
          return { path: forwards.pathOf(to) }
        }
        case 'elsewhere': {
          const host = input.publishedHost()
          return host === null || !isPublishedAt(host, found) ? null : reach.addressOf(host, found.hostPort)
        }
      }
    },
    async openHere(container, port) {
      const found = publishedAs(container, port)
      if (found === undefined) return fail('not-found', `Port ${port} is not published`, { hint: NOT_PUBLISHED })
      const { host, hostPort } = found
      switch (input.published()) {
        case 'here':
          return { host: loopbackOf(host), port: hostPort }
        case 'forwarded':
          return {
            host: LOOPBACK,
            port: await loopback.open({ containerId: container.id, port, host: loopbackOf(host), hostPort }),
          }
        case 'elsewhere': {
          const reached = input.publishedHost()
          if (reached !== null && isPublishedAt(reached, found)) return { host: reached, port: hostPort }
          return fail('unsupported', `Nothing leads to port ${hostPort} of that machine from here`, { hint: NO_WAY })
        }
      }
    },
    ended: containerId => loopback.keepOnly(id => id !== containerId),
    consider(containers) {
      const host = input.published() === 'elsewhere' ? input.publishedHost() : null
      if (host === null) return
      const port = portToTry(host, containers)
      if (port !== null) reach.addressOf(host, port)
    },
    binding: () => bindingFor(input.published() === 'elsewhere' ? input.publishedHost() : null),
    keepOnly(isThere) {
      forwards.keepOnly(isThere)
      loopback.keepOnly(isThere)
    },
    close() {
      forwards.close()
      loopback.close()
      reach.close()
    },
  }
}

const NOT_PUBLISHED = 'Only published ports can be reached; flotilla container list shows them'
const NO_WAY = 'Reach its engine by ssh://, or say with --published-host where its published ports are reached'

function publishedAs(container: Publishing, port: number) {
  const found = container.ports.find(one => one.port === port && one.protocol === 'tcp' && one.hostPort !== null)
  return found === undefined || found.hostPort === null ? undefined : { ...found, hostPort: found.hostPort }
}

/** A port that is published on every address is published on loopback as well. */
function loopbackOf(host: string | null): string {
  if (host === null || host === '' || host === '0.0.0.0') return LOOPBACK
  return host === '::' ? '::1' : host
}
