import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type KillableDocker, startOwnDockerd } from '../support/dockerd.ts'
import { report } from '../support/fault-report.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { type Freeze, freezeDuring, freezerOfProxy } from '../support/freezes.ts'
import type { KilledOperation } from '../support/kill-campaign.ts'
import { killedOperations } from '../support/killed-operations.ts'

/* What is frozen answers nothing: commands wait or fail in time, traffic only waits, and afterwards nothing is half done. */

const FREEZE_MS = 3_000
const operations = killedOperations.filter(({ name }) => /^(?:set|heal|snapshot|route)/.test(name))

let docker: KillableDocker
let world: FleetWorld

beforeAll(async () => {
  docker = await startOwnDockerd([])
  world = await fleetWorld(docker.endpoint)
  await world.twoVersions()
})

afterAll(async () => {
  docker?.thaw()
  await world?.close()
  await docker?.stop()
})

const FROZEN_ENGINE = { begin: () => docker.freeze(), end: () => docker.thaw(), deadlineMs: 90_000, holdsTraffic: true }

async function expectNone(operation: KilledOperation, freeze: Freeze): Promise<void> {
  const count = await freezeDuring(world, operation, freeze)
  report(count)
  expect([count.lost, count.left, count.wrong]).toEqual([[], [], []])
}

describe('an engine that is frozen for a moment', () => {
  for (const operation of operations)
    test(operation.name, () =>
      expectNone(operation, { ...FROZEN_ENGINE, name: 'engine frozen for a moment', ms: FREEZE_MS }),
    )
})

test('an engine that stays frozen', async () => {
  const [launch] = operations
  if (launch !== undefined) await expectNone(launch, { ...FROZEN_ENGINE, name: 'engine stays frozen', ms: null })
})

for (const [name, ms] of [
  ['proxy frozen for a moment', FREEZE_MS],
  ['proxy stays frozen', null],
] as const)
  describe(name, () => {
    for (const operation of operations)
      test(operation.name, async () => {
        const own = await freezerOfProxy(world)
        await expectNone(operation, { ...own, name, ms, deadlineMs: 45_000, holdsTraffic: true })
      })
  })
