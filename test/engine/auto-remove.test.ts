import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { importStoreImage, runGoing } from '../support/going-container.ts'

let world: FleetWorld
let image = ''

beforeAll(async () => {
  world = await fleetWorld()
  image = await importStoreImage(world)
})

afterAll(async () => {
  await world.engine.removeImage(image).catch(() => {})
  await world.close()
})

const shell = async (name: string, line: string) => (await world.engine.exec(name, ['sh', '-c', line])).output.trim()
const adoption = async (db: string, keepCopies: boolean) => ({
  name: world.name,
  services: [{ name: 'web', containers: [`${world.name}-src-web`] }],
  dataServices: [{ name: 'db', container: db }],
  keepCopies,
})

test('a stop of a container with --rm is planned as the removal that it is', async () => {
  const name = `${world.name}-going`
  const id = await runGoing(world, name)
  const volume = (await world.engine.inspectContainer(id)).run.mounts[0]?.source ?? ''
  const { plan } = await world.api().call('container.plan', { action: 'stop', containers: [name] })
  expect([plan.summary, plan.steps.map(step => [step.action, step.what])]).toEqual([
    'Stop and remove 1 container',
    [
      ['remove', name],
      ['remove', `the anonymous volume ${volume.slice(0, 12)}`],
    ],
  ])
  expect(plan.warnings).toEqual([`${name} was started with --rm: it cannot be started again`])
  await world.engine.removeContainer(id, true)
})

const key = `${['-----BEGIN PRIV', 'ATE KEY-----'].join('')}\nMIIEvQIBADANBgkqhkiG9w0BAQ`

test.each([
  ['in its volume', '/data/rows', false],
  ['in its own files', '/etc/rows', true],
])(
  'a data service with --rm is adopted as a copy that keeps its rows %s, also when it is made anew',
  async (_, path, isCommitted) => {
    await world.source('web')
    const db = `${world.name}-db`
    const id = await runGoing(world, db)
    await shell(db, `echo rows > ${path}; echo '${key}' > ${path}.key`)
    const before = await world.engine.inspectContainer(id)
    await expect(world.api().call('fleet.adopt', await adoption(db, false))).rejects.toMatchObject({
      failure: { code: 'refused', hint: expect.stringContaining('--keep-copies') },
    })
    const plan = await world.api().call('fleet.adoptPlan', await adoption(db, true))
    expect(plan.steps).toContainEqual(expect.objectContaining({ action: 'create', what: `a copy of ${db} that stays` }))
    expect(plan.warnings.filter(warning => warning.includes(`${path}.key`))).toHaveLength(isCommitted ? 1 : 0)

    await world.api().call('fleet.adopt', await adoption(db, true))
    const after = await world.engine.inspectContainer(db)
    expect([after.autoRemove, after.id === id, after.state]).toEqual([false, false, 'running'])
    expect([after.run.mounts, after.ports]).toEqual([before.run.mounts, before.ports])
    expect(await shell(db, `cat ${path}`)).toBe('rows')

    // The exchange of the two containers is no drift.
    await world.api().call('drift.list', { fleet: world.name })
    const found = (await world.api().call('journal.list', { fleet: world.name })).filter(
      ({ op }) => op === 'drift.found',
    )
    expect(found.map(({ detail }) => detail)).toEqual([])

    await world.api().call('container.act', { action: 'stop', containers: [db] })
    await world.api().call('container.act', { action: 'start', containers: [db] })
    expect(await shell(db, `cat ${path}`)).toBe('rows')
    await world.engine.removeContainer(db, true)
    const volumes = await world.api().call('volume.list', {})
    const owner = volumes.find(({ name }) => name === before.run.mounts[0]?.source)?.owner
    expect(owner).toEqual({ fleet: world.name, what: 'data service db', inTrash: false })
    await world.api().call('data.start', { fleet: world.name, service: 'db' })
    const anew = await world.engine.inspectContainer(db)
    expect([anew.run.mounts, anew.run.environment, anew.ports]).toEqual([
      before.run.mounts,
      before.run.environment,
      before.ports,
    ])
    expect(await shell(db, `cat ${path}`)).toBe('rows')
    await world.api().call('fleet.remove', { fleet: world.name, images: true })
    for (const name of [db, `${world.name}-src-web`]) await world.engine.removeContainer(name, true)
    const hasImage = async () => (await world.engine.listImages({ labels: [] })).some(one => one.id === after.imageId)
    await until(async () => (await hasImage()) !== isCommitted)
  },
)

test('a data service with --rm that was adopted before is not stopped by accident', async () => {
  await world.source('web')
  const db = `${world.name}-db`
  await world.engine.createContainer({
    name: db,
    imageId: (await world.engine.inspectImage(image)).id,
    run: (await world.engine.inspectContainer(`${world.name}-src-web`)).run,
    labels: [],
    network: null,
    publish: false,
    init: true,
  })
  await world.api().call('fleet.adopt', await adoption(db, false))
  await world.engine.removeContainer(db, true)
  await runGoing(world, db)
  const { plan, offers } = await world.api().call('container.plan', { action: 'stop', containers: [db] })
  expect(plan.steps.map(step => step.action)).toEqual(['keep'])
  expect(offers[0]?.why).toContain('--rm')
})
