import { fail } from '../../../shared/failure.ts'
import { chooseHostPorts } from '../../../shared/rules/host-ports.ts'
import type { Engine } from '../../engine/engine.ts'
import type { CallOptions } from '../../engine/model.ts'

/** The host ports that one operation gives to containers. */
export interface PortClaim {
  /** So many that no container on the engine has, none of `avoid`, and no other claim holds; those of the stock first. */
  take(count: number, avoid: ReadonlySet<number>, options: CallOptions): Promise<readonly number[]>
  /** Chooses as many ahead, so that the engine is asked once for all of them. */
  stock(count: number, avoid: ReadonlySet<number>, options: CallOptions): Promise<void>
  /** To be called when the containers exist, or never will. */
  release(): void
}

/** The host ports of one engine: chosen one request after another, and kept apart until the engine lists them. */
export interface HostPorts {
  claim(): PortClaim
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
