import { afterAll, describe, test } from 'vitest'
import { engineWorld } from '../../support/engine-world.ts'
import type { Found } from '../../support/found-engines.ts'
import { commitContract } from './commits.ts'
import { containerContract } from './containers.ts'
import { eventContract } from './events.ts'
import { imageContract } from './images.ts'
import { inventoryContract } from './inventory.ts'
import { mainJobContract } from './main-job.ts'
import { runningContract } from './running.ts'
import { surroundingsContract } from './surroundings.ts'

/** Behaviour that every engine shares, over the same code of ours. Without an address the shared engine is tested. */
export function engineContract(endpoint?: string): void {
  const world = engineWorld(endpoint)
  containerContract(world)
  runningContract(world)
  commitContract(world)
  imageContract(world)
  surroundingsContract(world)
  inventoryContract(world)
  eventContract(world)
}

/** The same over an engine that may not be there; it is ended afterwards. */
export function contractOf(name: string, found: Found): void {
  if ('missing' in found) {
    test.skip(`${name}: ${found.missing}`)
    return
  }
  describe(name, () => {
    afterAll(() => found.engine.stop())
    engineContract(found.engine.endpoint)
    mainJobContract(found.engine.endpoint)
  })
}
