import { readFileSync } from 'node:fs'
import { StaticTable } from '../../shared/proxy-control.ts'
import { RoutingTable, type TableUpstream } from '../../shared/table.ts'

/** Reads a table file: JSON, hostname to `{"version": "v1", "upstreams": ["address:port"]}`. Throws when it is not one. */
export function readStaticTable(file: string, port: number, number: number): RoutingTable {
  const table = StaticTable.parse(JSON.parse(readFileSync(file, 'utf8')))
  const routes = Object.entries(table).map(([hostname, { version, upstreams }]) => ({
    id: hostname,
    hostname,
    port,
    title: hostname,
    version,
    upstreams: upstreams.map(staticUpstream),
  }))
  return RoutingTable.parse({ number, routes })
}

/** `address:port`, `[::1]:port`, or the path of a local socket. */
function staticUpstream(text: string): TableUpstream {
  if (text.startsWith('/')) return { id: text, address: { path: text } }
  const colon = text.lastIndexOf(':')
  const host = text.slice(0, colon).replace(/^\[|\]$/g, '')
  return { id: text, address: { host, port: Number(text.slice(colon + 1)) } }
}
