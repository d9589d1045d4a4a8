import { bad, type ComposeContext, listOf, note, parsed, readKeys, textOf } from './context.ts'
import type { Tree } from './tree.ts'
import { parsePort, parsePortRange } from './units.ts'

export interface ComposePort {
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
  /** The host's port that the file asks for; null where it leaves that open. */
  readonly published: number | null
}

export function readPorts(context: ComposeContext, tree: Tree): ComposePort[] {
  return listOf(tree).items.flatMap(item => (item.kind === 'map' ? longPort(context, item) : shortPort(context, item)))
}

/** `expose` is only told to other containers; the proxy may want to reach it all the same. */
export function readExpose(context: ComposeContext, tree: Tree): ComposePort[] {
  return listOf(tree)
    .items.flatMap(item => shortPort(context, item))
    .map(port => ({ ...port, published: null }))
}

/** `[[HOST:]PUBLISHED:]PORT[/PROTOCOL]`, each port also a range. */
function shortPort(context: ComposeContext, tree: Tree): ComposePort[] {
  const text = textOf(tree)
  const match = /^(?:(?:(\[[^\]]*\]|[^:[\]]*):)?([\d-]*):)?([\d-]+)(?:\/(\w+))?$/.exec(text)
  const target = parsePortRange(match?.[3] ?? '')
  if (match === null || target === null) return bad(tree, `${JSON.stringify(text)} is not a port`)
  const published = match[2]
    ? (parsePortRange(match[2]) ?? bad(tree, `${JSON.stringify(match[2])} is not a port`))
    : null
  if (match[1] && !isLoopback(match[1])) noteAddress(context, tree, match[1])
  const count = target.last - target.first + 1
  const isEven = published !== null && published.last - published.first + 1 === count
  if (published !== null && !isEven && count > 1) bad(tree, 'the two ranges are not of the same length')
  return ports(target.first, count, isEven ? published.first : null, protocolOf(tree, match[4] ?? 'tcp'))
}

function longPort(context: ComposeContext, tree: Tree): ComposePort[] {
  let target: number | undefined
  let published: { first: number; last: number } | null = null
  let protocol: 'tcp' | 'udp' = 'tcp'
  const readers = new Map<string, (value: Tree) => void>([
    ['target', value => (target = parsed(value, parsePort, 'a port'))],
    ['published', value => (published = textOf(value) === '' ? null : parsed(value, parsePortRange, 'a port'))],
    ['protocol', value => (protocol = protocolOf(value, textOf(value)))],
    ['host_ip', value => isLoopback(textOf(value)) || noteAddress(context, value, textOf(value))],
    // How a swarm would publish it, and words for people: nothing here depends on them.
    ['mode', () => {}],
    ['name', () => {}],
    ['app_protocol', () => {}],
  ])
  readKeys(context, tree, readers)
  if (target === undefined) return bad(tree, 'a port needs a target')
  return ports(target, 1, onlyPort(published), protocol)
}

function onlyPort(range: { first: number; last: number } | null): number | null {
  return range !== null && range.first === range.last ? range.first : null
}

function ports(first: number, count: number, published: number | null, protocol: 'tcp' | 'udp'): ComposePort[] {
  return Array.from({ length: count }, (_, index) => ({
    port: first + index,
    protocol,
    published: published === null ? null : published + index,
  }))
}

function protocolOf(tree: Tree, text: string): 'tcp' | 'udp' {
  return text === 'tcp' || text === 'udp'
    ? text
    : bad(tree, `${JSON.stringify(text)} is not a protocol; use tcp or udp`)
}

function isLoopback(address: string): boolean {
  return /^(?:127\.|localhost$|\[?::1\]?$)/.test(address)
}

function noteAddress(context: ComposeContext, tree: Tree, address: string): void {
  note(context, tree, `the address ${address} is left out: sets publish on loopback, and the proxy listens there`)
}
