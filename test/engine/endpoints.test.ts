import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EndpointView } from '../../shared/endpoints.ts'
import type { TestEngine } from '../support/daemon.ts'
import { startOwnDockerd } from '../support/dockerd.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

let lab: TestEngine
let world: FleetWorld

beforeAll(async () => {
  lab = await startOwnDockerd([])
  world = await fleetWorld()
})

afterAll(async () => {
  await world?.close()
  await lab?.stop()
})

/** Engines of this age have the id of the key of their machine, unless they are told of another. */
function ownIdentity(): string {
  const path = join(world.home, 'daemon.json')
  writeFileSync(path, JSON.stringify({ 'deprecated-key-path': join(world.home, 'engine-key.json') }))
  return path
}

const endpoint = async (name: string): Promise<EndpointView | undefined> =>
  (await world.api().call('endpoint.list', {})).find(one => one.name === name)
const becomes = (name: string, state: EndpointView['state']['state']) =>
  until(async () => (await endpoint(name))?.state.state === state)
const fleet = async (name: string) => (await world.api().call('fleet.list', {})).find(one => one.name === name)

const pid = () => Number(readFileSync(join(dirname(lab.endpoint.slice('unix://'.length)), 'docker.pid'), 'utf8'))

async function sampleAt(name: string, at: string) {
  await world.api().call('fleet.sample', { name, endpoint: at })
}

test('fleets live on two engines at once, and each engine has its own containers', async () => {
  const { name } = world
  await world.api().call('endpoint.add', { name: 'lab', address: lab.endpoint })
  await becomes('lab', 'connected')
  await Promise.all([sampleAt(`${name}-here`, 'default'), sampleAt(`${name}-there`, 'lab')])
  expect([(await fleet(`${name}-here`))?.endpoint, (await fleet(`${name}-there`))?.endpoint]).toEqual([
    'default',
    'lab',
  ])
  expect([await world.page(`${name}-here.localhost`), await world.page(`${name}-there.localhost`)]).toEqual([
    'v1',
    'v1',
  ])
  const named = async (at: string, part: string) =>
    (await world.api().call('container.list', { endpoint: at })).filter(one => one.name.startsWith(`${name}-${part}`))
      .length
  expect([await named('default', 'there'), await named('lab', 'here')]).toEqual([0, 0])
  expect(await named('lab', 'there')).toBeGreaterThan(0)
})

test('who removes an endpoint hangs up on the shells that are open there', async () => {
  await world.api().call('endpoint.add', { name: 'spare', address: lab.endpoint })
  await becomes('spare', 'connected')
  const container = `${world.name}-there-1-web-1`
  const commands = () =>
    new Promise<string>(resolve => {
      const stop = world.api().follow('container.processes', { endpoint: 'lab', container }, ({ processes }) => {
        resolve(processes.join())
        queueMicrotask(() => stop())
      })
    })
  const session = await world.api().call('terminal.open', { endpoint: 'spare', container, columns: 80, rows: 24 })
  await world.api().call('terminal.write', { id: session.id, bytes: btoa('sleep 4242\n') })
  await until(async () => (await commands()).includes('sleep 4242'))
  await world.api().call('endpoint.remove', { endpoint: 'spare' })
  await until(async () => !(await commands()).includes('sleep 4242'))
})

test('a name, a hostname and an endpoint in use are taken everywhere', async () => {
  const { name } = world
  const api = world.api()
  await expect(api.call('fleet.sample', { name: `${name}-there` })).rejects.toMatchObject({
    failure: { code: 'conflict' },
  })
  const taken = { fleet: `${name}-here`, hostname: `${name}-there.localhost`, service: 'web', servicePort: 3000 }
  await expect(api.call('route.add', taken)).rejects.toMatchObject({ failure: { code: 'conflict' } })
  await expect(api.call('endpoint.remove', { endpoint: 'lab' })).rejects.toMatchObject({
    failure: { code: 'refused', message: expect.stringContaining(`${name}-there`) },
  })
})

test('an engine that is gone darkens its own fleets alone', async () => {
  const { name } = world
  process.kill(pid(), 'SIGSTOP')
  try {
    await becomes('lab', 'lost')
    expect((await endpoint('default'))?.state.state).toBe('connected')
    await world.api().call('route.switch', { fleet: `${name}-here`, version: 'v2' })
    expect(await world.page(`${name}-here.localhost`)).toBe('v2')
    expect(await world.page(`${name}-there.localhost`)).toBe('v1')
    expect((await fleet(`${name}-there`))?.live).toBe('v1')
  } finally {
    process.kill(pid(), 'SIGCONT')
  }
  await becomes('lab', 'connected')
  await world.api().call('route.switch', { fleet: `${name}-there`, version: 'v2' })
  expect(await world.page(`${name}-there.localhost`)).toBe('v2')
})

test('after a restart of the app each fleet is where it was, and what is not connected stays as it is', async () => {
  const { name } = world
  await world.api().call('endpoint.disconnect', { endpoint: 'lab' })
  await becomes('lab', 'lost')
  await world.restart()
  await becomes('default', 'connected')
  expect((await endpoint('lab'))?.state.failure).toMatchObject({ message: 'lab is not connected' })
  expect((await fleet(`${name}-there`))?.endpoint).toBe('lab')
  await until(async () => (await world.page(`${name}-here.localhost`)) === 'v2')
  expect(await world.page(`${name}-there.localhost`)).toBe('v2')
  await world.api().call('endpoint.connect', { endpoint: 'lab' })
  await becomes('lab', 'connected')
  await world.api().call('route.switch', { fleet: `${name}-there`, version: 'v1' })
  expect(await world.page(`${name}-there.localhost`)).toBe('v1')
})

test('another engine at the same address is told and not used until somebody trusts it', async () => {
  const api = world.api()
  const other = await startOwnDockerd(['--config-file', ownIdentity()])
  try {
    const added = { name: 'pinned', address: lab.endpoint }
    await api.call('endpoint.add', added)
    await becomes('pinned', 'connected')
    const meant = (await endpoint('pinned'))?.settings?.engineId
    await api.call('endpoint.edit', { ...added, address: other.endpoint })
    const stranger = await until(async () => (await endpoint('pinned'))?.stranger ?? undefined)
    const { state } = (await endpoint('pinned')) ?? {}
    expect([state?.state, state?.failure?.code]).toEqual(['lost', 'conflict'])
    expect(state?.failure?.message).toContain(`${stranger}, and not ${meant}`)
    await expect(api.call('container.list', { endpoint: 'pinned' })).rejects.toMatchObject({
      failure: { code: 'unreachable' },
    })
    await expect(api.call('endpoint.trust', { endpoint: 'pinned', engineId: 'guessed' })).rejects.toMatchObject({
      failure: { code: 'conflict' },
    })
    await api.call('endpoint.trust', { endpoint: 'pinned', engineId: stranger })
    await becomes('pinned', 'connected')
    expect((await endpoint('pinned'))?.settings?.engineId).toBe(stranger)
    await api.call('endpoint.remove', { endpoint: 'pinned' })
    expect(await endpoint('pinned')).toBeUndefined()
  } finally {
    await other.stop()
  }
})

test('an endpoint is renamed while its fleets carry traffic and a terminal is open there', async () => {
  const { name } = world
  const api = world.api()
  const container = `${name}-there-1-web-1`
  const session = await api.call('terminal.open', { endpoint: 'lab', container, columns: 80, rows: 24 })
  await api.call('endpoint.rename', { endpoint: 'lab', name: 'works' })
  expect([await endpoint('lab'), (await endpoint('works'))?.state.state]).toEqual([undefined, 'connected'])
  expect((await fleet(`${name}-there`))?.endpoint).toBe('works')
  await api.call('route.switch', { fleet: `${name}-there`, version: 'v2' })
  expect(await world.page(`${name}-there.localhost`)).toBe('v2')
  const sessions = () =>
    new Promise<readonly { readonly id: string; readonly ended: string | null }[]>(resolve => {
      const stop = api.follow('terminal.state', {}, all => {
        resolve(all)
        queueMicrotask(() => stop())
      })
    })
  expect((await sessions()).map(({ id, ended }) => [id, ended])).toEqual([[session.id, null]])
  await api.call('terminal.close', { id: session.id })
  await world.restart()
  await becomes('works', 'connected')
  expect((await fleet(`${name}-there`))?.endpoint).toBe('works')
})
