import { afterAll, beforeAll, expect, test } from 'vitest'
import { tarOf } from '../../main/archive/tar.ts'
import { busyboxImage } from '../support/engine-image.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

let world: FleetWorld

beforeAll(async () => {
  world = await fleetWorld()
  await world.adopt()
})
afterAll(() => world.close())

const listed = async (tag: string) => (await world.api().call('image.list', {})).find(image => image.tags.includes(tag))

async function imported(tag: string, text: string) {
  const { imageId } = await world.engine.importImage(await tarOf([['hello', text]]), tag, [])
  return imageId
}

test('an image tells what it costs alone, who uses it, and how it came to be', async () => {
  const images = await world.api().call('image.list', {})
  const snapshot = images.find(image => image.origin.kind === 'snapshot' && image.origin.service === 'web')
  expect(snapshot?.origin).toMatchObject({ fleet: world.name, version: 'v1' })
  expect(snapshot?.usedBy).toEqual(
    expect.arrayContaining([
      { kind: 'container', name: `${world.name}-src-web`, detail: 'running' },
      { kind: 'snapshot', name: `${world.name} v1`, detail: 'web' },
    ]),
  )
  const busybox = images.find(image => image.tags.includes(busyboxImage))
  expect(busybox?.origin).toEqual({ kind: 'import' })
  expect(images.every(image => image.uniqueBytes !== null && image.uniqueBytes <= image.bytes)).toBe(true)
})

test('an image gets a second name, loses it, and does not lose the last', async () => {
  const [first, second] = [`${world.name}/named:1`, `${world.name}/named:2`]
  await imported(first, 'named')
  await world.api().call('image.tag', { image: first, tag: second })
  expect((await listed(first))?.tags.toSorted()).toEqual([first, second])
  await world.api().call('image.untag', { tag: second })
  expect(await listed(second)).toBeUndefined()
  await expect(world.api().call('image.untag', { tag: first })).rejects.toMatchObject({ failure: { code: 'conflict' } })
  await expect(world.api().call('image.tag', { image: first, tag: busyboxImage })).rejects.toMatchObject({
    failure: { code: 'conflict', message: `${busyboxImage} names another image` },
  })
  await world.api().call('image.remove', { images: [first] })
  expect(await listed(first)).toBeUndefined()
})

test('an image that is needed is not removed, and it is said who needs it', async () => {
  const snapshot = await world.api().call('snapshot.show', { fleet: world.name, version: 'v1' })
  const tag = snapshot.services.find(service => service.name === 'web')?.image ?? ''
  const plan = await world.api().call('image.removePlan', { images: [tag] })
  expect(plan.steps).toMatchObject([{ action: 'keep', detail: `container ${world.name}-src-web (running)` }])
  await expect(world.api().call('image.remove', { images: [tag] })).rejects.toMatchObject({
    failure: { code: 'conflict', message: expect.stringContaining(`${world.name}-src-web`) },
  })
  expect(await listed(tag)).toBeDefined()
})

test('a prune shows its list and its bytes first, and leaves what undo needs', async () => {
  const tag = `${world.name}/loose:1`
  const loose = await imported(tag, 'first')
  // The name moves on: the first one is left without any.
  await imported(tag, 'second')
  const plan = await world.api().call('image.prunePlan', { scope: 'untagged' })
  const short = loose.replace('sha256:', '').slice(0, 12)
  expect(plan.steps).toContainEqual({ action: 'remove', what: short, detail: expect.stringContaining('frees') })
  expect(plan.bytes).toBeGreaterThan(0)
  const { removed } = await world.api().call('image.prune', { scope: 'untagged' })
  expect(removed).toContain(short)
  const restorable = await world.api().call('snapshot.show', { fleet: world.name, version: 'v1' })
  for (const { imageId } of restorable.services) await world.engine.inspectImage(imageId)
  await world.engine.inspectImage(restorable.manifestImage)
  await world.api().call('image.remove', { images: [tag] })
})

test('the feed tells of a new image, and of its own size as soon as it is measured', async () => {
  const tag = `${world.name}/fed:1`
  const heard = new Promise<number>(resolve => {
    const stop = world.api().follow('images.state', {}, ({ images }) => {
      const bytes = images?.find(image => image.tags.includes(tag))?.uniqueBytes ?? null
      if (bytes === null) return
      stop()
      resolve(bytes)
    })
  })
  await imported(tag, 'fed')
  expect(await heard).toBeGreaterThan(0)
  await world.api().call('image.remove', { images: [tag] })
})
