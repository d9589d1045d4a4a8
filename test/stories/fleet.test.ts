import { afterAll, beforeAll, expect, test } from 'vitest'
import { isUp } from '../../shared/rules/view.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

let world: FleetWorld

beforeAll(async () => {
  world = await fleetWorld()
  await world.fleet([['DB_PASSWORD', 'correct-horse-battery']])
})

afterAll(() => world.close())

test('an adopted fleet is snapshot, launched and live, with its services talking to the data service', async () => {
  expect(await world.page()).toBe('v1')
  const { body } = await world.get('/cgi-bin/orders?add')
  expect(JSON.parse(body)).toEqual({ orders: 1 })
  expect(await world.page(`v1.${world.name}.localhost`)).toBe('v1')
})

test('the same state gives the same snapshot', async () => {
  const again = await world.api().call('snapshot.take', { fleet: world.name, from: 'source' })
  expect([again.same, again.snapshot.version]).toEqual([true, 'v1'])
})

test('a secret is neither in the manifest nor in an image, and reaches the container', async () => {
  const snapshot = await world.api().call('snapshot.show', { fleet: world.name, version: 'v1' })
  expect(JSON.stringify(snapshot)).not.toContain('correct-horse')
  const images = await world.engine.listImages({ labels: [`flotilla.fleet=${world.name}`] })
  expect(images.length).toBeGreaterThan(0)
  expect(JSON.stringify(images.map(image => [...image.labels]))).not.toContain('correct-horse')
  const { output } = await world.engine.exec(`${world.name}-1-web-1`, ['sh', '-c', 'echo $DB_PASSWORD'])
  expect(output.trim()).toBe('correct-horse-battery')
})

test('a copy does not answer to Compose', async () => {
  const container = await world.engine.inspectContainer(`${world.name}-1-web-1`)
  expect(container.labels.get('com.docker.compose.project') ?? '').toBe('')
})

test('drift is seen, kept as the next version without its secret, and healed', async () => {
  const container = `${world.name}-1-web-2`
  await world.edit(container, 'v2')
  const files = async () =>
    (await world.api().call('drift.list', { fleet: world.name })).flatMap(one =>
      one.path ? [[one.container, one.kind, one.path]] : [],
    )
  expect(await files()).toEqual([[container, 'changed', '/www/index.html']])
  const plan = await world.api().call('snapshot.plan', { fleet: world.name })
  expect(plan.steps.map(step => [step.action, step.what])).toEqual([
    ['commit', 'web'],
    ['keep', 'api'],
  ])
  const { snapshot } = await world.api().call('snapshot.take', { fleet: world.name, note: 'second' })
  expect([snapshot.version, snapshot.parent, snapshot.services[0]?.consistent]).toEqual(['v2', 'v1', true])
  const image = await world.engine.inspectImage(snapshot.services[0]?.imageId ?? '')
  expect(JSON.stringify(image.config)).not.toContain('correct-horse')
  const file = await world.api().call('drift.file', { fleet: world.name, container, path: '/www/index.html' })
  expect([file.isText, file.before?.includes('<b>v1<'), file.after?.includes('<b>v2<')]).toEqual([true, true, true])
  await until(async () =>
    (await world.api().call('journal.list', { fleet: world.name })).some(entry => entry.op === 'drift.found'),
  )
  await world.api().call('set.heal', { fleet: world.name, container })
  expect(await files()).toEqual([])
})

test('a switch moves the traffic, an undo moves it back, a redo forward; the journal tells all three', async () => {
  const api = world.api()
  await api.call('set.launch', { fleet: world.name, version: 'v2' })
  await api.call('route.switch', { fleet: world.name, version: 'v2' })
  expect(await world.page()).toBe('v2')
  await api.call('history.undo', { fleet: world.name, switches: true })
  expect(await world.page()).toBe('v1')
  await api.call('history.redo', { fleet: world.name, switches: true })
  expect(await world.page()).toBe('v2')
  const entries = (await api.call('journal.list', { fleet: world.name }))
    .filter(entry => entry.op.startsWith('route.'))
    .slice(-3)
  expect(entries.map(({ op, from, to, outcome }) => [op, from, to, outcome])).toEqual([
    ['route.switch', 'v1', 'v2', 'done'],
    ['route.switch', 'v2', 'v1', 'done'],
    ['route.switch', 'v1', 'v2', 'done'],
  ])
})

test('an address that belongs to a version is no route, whichever of the two comes first', async () => {
  const add = (hostname: string) =>
    world.api().call('route.add', { fleet: world.name, hostname, service: 'web', servicePort: 3000 })
  const conflict = (message: string) => ({ failure: { code: 'conflict', message: expect.stringContaining(message) } })
  await expect(add(`v1.${world.name}.localhost`)).rejects.toMatchObject(conflict('is a preview address'))
  const { port } = await add('v7.team.localhost')
  await expect(add('team.localhost')).rejects.toMatchObject(conflict('is a route already'))
  await world.api().call('route.remove', { fleet: world.name, hostname: 'v7.team.localhost', port })
})

test('a switch that is refused stops again what it started, and names what is paused at once', async () => {
  const api = world.api()
  const [web, other] = [`${world.name}-1-web-1`, `${world.name}-1-api-1`]
  const stateOf = async (container: string) => (await world.engine.inspectContainer(container)).state
  await world.engine.exec(other, ['rm', '/bin/httpd'])
  for (const container of [web, other]) await world.engine.stopContainer(container, 0)
  const { steps } = await api.call('route.plan', { fleet: world.name, version: 'v1' })
  expect(steps.flatMap(({ action, what }) => (action === 'start' ? what : [])).sort()).toEqual([other, web])
  await expect(api.call('route.switch', { fleet: world.name, version: 'v1' })).rejects.toThrow()
  expect([await stateOf(web), await stateOf(other)]).toEqual(['exited', 'exited'])
  await api.call('set.heal', { fleet: world.name, container: other })
  await world.engine.pauseContainer(other)
  await expect(api.call('route.switch', { fleet: world.name, version: 'v1' })).rejects.toThrow(/is paused/)
  expect(await stateOf(web)).toBe('exited')
  await world.engine.unpauseContainer(other)
  await api.call('set.start', { fleet: world.name, version: 'v1' })
})

test('the data outlives the switch', async () => {
  expect(JSON.parse((await world.get('/cgi-bin/orders')).body)).toEqual({ orders: 1 })
})

test('a launch of a version that runs in part starts what is down, and refuses to guess about what is gone', async () => {
  const api = world.api()
  const launch = { fleet: world.name, version: 'v1' }
  await expect(api.call('set.launch', launch)).rejects.toThrow(/is running already/)
  await expect(api.call('set.plan', launch)).rejects.toThrow(/is running already/)
  await world.engine.stopContainer(`${world.name}-1-web-2`, 0)
  const plan = await api.call('set.plan', launch)
  expect(plan.steps.map(step => [step.action, step.what])).toEqual([
    ['attach', 'db'],
    ['start', `${world.name}-1-web-2`],
  ])
  const other = api.call('set.launch', { ...launch, replicas: [{ service: 'web', replicas: 1 }] })
  await expect(other).rejects.toMatchObject({ failure: { hint: expect.stringContaining('flotilla set start') } })
  const before = await world.engine.inspectContainer(`${world.name}-1-web-1`)
  const set = await api.call('set.launch', launch)
  expect(set.containers.every(({ state }) => state === 'running' || state === 'healthy')).toBe(true)
  expect((await world.engine.inspectContainer(`${world.name}-1-web-1`)).id).toBe(before.id)
  await world.engine.removeContainer(`${world.name}-1-web-2`, true)
  await expect(api.call('set.launch', launch)).rejects.toMatchObject({
    failure: { hint: expect.stringContaining(`flotilla heal ${world.name} ${world.name}-1-web-2`) },
  })
  const anew = await api.call('set.startPlan', launch)
  expect(anew.steps).toContainEqual(
    expect.objectContaining({
      action: 'create',
      what: `${world.name}-1-web-2`,
      detail: expect.stringMatching(/is gone/),
    }),
  )
  const whole = await api.call('set.start', launch)
  expect(whole.containers.map(({ state }) => isUp(state))).toEqual([true, true, true])
  await expect(api.call('set.launch', launch)).rejects.toThrow(/is running already/)
})

test('an undo to a cold version launches it from its snapshot first', async () => {
  const api = world.api()
  await api.call('set.remove', { fleet: world.name, version: 'v1' })
  expect(await world.page()).toBe('v2')
  await api.call('history.undo', { fleet: world.name, switches: true })
  expect(await world.page()).toBe('v1')
})

test('the app starts again on its journal, and traffic never stops', async () => {
  await world.restart()
  expect(await world.page()).toBe('v1')
  expect((await world.api().call('fleet.list', {})).map(({ name, versions, live }) => [name, versions, live])).toEqual([
    [world.name, ['v1', 'v2'], 'v1'],
  ])
})

test('a sweep keeps the live set and what an undo needs', async () => {
  await world.api().call('app.settings', { keepWarm: 0 })
  const plan = await world.api().call('sweep.run', { fleet: world.name })
  expect(plan.steps.map(step => step.what)).toEqual([expect.stringContaining('set of v2')])
  expect(await world.page()).toBe('v1')
  const snapshots = await world.api().call('snapshot.list', { fleet: world.name })
  expect(snapshots.map(snapshot => snapshot.version)).toEqual(['v1', 'v2'])
})

test('a lost home is rebuilt from the labels in the engine', async () => {
  const lost = world.loseHome()
  await world.restart()
  expect(await world.page()).toBe('v1')
  // The new home has an id of its own: what another home made is named, and left alone until it is said that it is gone.
  const alone = await world.api().call('rebuild.run', {})
  expect(alone.unknown.join()).toContain(`${world.name} (v1, v2) of another home: left alone`)
  expect(alone.unknown.join()).toContain(`flotilla rebuild --take-over ${lost}`)
  expect(await world.api().call('fleet.list', {})).toEqual([])
  const told = await world.api().call('rebuild.run', { takeOver: [lost] })
  expect(told.found).toContainEqual(`the fleet ${world.name} with v1, v2`)
  const [fleet] = (await world.api().call('fleet.list', {})).filter(candidate => candidate.name === world.name)
  expect([fleet?.versions, fleet?.live, fleet?.routes]).toEqual([
    ['v1', 'v2'],
    'v1',
    [`${world.name}.localhost:${world.proxyPort}`],
  ])
  expect(await world.page()).toBe('v1')
})

test('a rebuilt home finds the secrets of what still runs, and can launch from its snapshots', async () => {
  await world.api().call('set.launch', { fleet: world.name, version: 'v2' })
  const { output } = await world.engine.exec(`${world.name}-2-web-1`, ['sh', '-c', 'echo $DB_PASSWORD'])
  expect(output.trim()).toBe('correct-horse-battery')
})
