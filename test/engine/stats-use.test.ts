import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tarOf } from '../../main/archive/tar.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

let world: FleetWorld

beforeAll(async () => {
  world = await fleetWorld()
  await world.fleet()
})

afterAll(() => world.close())

const MEGABYTE = 1_048_576

async function costs() {
  const use = await world.api().call('stats.use', {})
  const fleet = use.fleets.find(one => one.fleet === world.name)
  if (fleet === undefined) throw new Error('the fleet is not measured')
  return { use, fleet, of: (version: string) => fleet.versions.find(one => one.version === version) }
}

test('a version costs what it added, and a removal frees what was told', async () => {
  await world.engine.putArchive(`${world.name}-1-web-1`, '/www', await tarOf([['large', randomBytes(3 * MEGABYTE)]]))
  await world.api().call('snapshot.take', {
    fleet: world.name,
    containers: [{ service: 'web', container: `${world.name}-1-web-1` }],
  } as never)
  const { use, fleet, of } = await costs()
  expect(Math.round((of('v2')?.unique ?? 0) / MEGABYTE)).toBe(3)
  expect(Math.round((of('v1')?.written ?? 0) / MEGABYTE)).toBe(3)
  expect(of('v1')?.unique).toBeLessThan(MEGABYTE / 10)
  // Layers that both share are kept once.
  expect(fleet.bytes).toBeLessThan((of('v1')?.bytes ?? 0) + (of('v2')?.unique ?? 0) + MEGABYTE / 10)
  expect(use.images.bytes).toBeGreaterThanOrEqual(fleet.bytes)

  const before = await world.engine.diskUse()
  await world.api().call('fleet.remove', { fleet: world.name, images: true } as never)
  const after = await until(async () => {
    const now = await world.engine.diskUse()
    return now.layerBytes < before.layerBytes && now
  })
  expect(before.layerBytes - after.layerBytes).toBe(fleet.unique)
})

test('measuring tells how far it is', async () => {
  const told: string[] = []
  await world.api().call('stats.use', {}, { onProgress: ({ what }) => told.push(what) })
  expect([...new Set(told)]).toEqual(['The engine measures what it keeps', 'Reading the layers of images'])
})
