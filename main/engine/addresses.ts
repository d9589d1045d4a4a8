import type { UpstreamAddress } from '../../shared/table.ts'
import type { ContainerPort } from './engine.ts'
import type { Forwards } from './forwards.ts'
import type { Published } from './link.ts'

interface Publishing {
  readonly id: string
  readonly ports: readonly ContainerPort[]
}

/** Where this machine reaches a port of a container, or null: it does not publish it, or not to where we are. */
export function addressOf(
  container: Publishing,
  port: number,
  { published, forwards }: { readonly published: Published; readonly forwards: Forwards },
): UpstreamAddress | null {
  const found = container.ports.find(one => one.port === port && one.protocol === 'tcp' && one.hostPort !== null)
  if (found === undefined || found.hostPort === null) return null
  switch (published) {
    case 'here':
      return { host: '127.0.0.1', port: found.hostPort }
    case 'forwarded': {
      const to = { containerId: container.id, port, host: loopbackOf(found.host), hostPort: found.hostPort }
      return { path: forwards.pathOf(to) }
    }
    case 'elsewhere':
      return null
  }
}

/** A port that is published on every address is published on loopback as well. */
function loopbackOf(host: string | null): string {
  if (host === null || host === '' || host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}
