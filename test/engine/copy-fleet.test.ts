import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import { openEngine } from '../../main/engine/open-engine.ts'
import type { TestEngine } from '../support/daemon.ts'
import { startOwnDockerd } from '../support/dockerd.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

let lab: TestEngine
let there: Engine
let world: FleetWorld

beforeAll(async () => {
  lab = await startOwnDockerd([])
  there = openEngine({ endpoint: lab.endpoint, home: '/nowhere', environment: {}, log: () => {} })
  world = await fleetWorld()
  await world.api().call('endpoint.add', { name: 'lab', address: lab.endpoint })
  await until(async () =>
    (await world.api().call('endpoint.list', {})).some(
      ({ name, state }) => name === 'lab' && state.state === 'connected',
    ),
  )
  await world.adopt()
  await world.edit(`${world.name}-src-web`, 'v2')
  await world.api().call('snapshot.take', { fleet: world.name, from: 'source' })
})

afterAll(async () => {
  there?.close()
  await world?.close()
  await lab?.stop()
})

const copyOf = (version: string, name: string) => ({ fleet: world.name, version, endpoint: 'lab', name })
const tagsThere = async (fleet: string) =>
  (await there.listImages({ labels: [] }))
    .flatMap(({ tags }) => tags)
    .filter(tag => tag.startsWith(`flotilla/${fleet}`))
const entry = async (fleet: string) =>
  (await world.api().call('journal.list', { fleet })).find(one => one.op === 'fleet.copy')

test('an engine that is an endpoint already is told of, and not refused under another name', async () => {
  const steps = await world.api().call('endpoint.test', { name: 'again', address: lab.endpoint })
  expect(steps).toContainEqual(
    expect.objectContaining({ step: 'engine', state: 'warning', saw: expect.stringMatching(/^same engine as .*lab/) }),
  )
  await world.api().call('endpoint.add', { name: 'again', address: lab.endpoint })
  const sameAs = async () => (await world.api().call('endpoint.list', {})).find(({ name }) => name === 'again')?.sameAs
  await until(async () => (await sameAs())?.includes('lab' as never))
  // Another engine of this machine may bear the same id: its data is its own.
  expect(await sameAs()).toEqual(['lab'])
  await world.api().call('endpoint.remove', { endpoint: 'again' })
})

test('a copy that is cancelled leaves nothing behind, on neither side', async () => {
  const name = `${world.name}-never`
  const abort = new AbortController()
  const copy = world.api().call('fleet.copy', copyOf('v1', name), {
    signal: abort.signal,
    onProgress: ({ done }) => done > 0 && abort.abort(),
  })
  await expect(copy).rejects.toMatchObject({ failure: { code: 'cancelled' } })
  expect(await tagsThere(name)).toEqual([])
  expect((await world.api().call('fleet.list', {})).map(fleet => fleet.name)).toEqual([world.name])
})

test('a version is copied to another engine, is the same there, and answers', async () => {
  const name = `${world.name}-far`
  const plan = await world.api().call('fleet.copyPlan', copyOf('v1', name))
  expect(plan.steps).toEqual([
    { action: 'move', what: 'the image of web', detail: expect.stringMatching(/^[\d.]+ MB$/) },
    { action: 'move', what: 'the image of api', detail: expect.stringMatching(/^[\d.]+ MB$/) },
    { action: 'keep', what: 'db', detail: `${world.name}-src-db stays on default, and the copy has none` },
  ])
  const fleet = await world.api().call('fleet.copy', copyOf('v1', name))
  expect(fleet).toMatchObject({ name, endpoint: 'lab', from: 'copied', dataServices: [] })
  const [source, copy] = await Promise.all(
    [world.name, name].map(of => world.api().call('snapshot.show', { fleet: of, version: 'v1' })),
  )
  for (const { name: service, imageId, image, layers } of copy?.services ?? []) {
    expect(await there.inspectImage(image)).toMatchObject({ id: imageId, layers })
    expect(source?.services.find(one => one.name === service)).toMatchObject({ imageId, layers })
  }
  await world.api().call('set.launch', { fleet: name, version: 'v1' })
  await world.api().call('route.add', { fleet: name, hostname: `${name}.localhost`, service: 'web', servicePort: 3000 })
  await world.api().call('route.switch', { fleet: name, version: 'v1' })
  expect(await world.page(`${name}.localhost`)).toBe('v1')
})

test('what is there already is not sent again', async () => {
  const name = `${world.name}-next`
  const plan = await world.api().call('fleet.copyPlan', copyOf('v2', name))
  expect(plan.steps.slice(0, 2)).toEqual([
    {
      action: 'move',
      what: 'the image of web',
      detail: expect.stringMatching(/less \d+ layers? that (?:is|are) there$/),
    },
    { action: 'keep', what: 'the image of api', detail: 'is there already' },
  ])
  await world.api().call('fleet.copy', { ...copyOf('v2', name), launch: true })
  expect((await entry(name))?.detail).toMatch(/, [\d.]+ k?B sent$/)
  expect((await world.api().call('set.list', { fleet: name })).map(({ version, state }) => [version, state])).toEqual([
    ['v1', 'warm'],
  ])
})

test('a copy that the app did not outlive leaves nothing behind when it is back', async () => {
  const name = `${world.name}-lost`
  for (const service of ['web', 'api'])
    await world.engine.exec(`${world.name}-src-${service}`, [
      ...['busybox', 'dd', 'if=/dev/urandom', 'of=/big', 'bs=1M', 'count=48'],
    ])
  await world.api().call('snapshot.take', { fleet: world.name, from: 'source' })
  let arrived: string[] = []
  await world.crash(async (api, kill) => {
    const copy = api.call('fleet.copy', copyOf('v3', name)).catch(() => {})
    arrived = await until(async () => {
      const tags = await tagsThere(name)
      return tags.length > 0 && tags
    })
    kill()
    await copy
  })
  expect(arrived).toEqual([expect.stringContaining(`flotilla/${name}/web:v1-`)])
  await until(async () => (await tagsThere(name)).length === 0)
  expect((await world.api().call('fleet.list', {})).map(fleet => fleet.name)).not.toContain(name)
})

test('a copy can be found again on its engine when the journal is lost', async () => {
  const manifests = await there.listImages({ labels: ['flotilla.role=manifest'] })
  expect(manifests.map(({ labels }) => labels.get('flotilla.fleet')).sort()).toEqual([
    `${world.name}-far`,
    `${world.name}-next`,
  ])
})
