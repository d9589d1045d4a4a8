import { afterAll, beforeAll, expect, test } from 'vitest'
import { engineWorld } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

const { start, label } = engineWorld()
let world: FleetWorld

beforeAll(async () => {
  world = await fleetWorld()
})
afterAll(() => world.close())

const labels: [string, string][] = [[label[0], label[1]]]
const volumeNamed = async (name: string) =>
  (await world.api().call('volume.list', {})).find(volume => volume.name === name)
const networkNamed = async (name: string) =>
  (await world.api().call('network.list', {})).find(network => network.name === name)

test('a volume tells who uses it and how large it is, and stays while a container has it', async () => {
  const name = `${world.name}-data`
  await world.api().call('volume.create', { name, labels })
  await expect(world.api().call('volume.create', { name })).rejects.toMatchObject({ failure: { code: 'conflict' } })
  const mounts = [{ kind: 'volume' as const, source: name, target: '/data', readOnly: false }]
  const container = await start({ run: { mounts } })
  await world.engine.exec(container.id, ['sh', '-c', 'head -c 70000 /dev/zero > /data/file'])
  const volume = await volumeNamed(name)
  expect(volume?.usedBy).toEqual([{ id: container.id, name: container.name, state: 'running', detail: '/data' }])
  expect(volume?.bytes).toBeGreaterThanOrEqual(70_000)
  const refused = { failure: { code: 'conflict', message: expect.stringContaining(container.name) } }
  await expect(world.api().call('volume.remove', { names: [name], insist: true })).rejects.toMatchObject(refused)
  await world.engine.removeContainer(container.id, true)
  expect(await world.api().call('volume.remove', { names: [name] })).toMatchObject({ removed: [name], kept: [] })
  expect(await volumeNamed(name)).toBeUndefined()
})

test("a fleet's data goes only when it is insisted on, and never with a prune", async () => {
  const [owned, free] = [`${world.name}-owned`, `${world.name}-free`]
  await world.engine.createVolume({ name: owned, labels: [['flotilla.fleet', 'shop'], ...labels] })
  await world.api().call('volume.create', { name: free, labels })
  const plan = await world.api().call('volume.prunePlan', {})
  expect(plan.steps.map(step => step.what)).toContain(free)
  expect((await world.api().call('volume.prune', {})).removed).toContain(free)
  expect(await volumeNamed(owned)).toMatchObject({ owner: { fleet: 'shop' } })
  await expect(world.api().call('volume.remove', { names: [owned] })).rejects.toMatchObject({
    failure: { code: 'refused' },
  })
  expect(await world.api().call('volume.remove', { names: [owned], insist: true })).toMatchObject({ removed: [owned] })
})

test('a network tells its subnet and who hangs on it; containers come, go, and keep it from removal', async () => {
  const name = `${world.name}-net`
  await world.api().call('network.create', { name, subnet: '10.231.7.0/24', isInternal: true, labels })
  const container = await start()
  await world.api().call('network.connect', { network: name, container: container.name, aliases: ['other-name'] })
  const network = await networkNamed(name)
  expect(network).toMatchObject({ isInternal: true, subnets: [{ subnet: '10.231.7.0/24' }], owner: null })
  expect(network?.usedBy).toMatchObject([{ name: container.name, detail: expect.stringMatching(/^10\.231\.7\./) }])
  await expect(world.api().call('network.remove', { names: [name] })).rejects.toMatchObject({
    failure: { code: 'conflict' },
  })
  await world.api().call('network.disconnect', { network: name, container: container.name })
  expect((await world.api().call('network.prunePlan', {})).steps.map(step => step.what)).toContain(name)
  await world.api().call('network.remove', { names: [name] })
  expect(await networkNamed(name)).toBeUndefined()
  await expect(world.api().call('network.remove', { names: ['bridge'] })).rejects.toMatchObject({
    failure: { code: 'refused' },
  })
})

test('the network and the containers of a set are not edited', async () => {
  await world.adopt()
  await world.api().call('set.launch', { fleet: world.name, version: 'v1' })
  const network = `${world.name}-1`
  expect(await networkNamed(network)).toMatchObject({ owner: { fleet: world.name, what: 'set of v1' } })
  const container = `${world.name}-1-web-1`
  await expect(world.api().call('network.disconnect', { network, container })).rejects.toMatchObject({
    failure: { code: 'refused' },
  })
  await expect(world.api().call('network.connect', { network: 'bridge', container })).rejects.toMatchObject({
    failure: { code: 'refused' },
  })
  await expect(world.api().call('network.remove', { names: [network] })).rejects.toMatchObject({
    failure: { code: 'conflict' },
  })
})
