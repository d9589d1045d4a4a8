import { once } from 'node:events'
import { mkdtempSync, renameSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openProxy } from '../../main/proxy/open-proxy.ts'
import { openProxyHome } from '../../main/proxy/proxy-home.ts'
import type { DriftedContainer } from '../../shared/contract/drift.ts'
import { plainRun } from '../../shared/rules/plain-run.ts'
import { busyboxImage } from '../support/engine-image.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { freePort } from '../support/free-port.ts'

/* Drift of what stands beside the versions: data services, networks, mounted host files and routes. */

let world: FleetWorld
let inbox: readonly DriftedContainer[] = []
let stop = () => {}
let file: string
const db = () => `${world.name}-src-db`

beforeAll(async () => {
  world = await fleetWorld()
  file = join(mkdtempSync(join(tmpdir(), 'flotilla-mount-')), 'app.conf')
  writeFileSync(file, 'one')
  const { id: imageId } = await world.engine.inspectImage(busyboxImage)
  const ports = [{ port: 3000, protocol: 'tcp' as const }]
  const mounts = [{ kind: 'bind' as const, source: file, target: '/etc/app.conf', readOnly: true }]
  const run = { ...plainRun, ports, mounts, command: ['httpd', '-f', '-p', '3000', '-h', '/www'] }
  const web = `${world.name}-src-web`
  const spec = { imageId, run, labels: [], network: null, publish: true, init: true }
  const { id } = await world.engine.createContainer({ ...spec, name: web })
  await world.engine.startContainer(id)
  await world.source('db')
  const fleet = world.name
  await world.api().call('fleet.adopt', {
    name: fleet,
    services: [{ name: 'web', containers: [web] }],
    dataServices: [{ name: 'db', container: db() }],
  })
  await world.api().call('snapshot.take', { fleet })
  await world.api().call('set.launch', { fleet, version: 'v1' })
  await world.api().call('route.add', { fleet, hostname: `${fleet}.localhost`, service: 'web', servicePort: 3000 })
  stop = world.api().follow('drift.state', {}, containers => {
    inbox = containers
  })
})

afterAll(async () => {
  stop()
  await world.close()
})

const told = (container: string) =>
  inbox.filter(one => one.container === container).flatMap(({ drift }) => drift.map(({ detail }) => detail ?? ''))
const tells = (container: string, words: string) => until(() => told(container).some(one => one.includes(words)))
const silent = (container: string) => until(() => told(container).length === 0)
const ofDb = () => ({ fleet: world.name, service: 'db' })
const checked = async () => {
  const { results } = await world.api().call('set.check', { fleet: world.name, version: 'v1' })
  return results.filter(({ service }) => service === 'db').map(({ check, state }) => `${check.kind} ${state}`)
}

test('a data service that stops is told, is part of the checks, and is started where it is asked for', async () => {
  expect(await checked()).toEqual(['running passed', 'tcp passed'])
  await world.engine.stopContainer(db(), 1_000)
  await tells(db(), 'container is stopped')
  expect(await checked()).toEqual(['running failed'])
  const [summary] = (await world.api().call('fleet.list', {})).filter(({ name }) => name === world.name)
  expect(summary?.drifted).toBe(1)
  await expect(world.api().call('set.heal', { fleet: world.name, container: db() })).rejects.toMatchObject({
    failure: { code: 'refused', message: expect.stringContaining('never replaced') },
  })
  await world.api().call('data.start', ofDb())
  await silent(db())
  expect(await checked()).toEqual(['running passed', 'tcp passed'])
})

test('a data service that is off the network, or another container of its name with another image, is told', async () => {
  const [set] = await world.api().call('set.list', { fleet: world.name })
  await world.engine.disconnectNetwork(set?.network ?? '', db())
  await tells(db(), `is not connected to network ${set?.network}`)
  await world.api().call('data.start', ofDb())
  await silent(db())

  await world.engine.removeContainer(db(), true)
  await tells(db(), 'container is gone')
  const { id: imageId } = await world.engine.inspectImage(busyboxImage)
  const run = { ...plainRun, command: ['sleep', '600'] }
  const spec = { name: db(), imageId, run, labels: [], network: null, publish: false, init: true }
  await world.engine.startContainer((await world.engine.createContainer(spec)).id)
  await tells(db(), 'container was replaced')
  expect(told(db()).join()).toContain('was recorded')
  const entries = await world.api().call('journal.list', { fleet: world.name })
  expect(entries.findLast(({ op }) => op === 'drift.found')?.detail).toContain('db: container')
  await world.api().call('data.adopt', ofDb())
  await silent(db())
})

test('a mounted host file that was replaced is told until the container is healed', async () => {
  const web = `${world.name}-1-web-1`
  writeFileSync(`${file}.new`, 'two')
  renameSync(`${file}.new`, file)
  await world.api().call('drift.list', { fleet: world.name })
  await tells(web, `${file} on the host was replaced`)
  await world.api().call('set.heal', { fleet: world.name, container: web })
  await silent(web)
})

test('a route whose port another program has is told as long as it is so, and a switch says so too', async () => {
  const port = await freePort()
  const other: Server = createServer().listen(port, '127.0.0.1')
  await once(other, 'listening')
  const at = { fleet: world.name, hostname: `${world.name}.localhost`, port }
  await expect(world.api().call('route.add', { ...at, service: 'web', servicePort: 3000 })).rejects.toThrow()
  await tells(`${at.hostname}:${port}`, `port ${port} is not open`)
  await expect(world.api().call('route.switch', { fleet: world.name, version: 'v1' })).rejects.toMatchObject({
    failure: { code: 'conflict', message: expect.stringContaining(`switched to v1, but port ${port} is not open`) },
  })
  other.close()
  await silent(`${at.hostname}:${port}`)
  await world.api().call('route.remove', at)
})

test('a table that another process has put in force is told, and replaced by what the journal says', async () => {
  const { name, home } = world
  const answers = () =>
    world.get().then(
      () => true,
      () => false,
    )
  await until(answers)
  const launch = { command: process.execPath, args: [] }
  const other = await openProxy({ home: openProxyHome(home, { runtimeDir: undefined }), ...launch })
  await other.apply({ number: 1, listenAddress: '127.0.0.1', routes: [] })
  other.close()
  expect(await answers()).toBe(false)
  const drift = await world.api().call('drift.list', { fleet: name })
  expect(drift.map(({ detail }) => detail)).toContain('the proxy does not have this route')
  await until(answers)
  await silent(`${name}.localhost:${world.proxyPort}`)
})

test('a network of a set that was removed and made anew by hand is told', async () => {
  const [set] = await world.api().call('set.list', { fleet: world.name })
  const network = set?.network ?? ''
  for (const id of [db(), ...(set?.containers.map(({ id }) => id) ?? [])])
    await world.engine.disconnectNetwork(network, id)
  await world.engine.removeNetwork(network)
  await tells(network, 'network was removed')
  await world.engine.createNetwork({ name: network, labels: [['flotilla.fleet', world.name]] })
  await tells(network, 'made anew')
})
