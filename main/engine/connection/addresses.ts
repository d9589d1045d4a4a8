import type { Duplex } from 'node:stream'
import type { UpstreamAddress } from '../../../shared/table.ts'
import type { ContainerPort } from '../engine.ts'
import { createForwards } from './forwards.ts'
import type { Published } from './link.ts'
import { bindingFor, createReach, isPublishedAt, LOOPBACK, portToTry } from './reach.ts'

interface Publishing {
  readonly id: string
  readonly ports: readonly ContainerPort[]
}

/** Where this machine reaches the ports of one engine's containers. */
export interface Addresses {
  /** Null where the container does not publish the port, or not to where we are. */
  of(container: Publishing, port: number): UpstreamAddress | null
  /** Tries early whether ports of these containers are reached, so that nobody has to wait for that when they are used. */
  consider(containers: readonly Publishing[]): void
  /** The address over there that new containers publish their ports on. */
  binding(): string
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
  const reach = createReach(input.onProven)

  return {
    of(container, port) {
      const found = container.ports.find(one => one.port === port && one.protocol === 'tcp' && one.hostPort !== null)
      if (found === undefined || found.hostPort === null) return null
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
    consider(containers) {
      const host = input.published() === 'elsewhere' ? input.publishedHost() : null
      if (host === null) return
      const port = portToTry(host, containers)
      if (port !== null) reach.addressOf(host, port)
    },
    binding: () => bindingFor(input.published() === 'elsewhere' ? input.publishedHost() : null),
    keepOnly: forwards.keepOnly,
    close() {
      forwards.close()
      reach.close()
    },
  }
}

/** A port that is published on every address is published on loopback as well. */
function loopbackOf(host: string | null): string {
  if (host === null || host === '' || host === '0.0.0.0') return LOOPBACK
  return host === '::' ? '::1' : host
}
