import { afterAll, beforeAll, expect, test } from 'vitest'
import { report } from '../support/fault-report.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { killAtEachStep } from '../support/kill-campaign.ts'
import { killedOperations } from '../support/killed-operations.ts'

/* The app is killed before and after each step that it asks of the engine, in every operation. */

let world: FleetWorld

beforeAll(async () => {
  world = await fleetWorld()
  await world.twoVersions()
})

afterAll(() => world.close())

for (const operation of killedOperations)
  test(operation.name, async () => {
    const count = await killAtEachStep(world, operation)
    report(count)
    expect([count.lost, count.left, count.wrong]).toEqual([[], [], []])
    expect(count.rounds).toBeGreaterThan(0)
  })
