import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { plainRun } from '../../shared/rules/plain-run.ts'
import { type KillableDocker, startOwnDockerd } from '../support/dockerd.ts'
import { importBusybox } from '../support/engine-image.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

type Policy = 'no' | 'always'
const policies = ['no', 'always'] as const

let docker: KillableDocker
let world: FleetWorld

beforeAll(async () => {
  docker = await startOwnDockerd([])
  const imageId = await importBusybox(docker.endpoint)
  world = await fleetWorld(docker.endpoint)
  for (const policy of policies) await makeFleet(imageId, policy)
})

afterAll(async () => {
  await world?.close()
  await docker?.stop()
})

const nameOf = (policy: Policy) => `${world.name}-${policy}`
const call = () => world.api()

/** A page that is not the version's own until the container is healthy. */
const warmUp =
  'mkdir -p /tmp/www; rm -f /tmp/ready; echo warming up > /tmp/www/index.html; ' +
  '{ sleep 0.5; cp /version /tmp/www/index.html; touch /tmp/ready; } & exec httpd -f -p 3000 -h /tmp/www'

/** web depends on the data service db; v1 is stopped, v2 is warm, and v3 is live. */
async function makeFleet(imageId: string, policy: Policy): Promise<void> {
  const fleet = nameOf(policy)
  for (const service of ['web', 'db']) {
    const run = {
      ...plainRun,
      ports: [{ port: 3000, protocol: 'tcp' as const }],
      command: ['sh', '-c', warmUp],
      healthcheck: {
        test: ['CMD', 'test', '-f', '/tmp/ready'],
        intervalMs: 250,
        timeoutMs: 5_000,
        startPeriodMs: 0,
        retries: 40,
      },
      restart: { policy, retries: 0 },
    }
    const spec = {
      name: `${fleet}-src-${service}`,
      imageId,
      run,
      labels: [],
      network: null,
      publish: false,
      init: true,
    }
    const { id } = await world.engine.createContainer(spec)
    await world.engine.startContainer(id)
  }
  await call().call('fleet.adopt', {
    name: fleet,
    services: [{ name: 'web', containers: [`${fleet}-src-web`] }],
    dataServices: [{ name: 'db', container: `${fleet}-src-db` }],
  })
  for (const version of ['v1', 'v2', 'v3']) {
    await world.engine.exec(`${fleet}-src-web`, ['sh', '-c', `printf '<b>${version}</b>' > /version`])
    await call().call('snapshot.take', { fleet, from: 'source' })
    await call().call('set.launch', { fleet, version, replicas: [{ service: 'web', replicas: 2 }] })
  }
  await call().call('set.stop', { fleet, version: 'v1' })
  await call().call('route.add', { fleet, hostname: `${fleet}.localhost`, service: 'web', servicePort: 3000 })
  await call().call('route.switch', { fleet, version: 'v3' })
}

/** The states of the containers of a fleet by name, without the fleet's. */
async function states(policy: Policy): Promise<Record<string, string>> {
  const prefix = `${nameOf(policy)}-`
  const rows = await world.engine.listContainers({ labels: [], all: true })
  const own = rows.filter(({ name }) => name.startsWith(prefix))
  return Object.fromEntries(own.map(({ name, state }) => [name.slice(prefix.length), state]))
}

/** The source container web is not ours to start: what its engine does with it stays. */
const asRecorded = (policy: Policy) => ({
  'src-web': policy === 'always' ? 'running' : 'exited',
  'src-db': 'running',
  '1-web-1': 'exited',
  '1-web-2': 'exited',
  '2-web-1': 'running',
  '2-web-2': 'running',
  '3-web-1': 'running',
  '3-web-2': 'running',
})

/** A connection that breaks off with its container is no answer. */
const page = (policy: Policy) => world.page(`${nameOf(policy)}.localhost`).catch(() => 'none')

async function expectAsRecorded(): Promise<void> {
  for (const policy of policies) {
    const wanted = JSON.stringify(Object.entries(asRecorded(policy)).sort())
    const giveUp = Date.now() + 30_000
    await until(
      async () => JSON.stringify(Object.entries(await states(policy)).sort()) === wanted || Date.now() > giveUp,
    )
    expect(await states(policy)).toEqual(asRecorded(policy))
    await until(async () => (await page(policy)) === 'v3' || Date.now() > giveUp)
    expect(await page(policy)).toBe('v3')
  }
}

async function restartEngine(): Promise<void> {
  await docker.kill()
  await docker.start()
  await until(() => world.engine.state().state === 'connected')
}

const startsByRecovery = async (policy: Policy) => {
  const entries = await call().call('journal.list', { fleet: nameOf(policy) })
  return entries.filter(({ op, cause }) => op === 'set.start' && cause === 'recovery')
}

test('what was live or warm runs again by itself after an engine restart, and what was stopped stays stopped', async () => {
  const pages = new Set<string>()
  const visits = setInterval(async () => pages.add(await page('no')), 20)
  await restartEngine()
  await expectAsRecorded()
  clearInterval(visits)
  // 200 is a page without a version: that of a container that is not ready.
  expect([...pages].filter(seen => seen === '200')).toEqual([])
  await until(async () => (await startsByRecovery('no')).length === 2)
  await until(async () => (await startsByRecovery('no')).every(({ outcome }) => outcome === 'done'))
  expect((await startsByRecovery('no')).map(({ to }) => to)).toEqual(['v3', 'v2'])
})

test('the same where the app was closed meanwhile, also when somebody started a stopped set', async () => {
  await world.closedWhile(async () => {
    await restartEngine()
    await world.engine.startContainer(`${nameOf('always')}-1-web-1`)
  })
  await expectAsRecorded()
})

test('a container that a person stopped stays stopped after an engine restart, until its set is started', async () => {
  const fleet = nameOf('no')
  const stopped = `${fleet}-3-web-1`
  const at = { fleet, version: 'v3' }
  await expect(call().call('set.start', at)).rejects.toMatchObject({ failure: { code: 'refused' } })
  // Apart from what was stopped again before: an engine that shuts down stops its containers together.
  await sleep(4_000)
  await world.engine.stopContainer(stopped, 0)
  await restartEngine()
  await until(async () => (await states('no'))['2-web-2'] === 'running')
  await until(async () => (await states('no'))['3-web-2'] === 'running')
  await sleep(2_000)
  expect(await states('no')).toEqual({ ...asRecorded('no'), '3-web-1': 'exited' })

  const { containers } = await call().call('set.start', at)
  expect(containers.map(({ state }) => state)).toEqual(['healthy', 'healthy'])
  expect(await states('no')).toEqual(asRecorded('no'))
})

test('a container that a person stopped while the app was closed stays stopped', async () => {
  const at = { fleet: nameOf('no'), version: 'v3' }
  await world.closedWhile(() => world.engine.stopContainer(`${at.fleet}-3-web-1`, 0))
  await until(async () => (await call().call('endpoint.list', {})).every(({ state }) => state.state === 'connected'))
  await sleep(2_000)
  expect(await states('no')).toEqual({ ...asRecorded('no'), '3-web-1': 'exited' })
  await call().call('set.start', at)
  expect(await states('no')).toEqual(asRecorded('no'))
})

test('a switch to a set with a container that has ended starts it first', async () => {
  const fleet = nameOf('no')
  await world.engine.stopContainer(`${fleet}-2-web-2`, 0)
  await until(async () => {
    const [, v2] = await call().call('set.list', { fleet })
    return v2?.containers.some(({ state }) => state === 'exited')
  })
  await call().call('route.switch', { fleet, version: 'v2' })
  expect(await page('no')).toBe('v2')
  expect(await states('no')).toEqual(asRecorded('no'))
  await world.engine.stopContainer(`${fleet}-3-web-1`, 0)
  await call().call('history.undo', { fleet, switches: true })
  expect(await states('no')).toEqual(asRecorded('no'))
})

test('a set that was stopped and started again has its restart policy, and shows no drift', async () => {
  const fleet = nameOf('always')
  const policy = async (container: string) => (await world.engine.inspectContainer(container)).run.restart.policy
  expect(await policy(`${fleet}-1-web-1`)).toBe('no')
  const { snapshot } = await call().call('snapshot.take', { fleet, from: 'v1' })
  expect(snapshot.services.map(({ run }) => run.restart.policy)).toEqual(['always'])
  await call().call('set.start', { fleet, version: 'v1' })
  expect(await policy(`${fleet}-1-web-1`)).toBe('always')
  expect(await call().call('drift.list', { fleet })).toEqual([])
})
