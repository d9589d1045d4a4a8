import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Api } from '../../shared/connect.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

/* A removal only goes forward: killed at any moment it has either not begun, or is finished by the next start. */

let world: FleetWorld

beforeEach(async () => {
  world = await fleetWorld()
  await world.fleet()
  await world.edit(`${world.name}-1-web-1`, 'v2')
  await world.api().call('snapshot.take', { fleet: world.name })
  await world.api().call('set.launch', { fleet: world.name, version: 'v2' })
})

afterEach(() => world.close())

const moments = [0, 15, 40, 90, 200]

const containers = async () => {
  const rows = await world.engine.listContainers({ labels: [`flotilla.fleet=${world.name}`], all: true })
  return rows.map(row => row.name).sort()
}
const networks = async () =>
  (await world.engine.listNetworks({ labels: [`flotilla.fleet=${world.name}`] })).map(network => network.name).sort()

async function killed(delay: number, act: (api: Api) => Promise<unknown>): Promise<void> {
  await world.crash(async (api, kill) => {
    setTimeout(kill, delay)
    await act(api)
  })
}

async function journalAgrees(): Promise<void> {
  const sets = await world.api().call('set.list', { fleet: world.name })
  const recorded = sets.flatMap(set => set.containers.map(({ name }) => name)).sort()
  await until(async () => (await containers()).join() === recorded.join())
  await until(async () => (await networks()).join() === sets.map(({ network }) => network).join())
}

test('of a set', async () => {
  for (const delay of moments) {
    const { fleet, version } = { fleet: world.name, version: 'v2' as const }
    const isThere = (await world.api().call('set.list', { fleet })).some(set => set.version === version)
    if (!isThere) await world.api().call('set.launch', { fleet, version })
    await killed(delay, api => api.call('set.remove', { fleet, version }))
    await journalAgrees()
    expect(await world.page()).toBe('v1')
  }
})

test('of a healed container and its copy', async () => {
  for (const delay of [...moments, 500, 900]) {
    const container = `${world.name}-1-web-1`
    await killed(delay, api => api.call('set.heal', { fleet: world.name, container }))
    await journalAgrees()
    expect(await world.page()).toMatch(/v1|v2/)
  }
})

test('of a fleet, which is then in the trash and comes back whole', async () => {
  for (const delay of [0, 40, 120]) {
    await killed(delay, api => api.call('fleet.remove', { fleet: world.name }))
    const isThere = (await world.api().call('fleet.list', {})).some(({ name }) => name === world.name)
    if (isThere) {
      await journalAgrees()
      continue
    }
    await until(async () => (await containers()).length === 0 && (await networks()).length === 0)
    await world.api().call('fleet.restore', { fleet: world.name })
    await until(async () => (await world.page()) === 'v1')
    await world.api().call('set.launch', { fleet: world.name, version: 'v2' })
  }
})
