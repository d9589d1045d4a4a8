import type { Socket } from 'node:net'
import type { RequestHead } from './request-head.ts'

/**
 * The fields that the proxy adds to a request, and the empty line: where it came from (RFC 7239), by which way
 * (RFC 9110 §7.6.3), and what it wants to upgrade to. The authority was checked: it needs no escaping.
 */
export function forwardedFields(socket: Socket, head: RequestHead, pseudonym: string): string {
  const address = plainAddress(socket.remoteAddress ?? 'unknown')
  const node = address.includes(':') ? `"[${address}]"` : address
  const fields =
    `X-Forwarded-For: ${address}\r\nX-Forwarded-Host: ${head.authority}\r\nX-Forwarded-Proto: http\r\n` +
    `Forwarded: for=${node};host="${head.authority}";proto=http\r\nVia: 1.${head.minor} ${pseudonym}\r\n`
  if (head.upgrade === undefined) return `${fields}\r\n`
  return `${fields}Connection: Upgrade\r\nUpgrade: ${head.upgrade}\r\n\r\n`
}

function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address
}
