import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type KillableDocker, startOwnDockerd } from '../support/dockerd.ts'
import { report } from '../support/fault-report.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { type Freeze, freezeDuring, freezerOfProxy } from '../support/freezes.ts'
import { killedOperations } from '../support/killed-operations.ts'

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

const engine = (ms: number): Freeze => ({
  ...{ name: `frozen engine, ${ms / 1_000} s`, begin: () => docker.freeze(), end: () => docker.thaw(), ms },
  deadlineMs: 90_000,
  holdsTraffic: true,
})

async function expectNone(operation: (typeof operations)[number], freeze: Freeze): Promise<void> {
  const count = await freezeDuring(world, operation, freeze)
  report(count)
  expect([count.lost, count.left, count.wrong]).toEqual([[], [], []])
}

describe('an engine that is frozen for a moment keeps who asks waiting, and no traffic', () => {
  for (const operation of operations) test(operation.name, () => expectNone(operation, engine(FREEZE_MS)))
})

test('an engine that stays frozen lets commands fail within their deadlines', async () => {
  const [operation] = operations
  if (operation !== undefined) await expectNone(operation, engine(90_000))
})

describe('a proxy that is frozen holds requests, and commands end within their deadlines', () => {
  for (const operation of operations)
    test(operation.name, async () => {
      const own = await freezerOfProxy(world)
      const deadlineMs = 45_000
      await expectNone(operation, { ...own, name: 'frozen proxy', ms: FREEZE_MS, deadlineMs, holdsTraffic: true })
    })
})
