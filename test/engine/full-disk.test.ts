import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { fillDisk } from '../support/full-disk.ts'
import { killedOperations } from '../support/killed-operations.ts'
import { mountRefusal, mountSmallDisk, type SmallDisk } from '../support/mounts.ts'
import { workerEngine } from '../support/worker-engine.ts'

/* `npm run test:faults` fills the disk during every operation. */

describe.skipIf(mountRefusal !== null)(`needs mount${mountRefusal ? `: ${mountRefusal}` : ''}`, () => {
  let disk: SmallDisk
  let world: FleetWorld

  beforeAll(async () => {
    disk = mountSmallDisk('24m')
    world = await fleetWorld(workerEngine(), {}, disk.path)
    await world.twoVersions()
  })

  afterAll(async () => {
    disk.drain()
    await world?.close()
    disk.unmount()
  })

  for (const name of ['set launch', 'heal'])
    test(`${name} on a disk that fills up is done or refused in a sentence, and goes on once there is room`, async () => {
      const operation = killedOperations.find(one => one.name === name)
      if (operation === undefined) throw new Error(name)
      const { lost, left, wrong } = await fillDisk({ world, disk }, operation, [null, 100])
      expect([lost, left, wrong]).toEqual([[], [], []])
    })
})
