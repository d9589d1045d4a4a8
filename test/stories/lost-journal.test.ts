import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppState } from '../../shared/model/app-state.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

/* A journal that is gone while the engine is full of its things is an incident, and nothing is made beside it. */

let world: FleetWorld
let seen: AppState | undefined

beforeAll(async () => {
  world = await fleetWorld()
  await world.fleet()
  // The manifest of a later snapshot knows the route.
  await world.engine.exec(`${world.name}-1-api-1`, ['touch', '/changed'])
  await world.api().call('snapshot.take', { fleet: world.name })
})

afterAll(() => world.close())

/** Closes the app, does away with its journal, and opens it again. */
async function lose(act: (journal: string) => void): Promise<void> {
  await world.closedWhile(async () => act(join(world.home, 'journal')))
  seen = undefined
  world.api().follow('app.state', {}, state => {
    seen = state
  })
}

const ways: readonly (readonly [string, (journal: string) => void])[] = [
  ['missing', journal => rmSync(journal)],
  ['empty', journal => writeFileSync(journal, '')],
  ['zeroed', journal => writeFileSync(journal, Buffer.alloc(5_000))],
]

for (const [what, act] of ways)
  test(`one that is ${what} is told, nothing is made under taken names, and a rebuild brings all back`, async () => {
    await lose(act)
    // Told from the first moment on, before the engine has been looked through.
    await until(async () => seen !== undefined)
    expect(seen?.lostFleets).toMatch(/^The journal of this home (is gone: \d+ records had been written|does not know)/)
    await until(async () => seen?.lostFleets?.includes('does not know') === true)
    expect(seen?.lostFleets).toBe(
      `The journal of this home does not know ${world.name} (v1, v2), which the engine holds`,
    )
    const services = [{ name: 'web' as const, containers: [`${world.name}-src-web`] }]
    await expect(world.api().call('fleet.adopt', { name: world.name, services })).rejects.toMatchObject({
      failure: { code: 'refused', hint: expect.stringContaining('flotilla rebuild') },
    })
    expect(await world.page()).toBe('v1')
    await world.api().call('rebuild.run', {})
    await until(async () => seen?.lostFleets === null)
    expect((await world.api().call('fleet.list', {})).map(({ name, live }) => [name, live])).toEqual([
      [world.name, 'v1'],
    ])
    expect(await world.page()).toBe('v1')
  })
