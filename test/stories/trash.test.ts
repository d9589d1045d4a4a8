import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { plainRun } from '../../shared/rules/plain-run.ts'
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
  const own = await removeAnother()
  await expect(world.api().call('trash.empty', { fleet: world.name })).rejects.toMatchObject({
    failure: { code: 'conflict' },
  })
  const [first, second] = await trash()
  const mine = await containerOf(own)
  const fleet = second?.fleetId ?? ''
  const { steps } = await world.api().call('trash.emptyPlan', { fleet })
  expect(steps).toContainEqual(expect.objectContaining({ action: 'keep', what: `image ${own}` }))
  const { stays } = await world.api().call('trash.empty', { fleet })
  expect(stays).toEqual([expect.stringContaining(`image ${own} stays: ${world.name}-mine uses it`)])
  expect(await trash()).toEqual([first])
  await world.engine.removeContainer(mine, true)
  await until(async () => !(await world.engine.listImages({ labels: [] })).some(({ tags }) => tags.includes(own)))

  await world.engine.inspectImage(tag)
  expect(await world.api().call('trash.empty', { fleet: world.name })).toEqual({ removed: [world.name], stays: [] })
  await expect(world.engine.inspectImage(tag)).rejects.toMatchObject({ failure: { code: 'not-found' } })
  await expect(world.api().call('fleet.restore', { fleet: world.name })).rejects.toMatchObject({
    failure: { code: 'not-found' },
  })
})

/** Removes the fleet, and a second one of its name with one version; tells the tag of that version's image. */
async function removeAnother(): Promise<string> {
  const fleet = world.name
  await world.api().call('fleet.remove', { fleet })
  await world.api().call('fleet.adopt', { name: fleet, services: [{ name: 'web', containers: [`${fleet}-src-web`] }] })
  const { snapshot } = await world.api().call('snapshot.take', { fleet })
  await world.api().call('fleet.remove', { fleet })
  return snapshot.services[0]?.image ?? ''
}

async function containerOf(image: string): Promise<string> {
  const { id: imageId } = await world.engine.inspectImage(image)
  const rest = { labels: [], network: null, publish: false, init: false }
  return (await world.engine.createContainer({ name: `${world.name}-mine`, imageId, run: plainRun, ...rest })).id
}

test('the secrets of a purged fleet are forgotten, and those of another stay', async () => {
  const [gone, kept] = [`${world.name}-gone`, `${world.name}-kept`]
  for (const name of [gone, kept]) {
    const yaml = `services:\n  web:\n    image: flotilla/sample/web:1\n    environment: { DB_PASSWORD: hunter2-${name} }\n`
    await world.api().call('fleet.import', { name, yaml })
  }
  const folder = join(world.home, 'secrets')
  const secrets = () =>
    readdirSync(folder)
      .map(file => readFileSync(join(folder, file), 'utf8'))
      .join()
  await world.api().call('fleet.remove', { fleet: gone })
  expect(secrets()).toContain(`hunter2-${gone}`)
  await world.api().call('trash.empty', { fleet: gone })
  await until(async () => !secrets().includes(`hunter2-${gone}`))
  expect(secrets()).toContain(`hunter2-${kept}`)
  await world.api().call('fleet.remove', { fleet: kept, images: true })
})
