import type { HostPort } from '../model/container-set.ts'
import type { Route } from '../model/route.ts'
import type { SnapshotService } from '../model/snapshot.ts'

/**
 * Where the host ports of sets come from: below the ports that systems and engines hand out by themselves (from 32,768
 * on Linux), and below those of Kubernetes' services (from 30,000).
 */
export const HOST_PORTS = { first: 20_000, last: 29_999 } as const

/**
 * So many ports that nobody has, from a random one upwards and around. `start` is where to begin, from 0 up to 1. Fewer
 * than asked for where the range has no more.
 */
export function chooseHostPorts(count: number, taken: ReadonlySet<number>, start: number): number[] {
  const size = HOST_PORTS.last - HOST_PORTS.first + 1
  const from = Math.floor(start * size)
  const chosen: number[] = []
  for (let step = 0; step < size && chosen.length < count; step += 1) {
    const port = HOST_PORTS.first + ((from + step) % size)
    if (!taken.has(port)) chosen.push(port)
  }
  return chosen
}

/**
 * The ports that the containers of a service publish: those that a route of the fleet or a check leads to. While a fleet
 * has no routes they may come to any port. A check needs its port published although the engine may run on this machine:
 * containers of Docker Desktop, of rootless and of remote engines are reached in no other way, and whether those of a
 * local engine are reached directly is known only by trying.
 */
export function portsToPublish(
  { name, run, checks }: Pick<SnapshotService, 'name' | 'run' | 'checks'>,
  routes: readonly Pick<Route, 'service' | 'servicePort'>[],
): number[] {
  const ports = run.ports.filter(({ protocol }) => protocol === 'tcp').map(({ port }) => port)
  if (routes.length === 0) return ports
  const needed = new Set([
    ...routes.filter(({ service }) => service === name).map(({ servicePort }) => servicePort),
    ...checks.flatMap(check => ('port' in check ? [check.port] : [])),
  ])
  return ports.filter(port => needed.has(port))
}

/** Whether a container keeps the host port of one of its ports for life: nobody else is ever given it. */
export function ownsHostPort(container: { readonly ports?: readonly HostPort[] | undefined }, port: number): boolean {
  return container.ports?.some(own => own.port === port) ?? false
}

/** Whether a set was made without a port that a route leads to. Sets of earlier versions publish every port. */
export function lacksPort(
  containers: readonly { readonly service: string; readonly ports?: readonly HostPort[] | undefined }[],
  route: Pick<Route, 'service' | 'servicePort'>,
): boolean {
  return containers.some(
    container =>
      container.service === route.service &&
      container.ports !== undefined &&
      !ownsHostPort(container, route.servicePort),
  )
}

/** Whether an engine's refusal to start a container says that one of its host ports is another's. */
export function isPortTaken(message: string): boolean {
  return /address already in use|port is already allocated/i.test(message)
}
