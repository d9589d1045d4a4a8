import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Direction } from '../../shared/model/history.ts'
import { decideStep } from '../../shared/rules/history.ts'
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

async function decided(direction: Direction) {
  const api = world.api()
  const facts = {
    fleet: { name: fleet },
    entries: await api.call('journal.list', { fleet }),
    routes: await api.call('route.list', { fleet }),
    sets: await api.call('set.list', { fleet }),
    snapshots: await api.call('snapshot.list', { fleet }),
  }
  return decideStep(facts, direction)
}

test('launch, stop, route and switch are taken back one after the other, and brought back', async () => {
  const api = world.api()
  await api.call('set.launch', { fleet, version: 'v2' })
  await api.call('route.add', { fleet, hostname: `api.${fleet}.localhost`, service: 'api', servicePort: 4000 })
  await api.call('route.switch', { fleet, version: 'v2' })
  await api.call('set.stop', { fleet, version: 'v1' })
  expect(await sets()).toEqual(['v1 stopped', 'v2 live'])

  expect((await decided('undo')).text).toBe('Undo: start v1 again')
  await api.call('history.undo', { fleet })
  expect(await sets()).toEqual(['v1 warm', 'v2 live'])
  await api.call('history.undo', { fleet })
  expect(await world.page()).toBe('v1')
  await api.call('history.undo', { fleet })
  expect(await routes()).toEqual([`${fleet}.localhost`])
  await api.call('history.undo', { fleet })
  expect(await sets()).toEqual(['v1 live'])

  expect((await decided('redo')).text).toBe('Redo: launch v2 again')
  for (let step = 0; step < 4; step += 1) await api.call('history.redo', { fleet })
  expect(await sets()).toEqual(['v1 stopped', 'v2 live'])
  expect(await routes()).toEqual([`${fleet}.localhost`, `api.${fleet}.localhost`])
  expect(await world.page()).toBe('v2')
  expect((await decided('redo')).text).toBe('There is nothing to redo')
})

test('two undos at once are two steps, and one that expects what is undone already is refused', async () => {
  const api = world.api()
  const { undoes: stop } = (await decided('undo')) as { undoes: number }
  const undo = () => api.call('history.undo', { fleet, expect: stop })
  const answers = await Promise.allSettled([undo(), undo()])
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect(await sets()).toEqual(['v1 warm', 'v2 live'])
  await Promise.all([api.call('history.redo', { fleet }), api.call('history.undo', { fleet })])
  expect(await sets()).toEqual(['v1 warm', 'v2 live'])
  await api.call('history.redo', { fleet })
})

test('a removed set comes back by undo, from its snapshot', async () => {
  await world.api().call('set.remove', { fleet, version: 'v1' })
  await world.api().call('history.undo', { fleet })
  expect(await sets()).toEqual(['v1 warm', 'v2 live'])
})

test('a route keeps its new policy until that is taken back', async () => {
  const api = world.api()
  const edit = { fleet, hostname: `${fleet}.localhost`, port: world.proxyPort }
  await api.call('route.edit', { ...edit, drainMs: 5000 })
  expect((await api.call('route.list', { fleet }))[0]?.drainMs).toBe(5000)
  await api.call('history.undo', { fleet })
  expect((await api.call('route.list', { fleet }))[0]?.drainMs).toBe(30_000)
})

test('a route that was removed comes back by undo as it was, with the same policy', async () => {
  const api = world.api()
  const at = { fleet, hostname: `api.${fleet}.localhost`, port: world.proxyPort }
  const before = await api.call('route.edit', { ...at, drainMs: 5000 })
  await api.call('route.remove', at)
  await api.call('history.undo', { fleet })
  const routes = await api.call('route.list', { fleet })
  expect(routes.find(route => route.hostname === at.hostname)).toEqual(before)
})

test('a renamed fleet keeps serving, and gets its name back by undo', async () => {
  const api = world.api()
  await api.call('fleet.rename', { fleet, name: `${fleet}-new` })
  expect((await api.call('fleet.list', {})).map(each => each.name)).toEqual([`${fleet}-new`])
  expect(await world.page()).toBe('v2')
  await api.call('history.undo', { fleet: `${fleet}-new` })
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
