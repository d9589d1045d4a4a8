import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

let world: FleetWorld

beforeAll(async () => {
  world = await fleetWorld()
  await world.adopt()
  const replicas = [{ service: 'web', replicas: 2 }]
  await world.api().call('set.launch', { fleet: world.name, version: 'v1', replicas, sealed: true })
})

afterAll(() => world?.close())

const set = async () => (await world.api().call('set.list', { fleet: world.name }))[0]
const sealOf = async () => [...((await set())?.seal ?? [])].sort((a, b) => a.service.localeCompare(b.service))
const roots = async () => {
  const { containers = [] } = (await set()) ?? {}
  return Promise.all(containers.map(async ({ id }) => (await world.engine.inspectContainer(id)).run.readOnlyRoot))
}

test('a sealed set that was removed comes back by undo as it was: sealed, and with as many containers', async () => {
  const before = await sealOf()
  expect(before).toHaveLength(2)
  await world.api().call('set.remove', { fleet: world.name, version: 'v1' })
  await world.api().call('history.undo', { fleet: world.name })
  expect(await sealOf()).toEqual(before)
  expect(await roots()).toEqual([true, true, true])
})

test('a rebuilt home knows what was sealed, and sees no drift in it', async () => {
  const before = await sealOf()
  const lost = world.loseHome()
  await world.restart()
  await world.api().call('rebuild.run', { takeOver: [lost] })
  expect(await sealOf()).toEqual(before)
  expect(await world.api().call('drift.list', { fleet: world.name })).toEqual([])
})
