import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

let world: FleetWorld

beforeAll(async () => {
  world = await fleetWorld()
  await world.twoVersions()
})

afterAll(() => world.close())

const containers = async () => {
  const rows = await world.engine.listContainers({ labels: [`flotilla.fleet=${world.name}`], all: true })
  return rows.map(row => row.name).sort()
}
const networks = async () => {
  const found = await world.engine.listNetworks({ labels: [`flotilla.fleet=${world.name}`] })
  return found.map(network => network.name).sort()
}

test('the app killed in mid-launch leaves nothing behind', async () => {
  const before = [await containers(), await networks()]
  await world.crash(async (api, kill) => {
    await api.call(
      'set.launch',
      { fleet: world.name, version: 'v2', replicas: [{ service: 'web', replicas: 4 }] },
      { onProgress: kill },
    )
  })
  await until(
    async () => (await containers()).length === before[0]?.length && (await networks()).length === before[1]?.length,
  )
  expect([await containers(), await networks()]).toEqual(before)
  const [entry] = (await world.api().call('journal.list', { fleet: world.name }))
    .filter(one => one.op !== 'drift.found')
    .slice(-1)
  expect([entry?.op, entry?.outcome]).toEqual(['set.launch', 'interrupted'])
  expect(await world.page()).toMatch(/v1|v2/)
})

test('the app killed in mid-commit leaves no image and no paused container', async () => {
  const container = `${world.name}-1-web-1`
  await world.engine.exec(container, ['sh', '-c', 'head -c 150000000 /dev/zero > /www/large'])
  const images = async () =>
    (await world.engine.listImages({ labels: [`flotilla.fleet=${world.name}`] })).map(image => image.id).sort()
  const before = await images()
  await world.crash(async (api, kill) => {
    await api.call('snapshot.take', { fleet: world.name }, { onProgress: () => setTimeout(kill, 100) })
  })
  // The engine ends a commit that nobody waits for any more; its image goes when it has.
  await until(async () => (await images()).join() === before.join())
  await until(async () => (await world.engine.inspectContainer(container)).state === 'running')
  expect((await world.api().call('snapshot.list', { fleet: world.name })).map(snapshot => snapshot.version)).toEqual([
    'v1',
    'v2',
  ])
})

test('the app killed in mid-switch comes back all old or all new', async () => {
  await world.api().call('set.launch', { fleet: world.name, version: 'v2' })
  await world.api().call('set.heal', { fleet: world.name, container: `${world.name}-1-web-1` })
  for (const delay of [0, 4, 12, 25]) {
    const live = (await world.api().call('fleet.list', {})).find(fleet => fleet.name === world.name)?.live
    const version = live === 'v1' ? 'v2' : 'v1'
    await world.crash(async (api, kill) => {
      setTimeout(kill, delay)
      await api.call('route.switch', { fleet: world.name, version })
    })
    const now = (await world.api().call('fleet.list', {})).find(fleet => fleet.name === world.name)?.live
    expect(['v1', 'v2']).toContain(now)
    await until(async () => (await world.page()) === now)
  }
})

test('a download goes on while the app is killed', async () => {
  await world
    .api()
    .call('route.switch', { fleet: world.name, version: 'v1' })
    .catch(() => undefined)
  await world.engine.exec(`${world.name}-1-web-1`, [
    'sh',
    '-c',
    'head -c 30000000 /dev/zero > /tmp/large && ln -s /tmp/large /www/slow',
  ])
  await world.engine.exec(`${world.name}-1-web-2`, [
    'sh',
    '-c',
    'head -c 30000000 /dev/zero > /tmp/large && ln -s /tmp/large /www/slow',
  ])
  const download = world.download('/slow')
  await download.begun
  await world.crash(async (_, kill) => kill())
  expect(await download.length()).toBe(30_000_000)
})
