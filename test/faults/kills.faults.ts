import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEngine } from '../../main/engine/open-engine.ts'
import { startOwnDockerd } from '../support/dockerd.ts'
import { until } from '../support/engine-world.ts'
import { report } from '../support/fault-report.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { type KilledOperation, killAtEachStep } from '../support/kill-campaign.ts'
import { killedCopy, killedOperations } from '../support/killed-operations.ts'
import { startStepRelay } from '../support/step-relay.ts'

/* The app is killed before and after each step that it asks of the engine, in every operation. */

let world: FleetWorld

beforeAll(async () => {
  world = await fleetWorld()
  await world.twoVersions()
})

afterAll(() => world.close())

async function expectNoLoss(operation: KilledOperation): Promise<void> {
  const count = await killAtEachStep(world, operation)
  report(count)
  expect([count.lost, count.left, count.wrong]).toEqual([[], [], []])
  expect(count.rounds).toBeGreaterThan(0)
}

for (const operation of killedOperations) test(operation.name, () => expectNoLoss(operation))

test('copy to another engine', async () => {
  const lab = await startOwnDockerd([])
  const engine = openEngine({ endpoint: lab.endpoint, home: '/nowhere', environment: {}, log: () => {} })
  const relay = await startStepRelay(lab.endpoint)
  try {
    await world.api().call('endpoint.add', { name: 'lab', address: relay.endpoint })
    await until(async () => (await world.api().call('endpoint.list', {})).every(one => one.state.state === 'connected'))
    await expectNoLoss(killedCopy({ endpoint: 'lab', engine, relay }))
  } finally {
    engine.close()
    await lab.stop()
  }
})
