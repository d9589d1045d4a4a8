import type { Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import type { RouteId } from '../../../shared/model/ids.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import type { Route } from '../../../shared/model/route.ts'
import type { State } from '../../../shared/rules/fold.ts'
import { lacksPort } from '../../../shared/rules/host-ports.ts'
import { fleetNamed, liveSetOf, routesOf, snapshotsOf } from '../../../shared/rules/lookup.ts'
import { previewClash } from '../../../shared/rules/names.ts'
import { named } from '../../../shared/rules/operations.ts'
import { planOfRouteRemoval } from '../../../shared/rules/plans.ts'
import type { Caller } from '../caller.ts'
import type { Parts } from '../parts.ts'
import { tell } from '../tell.ts'

/** How long requests to the old version may go on after a switch, in milliseconds. */
const defaultDrainMs = 30_000

/**
 * Adds a hostname and port. It points where the fleet's other routes point; the first one waits for a switch. A route that
 * was there before comes back as it was.
 */
export async function addRoute(
  parts: Parts,
  input: Parsed<'route.add'>,
  caller: Caller,
  earlier?: Route,
): Promise<Route> {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, input.fleet)
  refuseUnknownService(parts, input)
  const port = input.port ?? parts.home.proxyPort
  const route: Route = {
    id: earlier?.id ?? (parts.newId() as RouteId), // a fresh id becomes a route's here
    fleetId: fleet.id,
    hostname: input.hostname,
    port,
    service: input.service,
    servicePort: input.servicePort,
    setId: liveSetOf(state, fleet.id)?.id ?? null,
    upgrade: earlier?.upgrade ?? { kind: 'keep' },
    drainMs: earlier?.drainMs ?? defaultDrainMs,
  }
  const story = { ...named('route.add', `${input.hostname}:${port}`), fleet }
  await tell(parts, caller, story, async () => {
    // Looked at here, with nothing to wait for until it is recorded.
    const everything = parts.everywhere()
    const taken = [...everything.routes.values()].find(
      other => other.hostname === route.hostname && other.port === port,
    )
    if (taken !== undefined) {
      const owner = everything.fleets.get(taken.fleetId)?.name ?? 'another fleet'
      fail('conflict', `${route.hostname}:${port} is a route of ${owner} already`)
    }
    refusePreview(route, everything)
    return {
      value: route,
      detail: `${route.hostname}:${port} to ${route.service}:${route.servicePort}`,
      changes: [{ kind: 'route', route }],
    }
  })
  const ack = await parts.pointer.apply()
  const closed = ack.closed.find(candidate => candidate.port === port)
  if (closed !== undefined) {
    fail('conflict', `The route is recorded, but port ${port} cannot be opened: ${closed.reason}`, {
      hint: 'Free the port: the proxy tries again every few seconds. Or remove the route and add it on another port',
    })
  }
  const live = liveSetOf(parts.store.journal.state(), fleet.id)
  if (live !== undefined && lacksPort(live.containers, route)) {
    fail(
      'conflict',
      `The route is recorded, but ${live.version} was launched without it and does not publish the port`,
      {
        hint: `It answers once the containers of ${route.service} are made anew: heal them, or launch the next version and switch to it`,
      },
    )
  }
  return route
}

/** The versions of a route answer below its hostname: one of those addresses is never a route itself. */
function refusePreview(route: Route, { routes, fleets }: Pick<State, 'routes' | 'fleets'>): void {
  const clash = previewClash(route, routes.values())
  if (clash === undefined) return
  const { preview, other } = clash
  const isOwn = preview === route.hostname
  const owner = fleets.get(isOwn ? other.fleetId : route.fleetId)?.name ?? 'another fleet'
  const text = isOwn
    ? `${preview}:${route.port} is a preview address of ${owner}, where one of its versions answers whatever is live`
    : `${preview}:${route.port} is a route already, and would be a preview address of ${route.hostname}`
  fail('conflict', text, {
    hint: 'Choose another hostname or port: addresses such as v1.HOSTNAME belong to the versions',
  })
}

function refuseUnknownService(parts: Parts, input: Parsed<'route.add'>): void {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, input.fleet)
  const names = fleet.services.map(service => service.name)
  if (!names.some(name => name === input.service)) {
    const isData = fleet.dataServices.some(data => data.name === input.service)
    fail(
      'bad-input',
      isData
        ? `${input.service} is a data service, and no switch moves it`
        : `${fleet.name} has no service ${input.service}`,
      {
        hint: `A route can go to: ${names.join(', ')}`,
      },
    )
  }
  const newest = snapshotsOf(state, fleet.id)
    .at(-1)
    ?.services.find(service => service.name === input.service)
  if (newest === undefined) return
  const ports = newest.run.ports.filter(port => port.protocol === 'tcp').map(port => port.port)
  if (!ports.includes(input.servicePort)) {
    fail('bad-input', `${input.service} does not publish port ${input.servicePort}`, {
      hint:
        ports.length === 0
          ? 'It publishes none: add ports to the service and take a new snapshot'
          : `It publishes: ${ports.join(', ')}`,
    })
  }
}

/** Changes how a route lets go of an old version. Where it points is a switch's business. */
export async function editRoute(parts: Parts, input: Parsed<'route.edit'>, caller: Caller): Promise<Route> {
  const fleet = fleetNamed(parts.store.journal.state(), input.fleet)
  const { id } = routeAt(parts, input)
  const story = { ...named('route.edit', `${input.hostname}:${input.port}`), fleet }
  const edited = await tell(parts, caller, story, async () => {
    const route = parts.store.journal.state().routes.get(id) ?? routeAt(parts, input)
    const next = { ...route, upgrade: input.upgrade ?? route.upgrade, drainMs: input.drainMs ?? route.drainMs }
    return { value: next, detail: `${next.hostname}:${next.port}`, changes: [{ kind: 'route', route: next }] }
  })
  await parts.pointer.apply()
  return edited
}

function routeAt(parts: Parts, input: { fleet: string; hostname: string; port: number }): Route {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, input.fleet)
  const found = routesOf(state, fleet.id).find(
    candidate => candidate.hostname === input.hostname && candidate.port === input.port,
  )
  return found ?? fail('not-found', `${fleet.name} has no route ${input.hostname}:${input.port}`)
}

export function planOfRemovedRoute(parts: Parts, input: Parsed<'route.remove'>): Plan {
  return planOfRouteRemoval(routeAt(parts, input))
}

export async function removeRoute(parts: Parts, input: Parsed<'route.remove'>, caller: Caller): Promise<void> {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, input.fleet)
  const route = routeAt(parts, input)
  const story = { ...named('route.remove', `${route.hostname}:${route.port}`), fleet }
  await tell(parts, caller, story, async () => ({
    value: undefined,
    detail: `${route.hostname}:${route.port} answers no more`,
    changes: [{ kind: 'route-gone', routeId: route.id }],
  }))
  await parts.pointer.apply()
}
