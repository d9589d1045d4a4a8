import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAnonymousVolume } from '../../shared/rules/complete-run.ts'
import { plainRun } from '../../shared/rules/plain-run.ts'
import { busyboxTar } from '../support/engine-image.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

let world: FleetWorld
let image = ''

beforeAll(async () => {
  world = await fleetWorld()
  image = `${world.name}-store:1`
  await world.engine.importImage(await busyboxTar(), image, ['ENV PATH=/bin', 'VOLUME /data', 'CMD ["sleep", "1000"]'])
  const { id: imageId } = await world.engine.inspectImage(image)
  const { id } = await world.engine.createContainer({
    name: `${world.name}-src-store`,
    imageId,
    run: { ...plainRun, command: ['sleep', '1000'] },
    labels: [],
    network: null,
    publish: false,
    init: true,
  })
  await world.engine.startContainer(id)
  await world.api().call('fleet.adopt', {
    name: world.name,
    services: [{ name: 'store', containers: [`${world.name}-src-store`] }],
  })
  await world.api().call('snapshot.take', { fleet: world.name })
  await launch()
})

afterAll(async () => {
  await world.engine.removeImage(image).catch(() => {})
  await world.close()
})

const container = (replica: number) => `${world.name}-1-store-${replica}`
const launch = () =>
  world.api().call('set.launch', {
    fleet: world.name,
    version: 'v1',
    replicas: [{ service: 'store', replicas: 2 }],
  })
const write = (replica: number, text: string) =>
  world.engine.exec(container(replica), ['sh', '-c', `echo ${text} > /data/row`])
const read = async (replica: number) =>
  (await world.engine.exec(container(replica), ['sh', '-c', 'cat /data/row'])).output.trim()
const volumeOf = async (replica: number) => {
  const { run } = await world.engine.inspectContainer(container(replica))
  return run.mounts.find(({ target }) => target === '/data')?.source ?? ''
}
const volumeNames = async () => (await world.engine.volumeRows()).map(({ name }) => name)

test('each replica has an anonymous volume of its own', async () => {
  const volumes = [await volumeOf(1), await volumeOf(2)]
  expect(volumes.every(isAnonymousVolume)).toBe(true)
  expect(volumes[0]).not.toBe(volumes[1])
  await write(1, 'first')
  await write(2, 'second')
})

test('a healed container has the anonymous volume of the one it replaces', async () => {
  const before = await volumeOf(1)
  await world.engine.exec(container(1), ['sh', '-c', 'echo drift > /etc/drift'])
  await world.api().call('set.heal', { fleet: world.name, container: container(1) })
  const drift = await world.api().call('drift.list', { fleet: world.name })
  expect(drift.filter(one => one.container === container(1))).toEqual([])
  expect([await read(1), await volumeOf(1)]).toEqual(['first', before])
})

test('a removed set leaves its anonymous volumes, and the next launch of the version mounts them again', async () => {
  const volumes = [await volumeOf(1), await volumeOf(2)]
  await world.api().call('set.remove', { fleet: world.name, version: 'v1' })
  expect(await volumeNames()).toEqual(expect.arrayContaining(volumes))
  const pruned = await world.api().call('volume.prunePlan', { anonymousOnly: true })
  expect(pruned.steps.filter(step => volumes.includes(step.what))).toEqual([])
  const plan = await world.api().call('set.plan', {
    fleet: world.name,
    version: 'v1',
    replicas: [{ service: 'store', replicas: 2 }],
  })
  expect(plan.steps).toContainEqual({
    action: 'attach',
    what: `the anonymous volume ${volumes[0]?.slice(0, 12)}`,
    detail: `/data of ${container(1)}, as the last set of this version left it`,
  })
  await launch()
  expect([await read(1), await read(2)]).toEqual(['first', 'second'])
})

test('an undo of the removal brings the volumes back too', async () => {
  await world.api().call('set.remove', { fleet: world.name, version: 'v1' })
  await world.api().call('history.undo', { fleet: world.name })
  expect([await read(1), await read(2)]).toEqual(['first', 'second'])
})

test('a failed launch removes the volumes that it made, and none that an earlier set left', async () => {
  const volumes = [await volumeOf(1), await volumeOf(2)]
  await world.api().call('set.remove', { fleet: world.name, version: 'v1' })
  const before = await volumeNames()
  const { id: imageId } = await world.engine.inspectImage(image)
  const taken = await world.engine.createContainer({
    name: container(3),
    imageId,
    run: plainRun,
    labels: [],
    network: null,
    publish: false,
    init: false,
  })
  const failed = world.api().call('set.launch', {
    fleet: world.name,
    version: 'v1',
    replicas: [{ service: 'store', replicas: 3 }],
  })
  await expect(failed).rejects.toMatchObject({ failure: { code: 'conflict' } })
  await world.engine.removeContainer(taken.id, true, { volumes: true })
  expect((await volumeNames()).sort()).toEqual([...before].sort())
  expect(before).toEqual(expect.arrayContaining(volumes))
  await launch()
  expect(await read(2)).toBe('second')
})

test('a sweep names the volumes with bytes and keeps them', async () => {
  await world.api().call('set.stop', { fleet: world.name, version: 'v1' })
  const volume = await volumeOf(1)
  const plan = await world.api().call('sweep.plan', { fleet: world.name })
  expect(plan.steps).toContainEqual({
    action: 'keep',
    what: `the anonymous volume ${volume.slice(0, 12)}`,
    detail: expect.stringMatching(new RegExp(`^/data of ${container(1)}, [\\d.]+ k?B$`)),
  })
  await world.api().call('sweep.run', { fleet: world.name })
  expect(await volumeNames()).toContain(volume)
  await launch()
  expect(await read(1)).toBe('first')
})

test('a removed fleet is restored with what its anonymous volumes hold', async () => {
  const plan = await world.api().call('fleet.removePlan', { fleet: world.name })
  expect(plan.steps.filter(({ what }) => what.startsWith('the anonymous volume'))).toHaveLength(2)
  await world.api().call('fleet.remove', { fleet: world.name })
  await world.api().call('fleet.restore', { fleet: world.name })
  await launch()
  expect([await read(1), await read(2)]).toEqual(['first', 'second'])
})

test('a volume that another container uses stays, and is not told as removed', async () => {
  const other = `${world.name}-other`
  const { id: imageId } = await world.engine.inspectImage(image)
  const [shared, own] = [await volumeOf(1), await volumeOf(2)]
  const mounts = [{ kind: 'volume' as const, source: shared, target: '/data', readOnly: false }]
  const run = { ...plainRun, mounts }
  const rest = { labels: [], network: null, publish: false, init: false }
  const { id } = await world.engine.createContainer({ name: other, imageId, run, ...rest })
  const plan = await world.api().call('set.removePlan', { fleet: world.name, version: 'v1', volumes: true })
  expect(plan.steps.find(({ what }) => what.endsWith(shared.slice(0, 12)))).toMatchObject({
    action: 'keep',
    detail: expect.stringContaining(`; ${other} uses it`),
  })
  const { stays } = await world.api().call('set.remove', { fleet: world.name, version: 'v1', volumes: true })
  expect(stays).toEqual([`the anonymous volume ${shared.slice(0, 12)} stays: ${other} uses it`])
  const entries = await world.api().call('journal.list', { fleet: world.name })
  expect(entries.findLast(({ op }) => op === 'set.remove')?.detail).toContain(`; 1 anonymous volume removed; ${stays}`)
  expect(await volumeNames()).toContain(shared)
  expect(await volumeNames()).not.toContain(own)
  await world.engine.removeContainer(id, true)
  await launch()
})

test('volumes go where that is asked for, and a volume with a name never does', async () => {
  const volumes = [await volumeOf(1), await volumeOf(2)]
  const plan = await world.api().call('fleet.removePlan', { fleet: world.name, volumes: true })
  expect(plan.steps.filter(({ what }) => what.startsWith('the anonymous volume')).map(({ action }) => action)).toEqual([
    'remove',
    'remove',
  ])
  const named = `${world.name}-named`
  await world.engine.createVolume({ name: named, labels: [] })
  await world.api().call('set.remove', { fleet: world.name, version: 'v1', volumes: true })
  const left = await volumeNames()
  expect(left.filter(name => volumes.includes(name))).toEqual([])
  expect(left).toContain(named)
  await world.engine.removeVolume(named)
})

test('the removal of a container names its anonymous volume, which stays unless it is asked for', async () => {
  const { id: imageId } = await world.engine.inspectImage(image)
  const make = (name: string) =>
    world.engine.createContainer({
      name,
      imageId,
      run: plainRun,
      labels: [],
      network: null,
      publish: false,
      init: true,
    })
  const name = `${world.name}-loose`
  const remove = async (volumes: boolean) => {
    const { id } = await make(name)
    const { run } = await world.engine.inspectContainer(id)
    const volume = run.mounts[0]?.source ?? ''
    const input = { action: 'remove' as const, containers: [id], volumes }
    const { plan } = await world.api().call('container.plan', input)
    await world.api().call('container.act', input)
    const what = `the anonymous volume ${volume.slice(0, 12)}`
    return {
      action: plan.steps.find(step => step.what === what)?.action,
      isLeft: (await volumeNames()).includes(volume),
    }
  }
  expect(await remove(false)).toEqual({ action: 'keep', isLeft: true })
  expect(await remove(true)).toEqual({ action: 'remove', isLeft: false })
})
