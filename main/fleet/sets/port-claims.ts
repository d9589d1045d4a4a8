import { FailureError, fail } from '../../../shared/failure.ts'
import type { HostPort } from '../../../shared/model/container-set.ts'
import { isPortTaken } from '../../../shared/rules/host-ports.ts'
import type { Parts } from '../parts.ts'
import type { PortClaim } from './host-ports.ts'

/** Gives a host port to each port of one container. */
export async function givePorts(
  parts: Parts,
  claim: PortClaim,
  ports: readonly number[],
  signal: AbortSignal,
): Promise<HostPort[]> {
  const hostPorts = await claim.take(ports.length, portsToAvoid(parts), { signal })
  return ports.map((port, index) => ({
    port,
    hostPort: hostPorts[index] ?? fail('internal', 'A host port is missing'),
  }))
}

/** Chooses the ports of all containers of a launch at once. */
export function stockPorts(parts: Parts, claim: PortClaim, count: number, signal: AbortSignal): Promise<void> {
  return claim.stock(count, portsToAvoid(parts), { signal })
}

/** The ports that the proxy listens on, and those of sets whose containers the engine has forgotten. */
function portsToAvoid({ everywhere, home }: Parts): ReadonlySet<number> {
  const { routes, sets } = everywhere()
  const recorded = [...sets.values()].flatMap(set => set.containers).flatMap(container => container.ports ?? [])
  return new Set([
    home.proxyPort,
    ...[...routes.values()].map(({ port }) => port),
    ...recorded.map(({ hostPort }) => hostPort),
  ])
}

/** How many times other host ports are tried where a program outside of the engine has the first. */
const ATTEMPTS = 5

/**
 * Starts a container. Where one of its host ports turns out to be taken it is removed, and `again` makes another with
 * other ports. Returns the one that was started.
 */
export async function startAtFreePorts<T extends { readonly id: string }>(
  { engine }: Pick<Parts, 'engine'>,
  first: T,
  { again, signal }: { readonly again: () => Promise<T>; readonly signal: AbortSignal },
): Promise<T> {
  let container = first
  for (let attempt = 1; ; attempt += 1) {
    try {
      await engine.startContainer(container.id, { signal })
      return container
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof FailureError) || !isPortTaken(error.failure.message)) throw error
      await engine.removeContainer(container.id, true, { signal })
      container = await again()
    }
  }
}
