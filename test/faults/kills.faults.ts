import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { type KillCount, killAtEachStep, killTable } from '../support/kill-campaign.ts'
import { killedOperations } from '../support/killed-operations.ts'

/* The app is killed before and after each step that it asks of the engine, in every operation. */

let world: FleetWorld
const counts: KillCount[] = []

beforeAll(async () => {
  world = await fleetWorld()
  await world.twoVersions()
})

afterAll(async () => {
  console.log(`\n${killTable(counts)}\n`)
  await world.close()
})

for (const operation of killedOperations)
  test(operation.name, async () => {
    const count = await killAtEachStep(world, operation)
    counts.push(count)
    expect([count.lost, count.left, count.wrong]).toEqual([[], [], []])
    expect(count.kills).toBeGreaterThan(0)
  })
