import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { report } from '../support/fault-report.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { fillDisk } from '../support/full-disk.ts'
import { killedOperations } from '../support/killed-operations.ts'
import { mountRefusal, mountSmallDisk, type SmallDisk } from '../support/mounts.ts'
import { workerEngine } from '../support/worker-engine.ts'

describe.skipIf(mountRefusal !== null)(`a full disk (needs mount${mountRefusal ? `: ${mountRefusal}` : ''})`, () => {
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

  for (const operation of killedOperations)
    test(operation.name, async () => {
      const count = await fillDisk({ world, disk }, operation, [null, 10, 300])
      report(count)
      expect([count.lost, count.left, count.wrong]).toEqual([[], [], []])
    })
})
