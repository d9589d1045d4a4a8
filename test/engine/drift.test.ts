import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DriftedContainer } from '../../shared/contract/drift.ts'
import type { RunConfig } from '../../shared/model/run-config.ts'
import { plainRun } from '../../shared/rules/plain-run.ts'
import { busyboxImage } from '../support/engine-image.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { rawCall } from '../support/raw-engine.ts'
import { requestLoad } from '../support/request-load.ts'
import { workerEngine } from '../support/worker-engine.ts'

let world: FleetWorld
let inbox: readonly DriftedContainer[] = []
let stop = () => {}
const web = () => `${world.name}-1-web-1`
const keeper = () => `${world.name}-1-keeper-1`

const serve = 'exec httpd -f -p 3000 -h /www'
const healthcheck = {
  test: ['CMD-SHELL', 'test -d /www'],
  intervalMs: 250,
  timeoutMs: 5_000,
  startPeriodMs: 0,
  retries: 3,
}

beforeAll(async () => {
  world = await fleetWorld()
  const made = [
    await source('web', { command: ['sh', '-c', `echo page > /www/index.html; ${serve}`], healthcheck }),
    // Each start appends: some storage drivers take a file of the same size and second for the same file.
    await source('keeper', { command: ['sh', '-c', `mkdir -p /state && date >> /state/file && ${serve}`] }),
  ]
  const services = ['web', 'keeper'].map((name, index) => ({ name, containers: [made[index] ?? ''] }))
  await world.api().call('fleet.adopt', { name: world.name, services })
  await quickChecks()
  await world.api().call('snapshot.take', { fleet: world.name })
  await world.api().call('set.launch', { fleet: world.name, version: 'v1' })
  const route = { fleet: world.name, hostname: `${world.name}.localhost`, service: 'web', servicePort: 3000 }
  await world.api().call('route.add', route)
  await world.api().call('route.switch', { fleet: world.name, version: 'v1' })
  stop = world.api().follow('drift.state', {}, containers => {
    inbox = containers
  })
})

afterAll(async () => {
  stop()
  await world.close()
})

async function source(service: string, run: Partial<RunConfig>): Promise<string> {
  const { id: imageId } = await world.engine.inspectImage(busyboxImage)
  const name = `${world.name}-src-${service}`
  const ports = [{ port: 3000, protocol: 'tcp' as const }]
  const spec = { name, imageId, labels: [], network: null, publish: true, init: true }
  const { id } = await world.engine.createContainer({ ...spec, run: { ...plainRun, ports, ...run } })
  await world.engine.startContainer(id)
  return name
}

/** A command of our own, run by every check, and little patience. */
async function quickChecks(): Promise<void> {
  const pace = { passes: 1, deadlineMs: 6_000, intervalMs: 200 }
  const own = { kind: 'exec' as const, command: ['test', '-d', '/'], exitCode: 0 }
  for (const service of ['web', 'keeper'])
    await world.api().call('fleet.checks', { fleet: world.name, service, checks: [{ kind: 'running' }, own], pace })
}

const driftOf = (container: string) => inbox.find(one => one.container === container)?.drift ?? []
const kinds = (container: string) => driftOf(container).map(({ kind, path }) => (path === undefined ? kind : path))
const heal = (container: string) => world.api().call('set.heal', { fleet: world.name, container })
const write = (container: string, path: string) => world.engine.exec(container, ['sh', '-c', `echo 1 > ${path}`])

test('what a program writes is drift until it is ignored in its service, and can still be seen', async () => {
  await until(() => kinds(keeper()).includes('/state/file'))
  const ignore = { fleet: world.name, service: 'keeper' }
  expect(await world.api().call('drift.ignore', { ...ignore, add: ['/state'] })).toEqual(['/state'])
  await until(() => driftOf(keeper()).length === 0)
  expect(await world.api().call('drift.ignored', { fleet: world.name, container: keeper() })).toEqual([
    { path: '/state/file', kind: 'changed', by: '/state' },
  ])
  const entries = await world.api().call('journal.list', { fleet: world.name })
  expect(entries.findLast(entry => entry.op === 'drift.ignore')?.detail).toBe('1 ignored path in keeper')
  await expect(world.api().call('drift.ignore', { ...ignore, add: ['/**'] })).rejects.toMatchObject({
    failure: { code: 'bad-input' },
  })
})

test('a command of others is drift at once, with its secrets masked; health checks and commands of ours are none', async () => {
  await world.api().call('set.check', { fleet: world.name, version: 'v1' })
  await until(async () => (await world.engine.inspectContainer(web())).health === 'healthy')
  await world.api().call('drift.list', { fleet: world.name })
  expect([kinds(web()), kinds(keeper())]).toEqual([['/www/index.html'], []])
  const command = ['sh', '-c', 'echo 1 > /www/new', 'tool', '--password', 'hunter2']
  await world.engine.exec(web(), command)
  await until(() => kinds(web()).includes('/www/new') && kinds(web()).includes('exec'))
  expect(driftOf(web()).find(one => one.kind === 'exec')?.detail).toBe('sh -c echo 1 > /www/new tool --password ••••••')
  expect(kinds(keeper())).toEqual([])
})

test('a live container is healed under load, and no request is lost', async () => {
  const load = requestLoad(world.proxyPort, `${world.name}.localhost`)
  await until(() => load.answered() > 100)
  const plan = await world.api().call('drift.healPlan', { containers: [{ fleet: world.name, container: web() }] })
  expect(plan.steps.map(step => step.action)).toEqual(['create', 'check', 'remove'])
  const before = (await world.engine.inspectContainer(web())).id
  await heal(web())
  const healed = load.answered()
  await until(() => load.answered() > healed + 100)
  await load.end()
  expect(load.failures).toEqual([])
  expect((await world.engine.inspectContainer(web())).id).not.toBe(before)
  await until(() => !kinds(web()).includes('exec') && !kinds(web()).includes('/www/new'))
})

test('limits and networks that were changed, a moved tag, a missing and a foreign container are found, and healed', async () => {
  await rawCall(workerEngine(), 'POST', `/containers/${keeper()}/update`, { Memory: 64 * 1024 * 1024, MemorySwap: -1 })
  await until(() => driftOf(keeper()).some(one => one.detail?.startsWith('limits: ')))
  await heal(keeper())
  await until(() => driftOf(keeper()).length === 0)

  await world.engine.createNetwork({ name: `${world.name}-other`, labels: [['flotilla.fleet', world.name]] })
  await world.engine.connectNetwork(`${world.name}-other`, keeper(), [])
  await until(() => driftOf(keeper()).some(one => one.detail?.startsWith('networks: ')))
  await heal(keeper())

  const { services } = await world.api().call('snapshot.show', { fleet: world.name, version: 'v1' })
  const recorded = services.find(service => service.name === 'keeper')
  const other = services.find(service => service.name === 'web')
  await world.engine.tagImage(other?.imageId ?? '', recorded?.image ?? '')
  await until(() => kinds(keeper()).includes('image-moved'))
  await heal(keeper())
  expect((await world.engine.inspectImage(recorded?.image ?? '')).id).toBe(recorded?.imageId)

  const member = await world.engine.inspectContainer(keeper())
  const labels = [...member.labels, ['flotilla.replica', '9'] as const].filter(([name]) => name.startsWith('flotilla.'))
  const stray = `${world.name}-1-keeper-9`
  const volume = 'f0'.repeat(32)
  const mounts = [{ kind: 'volume' as const, source: volume, target: '/rows', readOnly: false }]
  const spec = { imageId: member.imageId, run: plainRun, network: null, publish: false, init: false }
  await world.engine.createContainer({ ...spec, run: { ...plainRun, mounts }, name: stray, labels })
  // The labels are an image's to hand on: under a name of its own a container with them is somebody's.
  await world.engine.createContainer({ ...spec, name: `${world.name}-by-hand`, labels })
  await world.engine.removeContainer(member.id, true)
  await until(() => kinds(keeper()).includes('missing') && kinds(stray).includes('foreign'))
  expect(kinds(`${world.name}-by-hand`)).toEqual([])
  await expect(heal(`${world.name}-by-hand`)).rejects.toMatchObject({ failure: { code: 'refused' } })
  const plan = await world.api().call('drift.healPlan', { containers: [{ fleet: world.name, container: stray }] })
  expect(plan.summary).toBe(`Remove ${stray}`)
  expect(plan.steps.map(({ action, what }) => `${action} ${what}`)).toEqual([
    `remove ${stray}`,
    'keep the anonymous volume f0f0f0f0f0f0',
  ])
  await heal(stray)
  expect((await world.engine.volumeRows()).map(({ name }) => name)).toContain(volume)
  await world.engine.removeVolume(volume)
  await heal(keeper())
  await until(() => driftOf(keeper()).length === 0 && kinds(stray).length === 0)
})

test('a sealed set cannot drift in files, stays sealed when healed, and says what it could not write', async () => {
  const fleet = world.name
  await world.api().call('drift.ignore', { fleet, service: 'keeper', remove: ['/state'] })
  await world.api().call('drift.ignore', { fleet, service: 'web', add: ['/www'] })
  await write(web(), '/next')
  await world.api().call('snapshot.take', { fleet })
  const refused = await world.api().call('set.launch', { fleet, version: 'v2', sealed: true })
  expect(refused.report?.passed).toBe(false)
  const results = refused.report?.results.filter(result => result.service === 'keeper') ?? []
  expect(results.map(result => result.saw).join()).toContain('sealed: could not write /state')

  await world.api().call('set.remove', { fleet, version: 'v2' })
  await world.api().call('drift.ignore', { fleet, service: 'keeper', add: ['/state'] })
  const plan = await world.api().call('set.plan', { fleet, version: 'v2', sealed: true })
  expect(plan.commands.join()).toContain('--read-only')
  const set = await world.api().call('set.launch', { fleet, version: 'v2', sealed: true })
  expect([set.report?.passed, set.seal?.find(one => one.service === 'keeper')?.writable]).toEqual([
    true,
    ['/tmp', '/run', '/state'],
  ])
  const sealed = `${fleet}-2-keeper-1`
  expect((await write(sealed, '/etc/x')).output).toContain('Read-only file system')
  expect((await write(sealed, '/state/x')).exitCode).toBe(0)
  await world.api().call('set.heal', { fleet, container: sealed })
  expect((await world.engine.inspectContainer(sealed)).run.readOnlyRoot).toBe(true)
  const drift = await world.api().call('drift.list', { fleet })
  expect(drift.filter(one => one.container === sealed)).toEqual([])
  const again = await world.api().call('snapshot.take', { fleet, from: 'v2' })
  expect(again.snapshot.services.every(service => !service.run.readOnlyRoot)).toBe(true)
})
