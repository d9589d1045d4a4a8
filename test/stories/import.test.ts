import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

let world: FleetWorld
let fleet: string

const compose = (check: string) => `
services:
  web:
    image: flotilla/sample/web:1
    ports: ["3000"]
    environment: { API_URL: "http://api:4000", GREETING: "\${GREETING:-hello}" }
    deploy: { replicas: 2 }
    depends_on: { db: { condition: service_started } }
    secrets: [token]
    x-flotilla:
      checks: [{ kind: http, port: 3000, path: ${check}, status: 200 }]
      pace: { passes: 1, deadline: 1.5s, interval: 100ms }
  db:
    image: flotilla/sample/db:1
    volumes: ["orders:/data"]
    x-flotilla: { role: data }
volumes: { orders: {} }
`

beforeAll(async () => {
  world = await fleetWorld()
  fleet = world.name
})

afterAll(() => world.close())

test('a Compose file becomes a fleet and v1; what is not supported is named by line', async () => {
  const {
    fleet: made,
    snapshot,
    notes,
  } = await world.api().call('fleet.import', { name: fleet, yaml: compose('/health') })
  expect([
    made.services.map(service => service.name),
    made.dataServices.map(data => [data.name, data.container]),
  ]).toEqual([['web'], [['db', `${fleet}-db`]]])
  expect(snapshot.version).toBe('v1')
  expect(notes).toEqual([{ line: 9, path: 'services.web.secrets', message: expect.stringContaining('secrets') }])
})

test('what was launched from it has not drifted, and a snapshot of it is the same', async () => {
  const api = world.api()
  await api.call('set.launch', { fleet, version: 'v1' })
  await api.call('route.add', { fleet, hostname: `${fleet}.localhost`, service: 'web', servicePort: 3000 })
  await api.call('route.switch', { fleet, version: 'v1' })
  expect(await world.page()).toBe('v1')
  expect(await api.call('drift.list', { fleet })).toEqual([])
  expect((await api.call('snapshot.take', { fleet })).same).toBe(true)
  const { output } = await world.engine.exec(`${fleet}-1-web-1`, ['sh', '-c', 'echo $GREETING'])
  expect(output.trim()).toBe('hello')
})

test('a set that does not pass its checks stays, is not switched to, and can be forced; the journal says so', async () => {
  const api = world.api()
  await api.call('fleet.checks', {
    fleet,
    service: 'web',
    checks: [{ kind: 'http', port: 3000, path: '/nowhere', status: 200, body: null }],
  })
  const { snapshot } = await api.call('snapshot.take', { fleet, note: 'wants the impossible' })
  expect(snapshot.version).toBe('v2')
  const set = await api.call('set.launch', { fleet, version: 'v2' })
  expect([set.state, set.report?.passed, set.report?.results[0]?.saw]).toEqual([
    'failed',
    false,
    expect.stringContaining('GET /nowhere 404'),
  ])
  await expect(api.call('route.switch', { fleet, version: 'v2' })).rejects.toMatchObject({
    failure: { code: 'unhealthy' },
  })
  expect(set.report?.logs.map(log => log.container)).toEqual([`${fleet}-2-web-1`, `${fleet}-2-web-2`])
  expect((await api.call('fleet.list', {}))[0]?.live).toBe('v1')
  const entry = await api.call('route.switch', { fleet, version: 'v2', force: true })
  expect([entry.to, entry.forced]).toEqual(['v2', true])
  await api.call('history.undo', { fleet, switches: true })
})

test('a switch from a place that is no longer live is refused', async () => {
  const stale = world.api().call('route.switch', { fleet, version: 'v2', expect: 'v2' })
  await expect(stale).rejects.toMatchObject({ failure: { code: 'conflict' } })
})

test('a cancelled launch leaves nothing behind', async () => {
  const api = world.api()
  await api.call('set.remove', { fleet, version: 'v2' })
  const abort = new AbortController()
  const launch = api.call(
    'set.launch',
    { fleet, version: 'v2', replicas: [{ service: 'web', replicas: 5 }] },
    { signal: abort.signal, onProgress: () => abort.abort() },
  )
  await expect(launch).rejects.toMatchObject({ failure: { code: 'cancelled' } })
  const left = await world.engine.listContainers({
    labels: [`flotilla.fleet=${fleet}`, 'flotilla.number=2'],
    all: true,
  })
  const networks = await world.engine.listNetworks({ labels: [`flotilla.fleet=${fleet}`] })
  expect([left, networks.map(network => network.name)]).toEqual([[], [`${fleet}-1`]])
  expect((await api.call('journal.list', { fleet })).findLast(one => one.op !== 'drift.found')).toMatchObject({
    op: 'set.launch',
    outcome: 'cancelled',
  })
})

test('the data service persists beside all sets', async () => {
  const before = await world.engine.inspectContainer(`${fleet}-db`)
  await world.api().call('set.launch', { fleet, version: 'v2' })
  const after = await world.engine.inspectContainer(`${fleet}-db`)
  expect([after.id, after.startedAt]).toEqual([before.id, before.startedAt])
  expect(after.networks.map(network => network.name)).toEqual(expect.arrayContaining([`${fleet}-1`, `${fleet}-2`]))
})
