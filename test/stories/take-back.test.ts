import { afterAll, beforeAll, expect, test } from 'vitest'
import { decideBringBack, decideTakeBack } from '../../shared/rules/take-back.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

let world: FleetWorld
let fleet: string

beforeAll(async () => {
  world = await fleetWorld()
  await world.fleet()
  fleet = world.name
  await world.edit(`${fleet}-1-web-1`, 'v2')
  await world.api().call('snapshot.take', { fleet })
  await world.api().call('set.heal', { fleet, container: `${fleet}-1-web-1` })
})

afterAll(() => world.close())

const sets = async () => (await world.api().call('set.list', { fleet })).map(set => `${set.version} ${set.state}`)
const routes = async () => (await world.api().call('route.list', { fleet })).map(route => route.hostname)

async function sight() {
  const api = world.api()
  return {
    entries: await api.call('journal.list', { fleet }),
    routes: await api.call('route.list', { fleet }),
    sets: await api.call('set.list', { fleet }),
    snapshots: await api.call('snapshot.list', { fleet }),
  }
}

test('launch, stop, route and switch are taken back one after the other, and brought back', async () => {
  const api = world.api()
  await api.call('set.launch', { fleet, version: 'v2' })
  await api.call('route.add', { fleet, hostname: `api.${fleet}.localhost`, service: 'api', servicePort: 4000 })
  await api.call('route.switch', { fleet, version: 'v2' })
  await api.call('set.stop', { fleet, version: 'v1' })
  expect(await sets()).toEqual(['v1 stopped', 'v2 live'])

  expect(decideTakeBack(await sight()).text).toBe('Undo stop of v1')
  await api.call('journal.undo', { fleet })
  expect(await sets()).toEqual(['v1 warm', 'v2 live'])
  await api.call('journal.undo', { fleet })
  expect(await world.page()).toBe('v1')
  await api.call('journal.undo', { fleet })
  expect(await routes()).toEqual([`${fleet}.localhost`])
  await api.call('journal.undo', { fleet })
  expect(await sets()).toEqual(['v1 live'])

  expect(decideBringBack(await sight()).text).toBe('Redo launch of v2')
  for (let step = 0; step < 4; step += 1) await api.call('journal.redo', { fleet })
  expect(await sets()).toEqual(['v1 stopped', 'v2 live'])
  expect(await routes()).toEqual([`${fleet}.localhost`, `api.${fleet}.localhost`])
  expect(await world.page()).toBe('v2')
  expect(decideBringBack(await sight())).toEqual({ kind: 'refuse', text: 'There is nothing to redo' })
})

test('a removed set comes back by undo, from its snapshot', async () => {
  await world.api().call('set.remove', { fleet, version: 'v1' })
  await world.api().call('journal.undo', { fleet })
  expect(await sets()).toEqual(['v1 warm', 'v2 live'])
})

test('a route keeps its new policy until that is taken back', async () => {
  const api = world.api()
  const edit = { fleet, hostname: `${fleet}.localhost`, port: world.proxyPort }
  await api.call('route.edit', { ...edit, drainMs: 5000 })
  expect((await api.call('route.list', { fleet }))[0]?.drainMs).toBe(5000)
  await api.call('journal.undo', { fleet })
  expect((await api.call('route.list', { fleet }))[0]?.drainMs).toBe(30_000)
})

test('a renamed fleet keeps serving, and gets its name back by undo', async () => {
  const api = world.api()
  await api.call('fleet.rename', { fleet, name: `${fleet}-new` })
  expect((await api.call('fleet.list', {})).map(each => each.name)).toEqual([`${fleet}-new`])
  expect(await world.page()).toBe('v2')
  await api.call('journal.undo', { fleet: `${fleet}-new` })
  expect((await api.call('fleet.list', {})).map(each => each.name)).toEqual([fleet])
})

test('a removed fleet waits in the trash and is restored live', async () => {
  const api = world.api()
  await api.call('fleet.remove', { fleet })
  expect(await api.call('fleet.list', {})).toEqual([])
  await expect(world.page()).rejects.toThrow('ECONNREFUSED')
  await api.call('fleet.restore', { fleet })
  expect(await world.page()).toBe('v2')
  expect((await api.call('fleet.list', {}))[0]).toMatchObject({ name: fleet, versions: ['v1', 'v2'], live: 'v2' })
})
