import type { RecordedSet, Route, SetId } from '../model.ts'
import type { RoutingTable, TableRoute, TableUpstream, UpstreamAddress } from '../table.ts'
import type { State } from './fold.ts'
import { previewHostname } from './names.ts'

/** Where a container answers on one of its ports now, or null while it does not. */
export type AddressOf = (containerId: string, port: number) => UpstreamAddress | null

/** What the table follows from, beside its number. */
export interface RoutingSight {
  readonly state: State
  readonly addressOf: AddressOf
  /** Sets that are about to go: their previews are gone already, so that what is in flight to them can end. */
  readonly leaving: ReadonlySet<SetId>
}

/** The whole routing table that follows from the state: every route, and a preview of every running set. */
export function routingTable({ state, addressOf, leaving }: RoutingSight, number: number): RoutingTable {
  const routes = [...state.routes.values()].flatMap(route => {
    const sets = [...state.sets.values()].filter(
      set => set.fleetId === route.fleetId && set.state === 'running' && !leaving.has(set.id),
    )
    const previews = sets.map(set => tableRoute(state, route, set, { preview: true, addressOf }))
    const live = route.setId === null ? undefined : state.sets.get(route.setId)
    return [tableRoute(state, route, live, { preview: false, addressOf }), ...previews]
  })
  return { number, listenAddress: '127.0.0.1', routes }
}

function tableRoute(
  state: State,
  route: Route,
  set: RecordedSet | undefined,
  options: { preview: boolean; addressOf: AddressOf },
): TableRoute {
  const fleet = state.fleets.get(route.fleetId)
  return {
    id: options.preview && set !== undefined ? `${route.id}@${set.version}` : route.id,
    hostname: options.preview && set !== undefined ? previewHostname(set.number, route.hostname) : route.hostname,
    port: route.port,
    pathPrefix: '/',
    title: fleet?.name ?? '',
    version: set?.version ?? null,
    upstreams: set === undefined ? [] : upstreamsOf(set, route, options.addressOf),
    upgrade: route.upgrade,
    drainMs: route.drainMs,
  }
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
      const address = addressOf(container.id, route.servicePort)
      return address === null ? [] : [{ id: container.id, address }]
    })
}
