import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

/* A removed fleet can be restored until it is purged, whatever is done meanwhile. */

let world: FleetWorld

beforeAll(async () => {
  world = await fleetWorld()
  await world.twoVersions()
  await world.api().call('set.launch', { fleet: world.name, version: 'v2' })
  await world.api().call('route.switch', { fleet: world.name, version: 'v2' })
})

afterAll(() => world.close())

const trash = () => world.api().call('trash.list', {})

test('what is in the trash outlives a snapshot and a restart, and comes back live', async () => {
  await world.api().call('fleet.remove', { fleet: world.name })
  const other = `${world.name}-other`
  const { id } = await world.engine.inspectContainer(`${world.name}-src-web`)
  await world.api().call('fleet.adopt', { name: other, services: [{ name: 'web', containers: [id] }] })
  await world.edit(id, 'v9')
  await world.api().call('snapshot.take', { fleet: other })
  await world.restart()
  expect(await trash()).toMatchObject([{ name: world.name, versions: ['v1', 'v2'] }])
  await world.api().call('fleet.restore', { fleet: world.name })
  expect(await trash()).toEqual([])
  await until(async () => (await world.page()) === 'v2')
  await world.api().call('fleet.remove', { fleet: other, images: true })
})

test('restoring says which versions are gone, and refuses when all of them are', async () => {
  const { services } = await world.api().call('snapshot.show', { fleet: world.name, version: 'v2' })
  const web = services.find(({ name }) => name === 'web')
  await world.api().call('fleet.remove', { fleet: world.name })
  await world.engine.removeImage(web?.image ?? '')
  await world.api().call('fleet.restore', { fleet: world.name })
  const versions = async () => (await world.api().call('snapshot.list', { fleet: world.name })).map(one => one.version)
  expect(await versions()).toEqual(['v1'])
  const entries = await world.api().call('journal.list', { fleet: world.name })
  expect(entries.findLast(({ op }) => op === 'fleet.restore')?.detail).toContain('v2 gone from the engine')
})

test('the trash is emptied by id or name, and only then the images go', async () => {
  const { services } = await world.api().call('snapshot.show', { fleet: world.name, version: 'v1' })
  const tag = services[0]?.image ?? ''
  await world.api().call('fleet.remove', { fleet: world.name })
  await world.engine.inspectImage(tag)
  await world.api().call('fleet.adopt', {
    name: world.name,
    services: [{ name: 'web', containers: [`${world.name}-src-web`] }],
  })
  await world.api().call('fleet.remove', { fleet: world.name })
  await expect(world.api().call('trash.empty', { fleet: world.name })).rejects.toMatchObject({
    failure: { code: 'conflict' },
  })
  const [first, second] = await trash()
  await world.api().call('trash.empty', { fleet: first?.fleetId ?? '' })
  expect(await trash()).toEqual([second])
  expect(await world.api().call('trash.empty', { fleet: world.name })).toEqual([world.name])
  await expect(world.engine.inspectImage(tag)).rejects.toMatchObject({ failure: { code: 'not-found' } })
  await expect(world.api().call('fleet.restore', { fleet: world.name })).rejects.toMatchObject({
    failure: { code: 'not-found' },
  })
})
