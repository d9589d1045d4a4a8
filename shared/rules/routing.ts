import type { RecordedSet, SetContainer } from '../model/container-set.ts'
import type { Name, SetId } from '../model/ids.ts'
import type { Route } from '../model/route.ts'
import type { RoutingTable, TableRoute, TableUpstream, UpstreamAddress } from '../table.ts'
import type { State } from './fold.ts'
import { ownsHostPort } from './host-ports.ts'
import { previewHostname } from './names.ts'

/** A container of a set, and the host ports that are its own. */
export type PortOwner = Pick<SetContainer, 'id' | 'ports'>

/** Where a container answers on one of its ports now, or null while it does not, or that is not certain. */
export type AddressOf = (container: PortOwner, port: number) => UpstreamAddress | null

/** The facts that determine the table. */
export interface RoutingSight {
  readonly state: State
  readonly addressOf: AddressOf
  /** Sets that are about to go: their previews are gone already, so that what is in flight to them can end. */
  readonly leaving: ReadonlySet<SetId>
  /** Whether an endpoint's containers were listed since the app began. */
  isSeen(endpoint: Name): boolean
  /** The table that the proxy had when it was adopted: used for endpoints whose containers are not listed yet. */
  readonly found: readonly TableRoute[]
}

/** The whole routing table that follows from the state: every route, and a preview of every running set. */
export function routingTable(sight: RoutingSight, number: number): RoutingTable {
  const { state, leaving } = sight
  const routes = [...state.routes.values()].flatMap(route => {
    const sets = [...state.sets.values()].filter(
      set => set.fleetId === route.fleetId && set.state === 'running' && !leaving.has(set.id),
    )
    const previews = sets.map(set => tableRoute(sight, route, { set, preview: true }))
    const live = route.setId === null ? undefined : state.sets.get(route.setId)
    return [tableRoute(sight, route, { set: live, preview: false }), ...previews]
  })
  return { number, listenAddress: '127.0.0.1', routes }
}

function tableRoute(
  { state, addressOf, isSeen, found }: RoutingSight,
  route: Route,
  { set, preview }: { readonly set: RecordedSet | undefined; readonly preview: boolean },
): TableRoute {
  const fleet = state.fleets.get(route.fleetId)
  const id = preview && set !== undefined ? `${route.id}@${set.version}` : route.id
  const isKnown = fleet === undefined || isSeen(fleet.endpoint)
  return {
    id,
    hostname: preview && set !== undefined ? previewHostname(set.number, route.hostname) : route.hostname,
    port: route.port,
    pathPrefix: '/',
    title: fleet?.name ?? '',
    version: set?.version ?? null,
    upstreams:
      set === undefined
        ? []
        : isKnown
          ? upstreamsOf(set, route, addressOf)
          : foundUpstreams(set, { id, servicePort: route.servicePort }, found),
    upgrade: route.upgrade,
    drainMs: route.drainMs,
  }
}

/** The set's upstreams in the adopted table, where the containers keep their host ports for life. */
function foundUpstreams(
  set: RecordedSet,
  { id, servicePort }: { readonly id: string; readonly servicePort: number },
  found: readonly TableRoute[],
): TableUpstream[] {
  const before = found.find(route => route.id === id)?.upstreams ?? []
  const isOwn = (upstream: TableUpstream) =>
    set.containers.some(container => container.id === upstream.id && ownsHostPort(container, servicePort))
  return before.filter(isOwn)
}

/** The upstreams of the route's service in this set. */
export function upstreamsOf(
  set: RecordedSet,
  route: Pick<Route, 'service' | 'servicePort'>,
  addressOf: AddressOf,
): TableUpstream[] {
  return set.containers
    .filter(container => container.service === route.service)
    .flatMap(container => {
      const address = addressOf(container, route.servicePort)
      return address === null ? [] : [{ id: container.id, address }]
    })
}
