import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { report } from '../support/fault-report.ts'
import { fillDisk, type SmallDiskWorld, worldOnSmallDisk } from '../support/full-disk.ts'
import { killedOperations } from '../support/killed-operations.ts'
import { mountRefusal } from '../support/mounts.ts'

describe.skipIf(mountRefusal !== null)(`a full disk (needs mount${mountRefusal ? `: ${mountRefusal}` : ''})`, () => {
  let small: SmallDiskWorld

  beforeAll(async () => {
    small = await worldOnSmallDisk()
  })

  afterAll(() => small?.close())

  for (const operation of killedOperations)
    test(operation.name, async () => {
      const count = await fillDisk(small, operation, [null, 10, 300])
      report(count)
      expect([count.lost, count.left, count.wrong]).toEqual([[], [], []])
    })
})
