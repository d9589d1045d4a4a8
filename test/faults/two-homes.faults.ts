import { afterAll, beforeAll, expect, test } from 'vitest'
import { report } from '../support/fault-report.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { killedOperations } from '../support/killed-operations.ts'
import { killBeside } from '../support/two-homes.ts'

/* Two homes work on one engine at once; one is killed and recovers, and both have what their journals say. */

const DELAYS = [60, 400, 1_200]
const names = new Set(['set launch', 'set remove', 'snapshot', 'sweep', 'fleet remove'])

let killed: FleetWorld
let other: FleetWorld

beforeAll(async () => {
  ;[killed, other] = await Promise.all([fleetWorld(), fleetWorld()])
  for (const world of [killed, other]) await world.twoVersions()
})

afterAll(async () => {
  await killed?.close()
  await other?.close()
})

for (const operation of killedOperations.filter(({ name }) => names.has(name)))
  test(operation.name, async () => {
    const count = await killBeside({ killed, other }, operation, DELAYS)
    report(count)
    expect([count.lost, count.left, count.wrong]).toEqual([[], [], []])
  })
