import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { plainRun } from '../../shared/rules/plain-run.ts'
import { busyboxImage, busyboxTar } from '../support/engine-image.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

/* A data service whose container is removed by hand: its volume is known, mounted again, and never missing in silence. */

let world: FleetWorld
let fleet = ''
let image = ''
let volume = ''

const yaml = () => `
services:
  web:
    image: ${busyboxImage}
    command: ["httpd", "-f", "-p", "3000", "-h", "/www"]
    expose: ["3000"]
  redis:
    image: ${image}
    x-flotilla: { role: data }
`
const redis = () => `${fleet}-redis`
const webOf = (version: number) => `${fleet}-${version}-web-1`
const run = (container: string, line: string) => world.engine.exec(container, ['sh', '-c', line])
const answers = async (container: string) => (await run(container, 'nslookup redis')).exitCode === 0
const planOf = (version: string) => world.api().call('set.plan', { fleet, version })
const mountOf = async () => (await world.engine.inspectContainer(redis())).run.mounts[0]
const ownerOf = async (name: string) =>
  (await world.api().call('volume.list', {})).find(one => one.name === name)?.owner

beforeAll(async () => {
  world = await fleetWorld()
  fleet = world.name
  image = `${fleet}-redis:1`
  await world.engine.importImage(await busyboxTar(), image, ['ENV PATH=/bin', 'VOLUME /data', 'CMD ["sleep", "1000"]'])
  await world.api().call('fleet.import', { name: fleet, yaml: yaml() })
  await world.api().call('set.launch', { fleet, version: 'v1' })
  await world.api().call('route.add', { fleet, hostname: `${fleet}.localhost`, service: 'web', servicePort: 3000 })
  await world.api().call('route.switch', { fleet, version: 'v1' })
  await run(webOf(1), 'echo two > /www/index.html')
  await world.api().call('snapshot.take', { fleet })
  volume = (await mountOf())?.source ?? ''
  await run(redis(), 'echo kept > /data/row')
})

afterAll(async () => {
  await world.close()
  await world.engine.removeImage(image).catch(() => {})
})

test('the volume of a data service without its container is the data service’s, and no prune offers it', async () => {
  await world.engine.removeContainer(redis(), true)
  expect(await ownerOf(volume)).toEqual({ fleet, what: 'data service redis', inTrash: false })
  const prune = await world.api().call('volume.prunePlan', { anonymousOnly: false })
  expect(prune.steps.map(({ what }) => what)).not.toContain(volume)
})

test('a launch says that the container is made anew with its volume, and every running set finds it', async () => {
  const { steps } = await planOf('v2')
  expect(steps).toContainEqual({
    action: 'create',
    what: 'redis',
    detail: `its container ${redis()} is gone; made anew with its volume ${volume.slice(0, 12)}, /data`,
  })
  expect((await world.api().call('set.check', { fleet, version: 'v1' })).passed).toBe(false)
  await world.api().call('set.launch', { fleet, version: 'v2' })
  expect(await mountOf()).toMatchObject({ source: volume, target: '/data' })
  expect((await run(redis(), 'cat /data/row')).output.trim()).toBe('kept')
  const { networks } = await world.engine.inspectContainer(redis())
  const sets = await world.api().call('set.list', { fleet })
  expect(networks.map(({ name }) => name).sort()).toEqual(sets.map(({ network }) => network).sort())
  expect([await answers(webOf(1)), await answers(webOf(2))]).toEqual([true, true])
})

test('a set whose network lacks the data service fails its checks, until a heal connects it again', async () => {
  const { network } = (await world.api().call('set.list', { fleet })).find(({ version }) => version === 'v2') ?? {}
  await world.engine.disconnectNetwork(network ?? '', redis())
  // A person who connects it under its container's name only.
  await world.engine.connectNetwork(network ?? '', redis(), [])
  await expect(world.api().call('route.switch', { fleet, version: 'v2' })).rejects.toMatchObject({
    failure: {
      code: 'unhealthy',
      message: expect.stringContaining(`is not connected to network ${network} as redis`),
      hint: expect.stringContaining(`flotilla data start ${fleet} redis`),
    },
  })
  await world.api().call('set.heal', { fleet, container: webOf(2) })
  expect(await answers(webOf(2))).toBe(true)
  await world.api().call('route.switch', { fleet, version: 'v2' })
})

test('an adopted one is made anew as it ran: variables, volume, published port, networks and aliases', async () => {
  const [name, container] = [`${fleet}-own`, `${fleet}-own-db`]
  const [network, rows] = [`${fleet}-own-net`, `${fleet}-own-rows`]
  await world.engine.createNetwork({ name: network, labels: [] })
  await world.engine.createVolume({ name: rows, labels: [] })
  const spec = {
    name: container,
    imageId: (await world.engine.inspectImage(image)).id,
    run: {
      ...plainRun,
      environment: [['DB_PASSWORD', 'hunter2-own'] as [string, string]],
      ports: [{ port: 5432, protocol: 'tcp' as const }],
      mounts: [{ kind: 'volume' as const, source: rows, target: '/rows', readOnly: false }],
    },
    labels: [],
    network: { name: network, aliases: ['database'] },
    publish: true,
    init: false,
  }
  await world.engine.startContainer((await world.engine.createContainer(spec)).id)
  await run(container, 'echo kept > /rows/row')
  const web = await world.engine.createContainer({ ...spec, name: `${name}-src-web`, network: null, publish: false })
  await world.engine.startContainer(web.id)
  await world.api().call('fleet.adopt', {
    name,
    services: [{ name: 'web', containers: [`${name}-src-web`] }],
    dataServices: [{ name: 'db', container }],
  })
  const before = await world.engine.inspectContainer(container)
  await world.engine.removeContainer(container, true)
  await world.api().call('data.start', { fleet: name, service: 'db' })
  const after = await world.engine.inspectContainer(container)
  expect(after).toMatchObject({ state: 'running', imageId: before.imageId, ports: before.ports })
  expect(after.run.environment).toEqual(before.run.environment)
  expect(after.networks.map(one => one.name)).toEqual([network])
  expect(after.networks[0]?.aliases).toContain('database')
  expect((await run(container, 'cat /rows/row')).output.trim()).toBe('kept')
  await world.api().call('fleet.remove', { fleet: name, images: true })
  for (const one of [container, web.id]) await world.engine.removeContainer(one, true)
  await world.engine.removeNetwork(network)
})

test('a data container that cannot be started is removed with the volumes that were made for it, and no others', async () => {
  const other = `${fleet}-broken`
  const kept = `${other}_kept`
  const broken = `
services:
  store:
    image: ${image}
    user: nobody-of-that-name
    volumes: ["rows:/rows", "kept:/kept"]
    x-flotilla: { role: data }
volumes: { rows: {}, kept: {} }
`
  await world.engine.createVolume({ name: kept, labels: [] })
  const names = async () => (await world.engine.volumeRows()).map(({ name }) => name).sort()
  const before = await names()
  await world.api().call('fleet.import', { name: other, yaml: broken })
  await expect(world.api().call('data.start', { fleet: other, service: 'store' })).rejects.toThrow(
    /nobody-of-that-name/,
  )
  await expect(world.engine.inspectContainer(`${other}-store`)).rejects.toThrow()
  expect(await names()).toEqual(before)
  await world.api().call('fleet.remove', { fleet: other, images: true })
})

test('a home that has lost its journal knows the volume again after a rebuild', async () => {
  await world.engine.removeContainer(redis(), true)
  await world.closedWhile(async () => rmSync(join(world.home, 'journal')))
  await world.api().call('rebuild.run', {})
  expect(await ownerOf(volume)).toEqual({ fleet, what: 'data service redis', inTrash: false })
  await world.api().call('data.start', { fleet, service: 'redis' })
  expect(await mountOf()).toMatchObject({ source: volume, target: '/data' })
})

test('without its container and its volume nothing starts empty, unless that is asked for', async () => {
  await world.engine.removeContainer(redis(), true)
  await world.engine.removeVolume(volume)
  const { warnings } = await world.api().call('route.plan', { fleet, version: 'v1' })
  expect(warnings.join()).toContain(`its volume ${volume.slice(0, 12)} (/data)`)
  await expect(world.api().call('data.start', { fleet, service: 'redis' })).rejects.toMatchObject({
    failure: { code: 'not-found', hint: expect.stringContaining(`flotilla data start ${fleet} redis --empty`) },
  })
  await world.api().call('data.start', { fleet, service: 'redis', empty: true })
  expect((await run(redis(), 'ls /data')).output.trim()).toBe('')
  expect([await answers(webOf(1)), await answers(webOf(2))]).toEqual([true, true])
  expect((await world.api().call('set.check', { fleet, version: 'v1' })).passed).toBe(true)
})
