import { afterAll, beforeAll, expect, test } from 'vitest'
import { plainRun } from '../../shared/rules/plain-run.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

/*
 * Labels are inherited: what a person commits, builds, runs or tags from our images bears them, and stays whatever
 * Flotilla does afterwards.
 */

let world: FleetWorld
const byHand = (what: string) => `${world.name}-byhand-${what}`
const member = () => `${world.name}-1-web-1`

beforeAll(async () => {
  world = await fleetWorld()
  await world.fleet()
})

afterAll(async () => {
  for (const { id, tags } of await world.engine.listImages({ labels: [] }))
    if (tags.some(tag => tag.includes(world.name)))
      for (const tag of [...tags, id]) await world.engine.removeImage(tag).catch(() => {})
  await world.close()
})

async function commitByHand(container: string, tag: string): Promise<string> {
  const spec = { containerId: container, labels: [], blank: [], pause: false, comment: '' }
  const { imageId } = await world.engine.commit(spec)
  await world.engine.tagImage(imageId, tag)
  return imageId
}

async function runByHand(name: string, imageId: string): Promise<string> {
  const mounts = [{ kind: 'volume' as const, source: byHand('rows'), target: '/rows', readOnly: false }]
  const run = { ...plainRun, mounts }
  const spec = { name, imageId, run, labels: [], network: null, publish: false, init: true }
  const { id } = await world.engine.createContainer(spec)
  await world.engine.startContainer(id)
  return id
}

const isThere = (image: string) =>
  world.engine.inspectImage(image).then(
    () => true,
    () => false,
  )
const isUp = (container: string) =>
  world.engine.inspectContainer(container).then(
    ({ state }) => state === 'running',
    () => false,
  )

test('an image, a tag and a container made by hand from ours outlive everything that Flotilla does', async () => {
  await world.edit(member(), 'v2')
  await world.api().call('snapshot.take', { fleet: world.name })
  const snapshots = await world.api().call('snapshot.list', { fleet: world.name })
  const image = snapshots.at(-1)?.services.find(({ name }) => name === 'web')?.image ?? ''

  const committed = byHand('committed')
  await commitByHand(member(), `${committed}:1`)
  const ran = await runByHand(byHand('ran'), `${committed}:1`)
  const mine = `${byHand('mine')}:1`
  await world.engine.tagImage((await world.engine.inspectImage(image)).id, mine)
  const fromSnapshot = await runByHand(byHand('from-snapshot'), image)
  const built = `${byHand('built')}:1`
  await commitByHand(fromSnapshot, built)
  // Named as a container of the set could be, from an image that hands on the set's labels.
  const stray = await runByHand(`${world.name}-1-web-7`, `${committed}:1`)

  const everything = async () => ({
    images: await Promise.all([`${committed}:1`, mine, built].map(isThere)),
    containers: await Promise.all([ran, fromSnapshot, stray].map(isUp)),
  })
  const whole = { images: [true, true, true], containers: [true, true, true] }

  await world.restart()
  await world.edit(member(), 'v3')
  await world.api().call('snapshot.take', { fleet: world.name })
  expect(await everything()).toEqual(whole)

  await world.api().call('set.launch', { fleet: world.name, version: 'v3' })
  await world.api().call('route.switch', { fleet: world.name, version: 'v3' })
  await world.api().call('set.remove', { fleet: world.name, version: 'v1' })
  expect(await everything()).toEqual(whole)

  await world.api().call('sweep.run', { fleet: world.name })
  await world.restart()
  expect(await everything()).toEqual(whole)

  await world.api().call('fleet.remove', { fleet: world.name, images: true })
  await world.restart()
  await until(async () => (await world.api().call('fleet.list', {})).length === 0)
  expect(await everything()).toEqual(whole)
  expect(await isThere(image)).toBe(false)
  for (const id of [ran, fromSnapshot, stray]) await world.engine.removeContainer(id, true)
})
