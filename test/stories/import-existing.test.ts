import { afterAll, beforeAll, expect, test } from 'vitest'
import { plainRun } from '../../shared/rules/plain-run.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

let world: FleetWorld
let fleet: string
let volume: string

const yaml = `
services:
  web:
    image: flotilla/sample/web:1
    environment: { API_URL: "http://api:4000" }
  db:
    image: flotilla/sample/db:1
    volumes: ["orders:/data"]
    x-flotilla: { role: data }
volumes: { orders: {} }
`

/** As `docker compose up` has left it: a container of the project with rows in the project's volume. */
beforeAll(async () => {
  world = await fleetWorld()
  fleet = world.name
  volume = `${fleet}_orders`
  await world.engine.createVolume({ name: volume, labels: [['com.docker.compose.project', fleet]] })
  const { id: imageId } = await world.engine.inspectImage('flotilla/sample/db:1')
  const { id } = await world.engine.createContainer({
    name: `${fleet}-db-1`,
    imageId,
    run: { ...plainRun, mounts: [{ kind: 'volume', source: volume, target: '/data', readOnly: false }] },
    labels: [
      ['com.docker.compose.project', fleet],
      ['com.docker.compose.service', 'db'],
    ],
    network: null,
    publish: false,
    init: true,
  })
  await world.engine.startContainer(id)
  await world.engine.exec(id, ['sh', '-c', 'head -c 5000 /dev/zero > /data/rows'])
})
afterAll(async () => {
  await world.close()
  await world.engine.removeVolume(volume).catch(() => {})
})

const rows = async () => (await world.engine.exec(`${fleet}-db-1`, ['sh', '-c', 'wc -c < /data/rows'])).output.trim()

test('the plan of an import names the container and the volume that are there, with bytes', async () => {
  const { plan } = await world.api().call('fleet.importPlan', { name: fleet, yaml })
  expect(plan.steps.filter(({ action }) => action === 'attach')).toEqual([
    {
      action: 'attach',
      what: `the container ${fleet}-db-1`,
      detail: 'is there already (running): it stays as it is, and is the data service db',
    },
    {
      action: 'attach',
      what: `the volume ${volume}`,
      detail: expect.stringMatching(/^is there already, [\d.]+ kB: attached with what is in it$/),
    },
  ])
  expect(plan.warnings).toEqual([])
})

test('the import attaches them: no second container writes to the volume', async () => {
  const { fleet: made } = await world.api().call('fleet.import', { name: fleet, yaml })
  expect(made.dataServices.map(({ container }) => container)).toEqual([`${fleet}-db-1`])
  await world.api().call('set.launch', { fleet, version: 'v1' })
  const users = (await world.engine.containerUses()).filter(use => use.volumes.some(({ name }) => name === volume))
  expect(users.map(({ name }) => name)).toEqual([`${fleet}-db-1`])
  expect(await rows()).toBe('5000')
})

test('the plan of a removal names what stays, and it is there afterwards', async () => {
  const plan = await world.api().call('fleet.removePlan', { fleet, images: true })
  expect(plan.steps).toContainEqual({ action: 'keep', what: 'db', detail: `${fleet}-db-1 and its volumes stay` })
  expect(plan.steps).toContainEqual({
    action: 'keep',
    what: `the volume ${volume}`,
    detail: expect.stringMatching(new RegExp(`^/data of ${fleet}-db-1, [\\d.]+ kB$`)),
  })
  await world.api().call('fleet.remove', { fleet, images: true, volumes: true })
  expect(await rows()).toBe('5000')
})
