import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { killAtEachStep } from '../support/kill-campaign.ts'
import { killedOperations } from '../support/killed-operations.ts'

/* Some steps of every operation; `npm run test:faults` kills at each of them. */

/** A prime, so that different steps come up in operations that resemble one another. */
const everyStep = 5

let world: FleetWorld

beforeAll(async () => {
  world = await fleetWorld()
  await world.twoVersions()
})

afterAll(() => world.close())

for (const operation of killedOperations)
  test(`${operation.name}, killed, is wholly done or wholly undone`, async () => {
    const { rounds, lost, left, wrong } = await killAtEachStep(world, operation, everyStep)
    expect([lost, left, wrong]).toEqual([[], [], []])
    expect(rounds).toBeGreaterThan(0)
  })
