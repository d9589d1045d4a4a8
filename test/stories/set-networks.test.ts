import { afterAll, beforeAll, expect, test } from 'vitest'
import { plainRun } from '../../shared/rules/plain-run.ts'
import { busyboxImage } from '../support/engine-image.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

/* What people do by hand to the networks and the names of a set's containers, and the way back from it. */

let world: FleetWorld
const at = (version: string) => ({ fleet: world.name, version })
const network = (number: number) => `${world.name}-${number}`
const dbg = () => `${world.name}-dbg`
const call: ReturnType<FleetWorld['api']>['call'] = (method, input, options) => world.api().call(method, input, options)

async function ownContainer(name: string, on: string | null): Promise<string> {
  const { id: imageId } = await world.engine.inspectImage(busyboxImage)
  const run = { ...plainRun, command: ['sleep', '600'] }
  const place = on === null ? null : { name: on, aliases: [] }
  const spec = { name, imageId, run, labels: [], network: place, publish: false, init: true }
  const { id } = await world.engine.createContainer(spec)
  await world.engine.startContainer(id)
  return id
}
const nameOf = async (id: string) => (await world.engine.inspectContainer(id)).name
const isUp = async (id: string) => (await world.engine.inspectContainer(id)).state === 'running'
const networks = async () => (await world.engine.listNetworks({ labels: [] })).map(({ name }) => name)
const idOf = async (version: string, name: string) => {
  const sets = await call('set.list', { fleet: world.name })
  return sets.find(set => set.version === version)?.containers.find(one => one.name === name)?.id ?? ''
}
const lastHeal = async () => {
  const entries = await call('journal.list', { fleet: world.name })
  return entries.findLast(({ op }) => op === 'set.heal')
}
/** Whether a container reaches the api and the orders by their names on the network. */
const reaches = async (container: string) => {
  const ask = 'wget -q -O - http://api:4000/health && wget -q -O - http://db:5000/cgi-bin/orders'
  return (await world.engine.exec(container, ['sh', '-c', ask])).exitCode === 0
}

beforeAll(async () => {
  world = await fleetWorld()
  await world.twoVersions()
  await call('set.launch', at('v2'))
})
afterAll(() => world.close())

test('a renamed container is told by its old name, and a heal by the new one gives the old one back', async () => {
  const web = `${network(1)}-web-2`
  const id = await idOf('v1', web)
  await world.engine.renameContainer(id, `${world.name}-x`)
  const drift = await call('drift.list', { fleet: world.name })
  expect(drift.filter(one => one.container === web).map(({ detail }) => detail)).toEqual([
    `renamed to ${world.name}-x (${web} was recorded)`,
  ])
  await call('set.heal', { fleet: world.name, container: `${world.name}-x` })
  const healed = await idOf('v1', web)
  expect(await nameOf(healed)).toBe(web)
  expect(healed).not.toBe(id)
  await expect(world.engine.inspectContainer(id)).rejects.toThrow()
})

test('a heal is refused while another container has the name, and nothing is changed', async () => {
  const api = `${network(1)}-api-1`
  const id = await idOf('v1', api)
  await world.engine.renameContainer(id, `${world.name}-y`)
  const other = await ownContainer(api, null)
  const before = (await lastHeal())?.seq
  await expect(call('set.heal', { fleet: world.name, container: api })).rejects.toMatchObject({
    failure: {
      code: 'conflict',
      message: expect.stringContaining(`The name ${api} is taken by another container, ${other.slice(0, 12)}`),
    },
  })
  expect((await lastHeal())?.seq).toBe(before)
  expect([await isUp(id), await isUp(other), await nameOf(other)]).toEqual([true, true, api])
  await world.engine.removeContainer(other, true)
})

test('a heal whose name is taken meanwhile walks back whole, and the journal says that it failed', async () => {
  const api = `${network(1)}-api-1`
  const id = await idOf('v1', api)
  const healing = call('set.heal', { fleet: world.name, container: api })
  const isCopy = ({ name }: { name: string }) => name.startsWith(`${api}-`)
  const copies = async () => (await world.engine.listContainers({ labels: [], all: true })).filter(isCopy)
  await until(async () => (await copies()).length > 0)
  const other = await ownContainer(api, null)
  await expect(healing).rejects.toMatchObject({
    failure: { code: 'conflict', message: expect.stringContaining(`The name ${api} is taken`) },
  })
  expect(await lastHeal()).toMatchObject({ outcome: 'failed' })
  expect(await copies()).toEqual([])
  expect([await isUp(id), await idOf('v1', api)]).toEqual([true, id])
  await world.engine.removeContainer(other, true)
  await call('set.heal', { fleet: world.name, container: api })
  expect(await nameOf(await idOf('v1', api))).toBe(api)
})

test('a network that was removed is told at once, and a start of the live set makes it again', async () => {
  const [web, api] = [`${network(1)}-web-1`, `${network(1)}-api-1`]
  const cutOff = async () => {
    const sets = await call('set.list', { fleet: world.name })
    const members = sets.find(({ version }) => version === 'v1')?.containers.map(({ id }) => id) ?? []
    for (const id of [...members, `${world.name}-src-db`]) await world.engine.disconnectNetwork(network(1), id)
    await world.engine.removeNetwork(network(1))
  }
  await cutOff()
  const startedAt = Date.now()
  const report = await call('set.check', at('v1'))
  expect(report.passed).toBe(false)
  expect(report.results[0]?.saw).toBe(`network ${network(1)} is gone; a start of the set makes it again`)
  expect(Date.now() - startedAt).toBeLessThan(10_000)
  await call('set.start', at('v1'))
  expect([await reaches(web), await reaches(api)]).toEqual([true, true])
  await until(async () => (await world.page()) === 'v1')
  await expect(call('set.start', at('v1'))).rejects.toMatchObject({ failure: { code: 'refused' } })

  await cutOff()
  await call('set.heal', { fleet: world.name, container: web })
  expect([await reaches(web), await reaches(api)]).toEqual([true, true])

  await cutOff()
  await world.restart()
  await until(async () => (await networks()).includes(network(1)))
  await until(() => reaches(web))
  const drift = await call('drift.list', { fleet: world.name })
  expect(drift.filter(one => one.subject === 'network' || one.kind === 'config')).toEqual([])
})

test('a stopped set starts after its network was removed', async () => {
  await call('set.stop', at('v2'))
  await world.engine.disconnectNetwork(network(2), `${world.name}-src-db`)
  await world.engine.removeNetwork(network(2))
  await call('set.start', at('v2'))
  expect(await reaches(`${network(2)}-web-1`)).toBe(true)
})

test('a network that others use stays, is used again by a launch, and goes when they have left', async () => {
  const id = await ownContainer(dbg(), network(2))
  const stays = `network ${network(2)} stays: ${dbg()} uses it; it is removed when ${dbg()} has left`
  const plan = await call('set.removePlan', { ...at('v2'), volumes: false })
  expect(plan.steps).toContainEqual({
    action: 'keep',
    what: `network ${network(2)}`,
    detail: `${dbg()} uses it; it is removed when ${dbg()} has left`,
  })
  expect(await call('set.remove', at('v2'))).toEqual({ stays: [stays] })
  expect(await isUp(id)).toBe(true)
  const entries = await call('journal.list', { fleet: world.name })
  expect(entries.findLast(({ op }) => op === 'set.remove')?.detail).toContain(stays)

  await call('set.launch', at('v2'))
  const drift = await call('drift.list', { fleet: world.name })
  expect(drift.filter(({ subject }) => subject === 'network')).toEqual([])
  await world.restart()
  expect(await networks()).toContain(network(2))

  await call('set.remove', at('v2'))
  // A container that only stands still needs its network to start again.
  await world.engine.stopContainer(id, 500)
  await world.engine.startContainer(id)
  expect(await networks()).toContain(network(2))
  await world.engine.removeContainer(id, true)
  await until(async () => !(await networks()).includes(network(2)))
})

test('a fleet is removed and restored while others use a network of it', async () => {
  const id = await ownContainer(dbg(), network(1))
  const { stays } = await call('fleet.remove', { fleet: world.name })
  expect(stays).toEqual([`network ${network(1)} stays: ${dbg()} uses it; it is removed when ${dbg()} has left`])
  expect(await isUp(id)).toBe(true)
  await call('fleet.restore', { fleet: world.name })
  await until(async () => (await world.page()) === 'v1')
  await call('fleet.remove', { fleet: world.name })
  await world.engine.disconnectNetwork(network(1), id)
  await until(async () => !(await networks()).includes(network(1)))
  await world.engine.removeContainer(id, true)

  await world.engine.createNetwork({ name: network(1), labels: [['flotilla.fleet', world.name]] })
  await expect(call('fleet.restore', { fleet: world.name })).rejects.toMatchObject({
    failure: {
      code: 'conflict',
      message: expect.stringContaining(`${world.name} is restored, but v1 is not live: A network named ${network(1)}`),
    },
  })
})
