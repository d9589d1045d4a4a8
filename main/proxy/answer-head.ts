import { withoutFields } from './request-head.ts'
import type { ResponseHead } from './response-head.ts'

/** Free octets that must stand before a head that is rewritten in place. */
export const HEADROOM = 64

const CLOSE = Buffer.from('Connection: close\r\n')

/**
 * Takes out of an answer's head what ends at this hop, in place: what stays is moved up against the body, so that head
 * and body leave in one write. Returns where the head now starts, up to HEADROOM before `start`.
 */
export function rewriteHead(
  octets: Buffer,
  start: number,
  length: number,
  head: ResponseHead,
  closes: boolean,
): number {
  const { cuts } = head
  if (head.minor === 0) octets[start + 7] = 0x31
  if (cuts.length === 0 && !closes) return start
  let to = start + length
  let from = length
  for (let cut = cuts.length - 2; cut >= 0; cut -= 2) {
    to = moveUp(octets, start + (cuts[cut + 1] ?? 0), start + from, to)
    from = cuts[cut] ?? 0
  }
  to = moveUp(octets, start + head.statusLineLength, start + from, to)
  const statusLineEnd = start + head.statusLineLength
  if (!closes) return moveUp(octets, start, statusLineEnd, to)
  // The status line first: what is put after it may stand where it was.
  const newStart = moveUp(octets, start, statusLineEnd, to - CLOSE.length)
  octets.set(CLOSE, to - CLOSE.length)
  return newStart
}

/**
 * The same by text, for what is rare: fields named by Connection, interim answers, upgrades, old clients.
 * `without` is in lower case, `extra` is whole lines.
 */
export function composeHead(text: string, head: ResponseHead, change: { without?: string[]; extra?: string }): string {
  let out = ''
  let at = 0
  for (let cut = 0; cut < head.cuts.length; cut += 2) {
    out += text.slice(at, head.cuts[cut])
    at = head.cuts[cut + 1] ?? text.length
  }
  out += text.slice(at, -2)
  const names = [...(head.named ?? []), ...(change.without ?? [])]
  const kept = names.length === 0 ? out : withoutFields(out, names)
  return `HTTP/1.1${kept.slice(8)}${change.extra ?? ''}\r\n`
}

/** Moves `octets[start..end)` so that it ends at `to`. Returns its new start. */
function moveUp(octets: Buffer, start: number, end: number, to: number): number {
  const target = to - (end - start)
  if (target !== start && end > start) octets.copyWithin(target, start, end)
  return target
}
