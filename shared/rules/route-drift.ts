import type { Drift } from '../model/views.ts'
import type { TableAck, TableRoute } from '../table.ts'

interface RouteSight {
  /** A route as it follows from the journal. */
  readonly wanted: TableRoute
  readonly service: string
  /** The routes that the proxy has in force. */
  readonly inForce: readonly TableRoute[]
  readonly closed: TableAck['closed']
}

/** Differences between a route of the journal and the proxy's table, and whether its port is open. */
export function routeDrift({ wanted, service, inForce, closed }: RouteSight): readonly Drift[] {
  const of = {
    container: `${wanted.hostname}:${wanted.port}`,
    service,
    subject: 'route' as const,
  }
  const found = inForce.find(route => route.id === wanted.id)
  const port = closed.find(one => one.port === wanted.port)
  return [
    ...(port === undefined
      ? []
      : [{ ...of, kind: 'port' as const, detail: `port ${port.port} is not open: ${port.reason}` }]),
    ...differences(wanted, found).map(detail => ({ ...of, kind: 'route' as const, detail })),
  ]
}

function differences(wanted: TableRoute, found: TableRoute | undefined): string[] {
  if (found === undefined) return ['the proxy does not have this route']
  const version = (route: TableRoute) => route.version ?? 'nothing'
  if (found.version !== wanted.version)
    return [`the proxy points at ${version(found)}, the journal says ${version(wanted)}`]
  if (found.hostname !== wanted.hostname || found.port !== wanted.port)
    return [`the proxy answers at ${found.hostname}:${found.port}`]
  return upstreams(found) === upstreams(wanted) ? [] : ['the proxy sends requests to other addresses than recorded']
}

function upstreams({ upstreams: list }: TableRoute): string {
  return JSON.stringify(list.map(({ id, address }) => `${id} ${JSON.stringify(address)}`).sort())
}
