import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ContainerAction, ListedContainer } from '../../shared/contract/containers.ts'
import type { ContainerNow } from '../../shared/contract/stats.ts'
import { plainRun } from '../../shared/rules/plain-run.ts'
import { busyboxImage } from '../support/engine-image.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

const hostile = '<img src=x>\u001b[31m\u202e\u0000'

let world: FleetWorld
const made: string[] = []
let rows: readonly ListedContainer[] = []
let tellings = 0
let unfollow = () => {}

beforeAll(async () => {
  world = await fleetWorld()
  await world.fleet()
  unfollow = world.api().follow('containers.state', {}, items => {
    rows = items
    tellings += 1
  })
})

afterAll(async () => {
  unfollow()
  for (const id of made) await world.engine.removeContainer(id, true)
  await world.close()
})

async function loose(name: string, said: Partial<typeof plainRun> = {}): Promise<string> {
  const { id: imageId } = await world.engine.inspectImage(busyboxImage)
  const run = { ...structuredClone(plainRun), command: ['sleep', '1000'], ...said }
  const spec = { name: `${world.name}-${name}`, imageId, run, labels: [], network: null, publish: true, init: true }
  const { id } = await world.engine.createContainer(spec)
  made.push(id)
  return spec.name
}

async function act(action: ContainerAction, containers: string[], more: { name?: string; insist?: boolean } = {}) {
  const outcomes = await world.api().call('container.act', { action, containers, ...more })
  return outcomes.map(({ outcome, why, failure }) => [outcome, why, failure?.code].filter(Boolean).join(' '))
}

const listed = (name: string) => rows.find(row => row.name === name)
const stateOf = (name: string) => listed(name)?.state
const live = () => `${world.name}-1-web-1`

test('what each container that runs uses is told, whoever made it, for as long as somebody asks', async () => {
  const name = await loose('busy', { command: ['sh', '-c', 'while :; do :; done'] })
  await act('start', [name])
  const idOf = (wanted: string) => until(() => listed(wanted)?.id)
  const [busy, own] = [await idOf(name), await idOf(live())]
  const now = new Map<string, ContainerNow>()
  const stop = world.api().follow('stats.containers', {}, items => {
    for (const one of items) now.set(one.id, one)
  })
  await until(() => (now.get(busy)?.cpu ?? 0) > 10)
  await until(() => now.get(own))
  expect(now.get(own)?.cpu).toBeLessThan(now.get(busy)?.cpu ?? 0)
  expect([...now.values()].filter(({ memory }) => memory <= 0)).toEqual([])
  await act('stop', [name])
  now.clear()
  await until(() => now.get(own))
  expect(now.has(busy)).toBe(false)
  stop()
})

test('a loose container goes through all that is done to it by hand, and the list follows', async () => {
  const name = await loose('hand')
  const steps: readonly (readonly [ContainerAction, string])[] = [
    ['start', 'running'],
    ['pause', 'paused'],
    ['unpause', 'running'],
    ['restart', 'running'],
    ['stop', 'exited'],
    ['start', 'running'],
    ['kill', 'exited'],
  ]
  for (const [action, state] of steps) {
    expect(await act(action, [name])).toEqual(['done'])
    await until(() => stateOf(name) === state)
  }
  expect(await act('stop', [name])).toEqual(['kept It does not run'])
  expect(await act('rename', [name], { name: `${name}-2` })).toEqual(['done'])
  expect(await act('remove', [`${name}-2`])).toEqual(['done'])
  await until(() => rows.length > 0 && listed(`${name}-2`) === undefined)
})

test('what is removed by hand leaves its volumes, also those without a name', async () => {
  const before = new Set((await world.engine.listVolumes({ labels: [] })).map(({ name }) => name))
  const mounts = [{ kind: 'volume' as const, source: '', target: '/kept', readOnly: false }]
  expect(await act('remove', [await loose('holder', { mounts })])).toEqual(['done'])
  const left = (await world.engine.listVolumes({ labels: [] })).filter(({ name }) => !before.has(name))
  expect(left).toHaveLength(1)
  for (const { name } of left) await world.engine.removeVolume(name)
})

test('what fails does not hide what succeeded, and a taken name is a conflict', async () => {
  const [bad, good] = [await loose('bad', { user: 'nobody-here' }), await loose('good')]
  expect(await act('start', [bad, good])).toEqual([expect.stringMatching(/^failed/), 'done'])
  expect(await act('rename', [good], { name: bad })).toEqual(['failed conflict'])
  await expect(act('stop', [good, `${world.name}-nobody`])).rejects.toMatchObject({ failure: { code: 'not-found' } })
  expect((await world.engine.inspectContainer(good)).state).toBe('running')
})

test('a cancel leaves what is done, and does no more', async () => {
  const stubborn = { command: ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'], stopGraceMs: 60_000 }
  const names = [await loose('quick'), await loose('stubborn', stubborn), await loose('last')]
  for (const name of names) await world.engine.startContainer(name)
  const acting = act('stop', names)
  let cancelled = false
  const stop = world.api().follow('operations.state', {}, operations => {
    const own = operations.find(({ op, progress }) => op === 'container.act' && progress.done === 1)
    if (own === undefined || cancelled) return
    cancelled = true
    void world.api().call('operations.cancel', { id: own.id })
  })
  expect(await acting).toEqual(['done', 'cancelled cancelled', 'cancelled'])
  stop()
  expect((await world.engine.inspectContainer(names[2] ?? '')).state).toBe('running')
  await act('kill', names)
})

test('ours stand by version, with what their service is; others by project; the loose ones last', async () => {
  const name = await loose('end')
  await until(() => listed(name) !== undefined)
  const own = rows.filter(row => row.name.startsWith(world.name))
  expect(own.map(row => row.belongs.kind).filter((kind, index, all) => kind !== all[index - 1])).toEqual([
    'set',
    'data',
    'source',
    'loose',
  ])
  expect(listed(live())?.belongs).toEqual({
    kind: 'set',
    fleet: world.name,
    version: 'v1',
    service: 'web',
    state: 'live',
  })
  expect(listed(live())?.ports[0]?.href).toMatch(/^http:\/\/localhost:\d+$/)
})

test('an immutable container is left as it is with the way that is meant; who insists has drift, and heals it', async () => {
  const { plan, offers } = await world.api().call('container.plan', { action: 'pause', containers: [live()] })
  expect(plan.commands).toEqual([])
  expect(offers).toMatchObject([{ container: live(), way: { kind: 'switch', fleet: world.name, version: 'v1' } }])
  expect(await act('pause', [live()])).toEqual([expect.stringMatching(/^kept .* is live/)])
  expect(stateOf(live())).toBe('running')

  expect(await act('pause', [live()], { insist: true })).toEqual(['done'])
  const drift = await world.api().call('drift.list', { fleet: world.name })
  expect(drift).toMatchObject([{ container: live(), kind: 'exec', detail: expect.stringContaining('paused by hand') }])
  await until(() => listed(live())?.isDrifted)
  expect(await act('unpause', [live()])).toEqual(['done'])
  await world.api().call('set.heal', { fleet: world.name, container: live() })
  await until(() => listed(live())?.isDrifted === false)
})

test('a data service is told apart', async () => {
  const db = `${world.name}-src-db`
  const { plan } = await world.api().call('container.plan', { action: 'stop', containers: [db] })
  expect(plan.warnings).toEqual([expect.stringContaining(`the data service db of ${world.name}`)])
  expect(await act('remove', [db])).toEqual([expect.stringMatching(/^kept It holds the state/)])
})

test('an inspection shows what runs and of what it is made, with secrets masked and strangers’ text as it is', async () => {
  const name = await loose('near', {
    environment: [['DB_PASSWORD', 'hunter2-hunter2']],
    command: ['sh', '-c', 'sleep 1000 # --token tok3n-s3cret'],
    labels: [
      ['note', hostile.replace('\u0000', '')],
      ['__proto__', 'a label like any other'],
    ],
  })
  await world.engine.startContainer(name)
  const seen = await world.api().call('container.inspect', { container: name })
  expect(JSON.stringify(seen)).not.toMatch(/hunter2|tok3n/)
  expect(seen.labels).toContainEqual(['__proto__', 'a label like any other'])
  expect(JSON.parse(seen.json).Config.Labels.note).toBe(hostile.replace('\u0000', ''))
  expect(seen.startedAt).toBeGreaterThan(0)

  const layers = await world.api().call('container.layers', { container: name })
  expect(layers.length).toBeGreaterThan(0)

  const lines: string[] = []
  const stop = world.api().follow('container.processes', { container: name }, ({ processes }) => {
    lines.push(...processes.map(row => row.at(-1) ?? ''))
  })
  await until(() => lines.some(line => line.includes('sleep 1000')))
  stop()
  expect(lines.join()).not.toContain('tok3n')
})

test('a list that says the same is not told again', async () => {
  const name = await loose('quiet')
  await until(() => listed(name) !== undefined)
  await world.engine.exec(live(), ['true'])
  const before = tellings
  // Refreshes what is observed, and finds nothing new.
  await world.api().call('container.plan', { action: 'start', containers: [name] })
  await world.api().call('container.plan', { action: 'start', containers: [name] })
  await world.engine.startContainer(name)
  await until(() => stateOf(name) === 'running')
  expect(tellings - before).toBeLessThanOrEqual(2)
})
