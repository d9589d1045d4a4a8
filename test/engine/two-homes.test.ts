import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { countEntries, settledAudit } from '../support/kill-campaign.ts'
import { killedOperations } from '../support/killed-operations.ts'
import { inventory } from '../support/two-homes.ts'

/* `npm run test:faults` has both work at once. */

let killed: FleetWorld
let other: FleetWorld

beforeAll(async () => {
  killed = await fleetWorld()
  other = await fleetWorld()
  await killed.twoVersions()
  await other.twoVersions()
  await other.engine.createVolume({ name: `${other.name}-byhand-rows`, labels: [] })
  await other.engine.tagImage(
    (await other.engine.inspectContainer(`${other.name}-1-web-1`)).imageId,
    `${other.name}-byhand:1`,
  )
})

afterAll(async () => {
  await other.engine.removeVolume(`${other.name}-byhand-rows`).catch(() => {})
  await other.engine.removeImage(`${other.name}-byhand:1`).catch(() => {})
  await killed.close()
  await other.close()
})

for (const name of ['set launch', 'snapshot', 'sweep', 'fleet remove'])
  test(`${name} of one home, killed and recovered, leaves all of another on the same engine as it is`, async () => {
    const operation = killedOperations.find(one => one.name === name)
    if (operation === undefined) throw new Error(name)
    const before = await inventory(other)
    expect(before.length).toBeGreaterThan(8)
    await operation.prepare(killed)
    const entries = countEntries(killed)
    await killed.crash(async (api, kill) => {
      setTimeout(kill, 200)
      await operation.act(api, killed)
    })
    const recovered = { ...operation, outcomes: [...operation.outcomes, 'done' as const] }
    expect(await settledAudit(killed, recovered, entries)).toEqual({ lost: [], left: [], wrong: [] })
    expect(await inventory(other)).toEqual(before)
    expect(await other.page()).toMatch(/^v[12]$/)
  })
