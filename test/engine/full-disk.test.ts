import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fillDisk, type SmallDiskWorld, worldOnSmallDisk } from '../support/full-disk.ts'
import { killedOperations } from '../support/killed-operations.ts'
import { mountRefusal } from '../support/mounts.ts'

/* `npm run test:faults` fills the disk during every operation. */

describe.skipIf(mountRefusal !== null)(`needs mount${mountRefusal ? `: ${mountRefusal}` : ''}`, () => {
  let small: SmallDiskWorld

  beforeAll(async () => {
    small = await worldOnSmallDisk()
  })

  afterAll(() => small?.close())

  for (const name of ['set launch', 'heal'])
    test(`${name} on a disk that fills up is done or refused in a sentence, and goes on once there is room`, async () => {
      const operation = killedOperations.find(one => one.name === name)
      if (operation === undefined) throw new Error(name)
      const { lost, left, wrong } = await fillDisk(small, operation, [null, 100])
      expect([lost, left, wrong]).toEqual([[], [], []])
    })
})
