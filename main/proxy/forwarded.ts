import type { Socket } from 'node:net'
import type { RequestHead } from './request-head.ts'

/**
 * The fields that the proxy adds to the requests of one connection, and the empty line: where they came from (RFC 7239),
 * by which way (RFC 9110 §7.6.3), and what they want to upgrade to. An authority was checked: it needs no escaping.
 */
export class ForwardedFields {
  private readonly socket: Socket
  private readonly pseudonym: string
  /** The authority of the last added fields: most clients ask for one only. */
  private authority = ''
  private minor = 1
  private fields = ''

  constructor(socket: Socket, pseudonym: string) {
    this.socket = socket
    this.pseudonym = pseudonym
  }

  of(head: RequestHead): string {
    const { authority, minor, upgrade } = head
    if (authority !== this.authority || minor !== this.minor) {
      this.authority = authority
      this.minor = minor
      this.fields = this.make(authority, minor)
    }
    if (upgrade === undefined) return this.fields
    return `Connection: Upgrade\r\nUpgrade: ${upgrade}\r\n${this.fields}`
  }

  private make(authority: string, minor: number): string {
    const address = plainAddress(this.socket.remoteAddress ?? 'unknown')
    const node = address.includes(':') ? `"[${address}]"` : address
    return (
      `X-Forwarded-For: ${address}\r\nX-Forwarded-Host: ${authority}\r\nX-Forwarded-Proto: http\r\n` +
      `Forwarded: for=${node};host="${authority}";proto=http\r\nVia: 1.${minor} ${this.pseudonym}\r\n\r\n`
    )
  }
}

function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address
}
