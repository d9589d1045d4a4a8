import { isRemoteAddress } from '../../../shared/rules/endpoints.ts'
import type { EndpointSaid } from '../../state/view.ts'

export const newEndpoint: EndpointSaid = { name: '', address: '', colour: 'blue', connect: true }

export const kinds = ['socket', 'tcp', 'ssh'] as const
export type Kind = (typeof kinds)[number]

export const kindWords: Readonly<Record<Kind, string>> = { socket: 'Socket', tcp: 'TCP', ssh: 'SSH' }

export const hints: Readonly<Record<Kind, { readonly example: string; readonly words: string }>> = {
  socket: { example: 'unix:///run/docker.sock', words: 'A socket of this machine; on Windows npipe:////./pipe/name' },
  tcp: {
    example: 'tcp://lab.example:2376',
    words: 'With TLS: whoever can read or change the connection owns that machine',
  },
  ssh: { example: 'ssh://user@lab.example', words: 'Your SSH configuration, agent and known hosts are used' },
}

export function kindOf(address: string): Kind {
  if (address.startsWith('ssh:')) return 'ssh'
  return /^(?:tcp|https?):/.test(address) ? 'tcp' : 'socket'
}

/** Whether everyone on the way could read it: said before it is allowed. */
export function isUnprotected({ address, tls }: EndpointSaid): boolean {
  return kindOf(address) === 'tcp' && isRemoteAddress(address) && tls == null
}
