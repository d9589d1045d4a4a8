import { FailureError, fail } from '../../../shared/failure.ts'
import type { HostPort } from '../../../shared/model/container-set.ts'
import { chooseHostPorts, isPortTaken } from '../../../shared/rules/host-ports.ts'
import type { Engine } from '../../engine/engine.ts'
import type { CallOptions } from '../../engine/model.ts'
import type { Parts } from '../parts.ts'

/** The host ports of one engine: chosen one request after another, and kept apart until the engine lists them. */
export interface HostPorts {
  claim(): PortClaim
}

/** The host ports that one operation gives to containers. */
export interface PortClaim {
  /** So many that no container on the engine has, none of `avoid`, and no other claim holds; those of the stock first. */
  take(count: number, avoid: ReadonlySet<number>, options: CallOptions): Promise<readonly number[]>
  /** Chooses as many ahead, so that the engine is asked once for all of them. */
  stock(count: number, avoid: ReadonlySet<number>, options: CallOptions): Promise<void>
  /** To be called when the containers exist, or never will. */
  release(): void
}

/** `random` gives a number from 0 up to 1. */
export function createHostPorts(engine: Pick<Engine, 'hostPorts'>, random: () => number): HostPorts {
  const held = new Set<number>()
  let turn: Promise<unknown> = Promise.resolve()

  async function choose(count: number, avoid: ReadonlySet<number>, options: CallOptions): Promise<readonly number[]> {
    // A claim that is released while the engine makes its list may be missing there.
    const heldBefore = [...held]
    const taken = new Set([...(await engine.hostPorts(options)), ...heldBefore, ...held, ...avoid])
    const chosen = chooseHostPorts(count, taken, random())
    if (chosen.length < count)
      fail('refused', 'The engine has no host port left for another container', {
        hint: 'Remove versions that are not needed any more: flotilla sweep',
      })
    for (const port of chosen) held.add(port)
    return chosen
  }

  return {
    claim() {
      const own = new Set<number>()
      const ahead: number[] = []
      async function stock(count: number, avoid: ReadonlySet<number>, options: CallOptions): Promise<void> {
        if (count <= 0) return
        const choosing = turn.then(() => choose(count, avoid, options))
        turn = choosing.catch(() => {})
        const chosen = await choosing
        for (const port of chosen) own.add(port)
        ahead.push(...chosen)
      }
      return {
        stock,
        async take(count, avoid, options) {
          while (ahead.length < count) await stock(count - ahead.length, avoid, options)
          return ahead.splice(0, count)
        },
        release() {
          for (const port of own) held.delete(port)
          own.clear()
        },
      }
    },
  }
}

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
