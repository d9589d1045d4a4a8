import { setTimeout as sleep } from 'node:timers/promises'
import type { FleetWorld } from './fleet-world.ts'

/** A hostname of the proxy, and the only answer that is right there. */
export type Owner = readonly [hostname: string, answer: string]

/** A connection that breaks off with its container is no answer. */
const ask = (world: FleetWorld, hostname: string) => world.get('/', hostname).catch(() => ({ status: 502, body: '' }))

export async function allAnswerAt(world: FleetWorld, owners: readonly Owner[]): Promise<boolean> {
  const answers = await Promise.all(owners.map(([hostname]) => ask(world, hostname)))
  return answers.every(({ status, body }, index) => status === 200 && body === owners[index]?.[1])
}

/** Asks for every hostname again and again until its end, and keeps the answers that were somebody else's. */
export function namedLoad(world: FleetWorld, owners: readonly Owner[]) {
  const wrong: string[] = []
  let right = 0
  let isOn = true
  const running = [...owners, ...owners].map(async ([hostname, answer]) => {
    while (isOn) {
      const { status, body } = await ask(world, hostname)
      if (status === 200 && body === answer) right += 1
      else if (status < 500) wrong.push(`${hostname}: ${status} ${body}`)
      await sleep(10)
    }
  })
  return {
    wrong,
    right: () => right,
    async end() {
      isOn = false
      await Promise.all(running)
    },
  }
}
