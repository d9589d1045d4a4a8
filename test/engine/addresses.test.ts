import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ContainerRow } from '../../main/engine/model.ts'
import { HOST_PORTS } from '../../shared/rules/host-ports.ts'
import { plainRun } from '../../shared/rules/plain-run.ts'
import { type KillableDocker, startOwnDockerd } from '../support/dockerd.ts'
import { importBusybox } from '../support/engine-image.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'
import { allAnswerAt, namedLoad, type Owner } from '../support/named-load.ts'

let docker: KillableDocker
let world: FleetWorld
let owners: readonly Owner[]

beforeAll(async () => {
  docker = await startOwnDockerd([])
  const imageId = await importBusybox(docker.endpoint)
  world = await fleetWorld(docker.endpoint)
  const [one, other] = [world.name, `${world.name}-b`]
  await launchNamed(imageId, one, ['v1', 'v2'])
  await launchNamed(imageId, other, ['v1'])
  owners = [
    [`v1.${one}.localhost`, `${one} v1`],
    [`v2.${one}.localhost`, `${one} v2`],
    [`${one}.localhost`, `${one} v2`],
    [`${other}.localhost`, `${other} v1`],
  ]
  await until(allAnswer)
})

afterAll(async () => {
  await world?.close()
  await docker?.stop()
})

/** A fleet whose containers answer with its name and their version, are started again by the engine, and are live. */
async function launchNamed(imageId: string, fleet: string, versions: readonly string[]): Promise<void> {
  const source = `${fleet}-src-web`
  const run = {
    ...plainRun,
    ports: [3000, 9000].map(port => ({ port, protocol: 'tcp' as const })),
    command: ['httpd', '-f', '-p', '3000', '-h', '/www'],
    restart: { policy: 'always' as const, retries: 0 },
  }
  await world.engine.createContainer({
    name: source,
    imageId,
    run,
    labels: [],
    network: null,
    publish: true,
    init: true,
  })
  await world.engine.startContainer(source)
  await world.api().call('fleet.adopt', { name: fleet, services: [{ name: 'web', containers: [source] }] })
  for (const version of versions) {
    await world.engine.exec(source, ['sh', '-c', `mkdir -p /www; printf '%s' '${fleet} ${version}' > /www/index.html`])
    await world.api().call('snapshot.take', { fleet, from: 'source' })
    await world.api().call('set.launch', { fleet, version, replicas: [{ service: 'web', replicas: 3 }] })
  }
  await world.api().call('route.add', { fleet, hostname: `${fleet}.localhost`, service: 'web', servicePort: 3000 })
  await world.api().call('route.switch', { fleet, version: versions.at(-1) ?? '' })
}

const allAnswer = () => allAnswerAt(world, owners)

/** The host ports of the sets' containers by name, as the engine has them, in the order of the ports behind them. */
async function hostPorts(): Promise<Map<string, number[]>> {
  const rows = await world.engine.listContainers({ labels: ['flotilla.role=set'], all: true })
  const inOrder = (row: ContainerRow) => row.ports.toSorted((a, b) => a.port - b.port)
  return new Map(rows.map(row => [row.name, inOrder(row).flatMap(({ hostPort }) => hostPort ?? [])]))
}

/** The engine is killed and started under load, twice; the load ends when every hostname has its own answer again. */
async function killUnderLoad(): Promise<void> {
  const load = namedLoad(world, owners)
  for (let round = 0; round < 2; round += 1) {
    await docker.kill()
    await docker.start()
    const before = load.right()
    const giveUp = Date.now() + 30_000
    await until(async () => (load.right() > before + 100 && (await allAnswer())) || Date.now() > giveUp)
  }
  await load.end()
  expect(load.wrong).toEqual([])
  expect(await allAnswer()).toBe(true)
}

test('host ports of sets are ours, one for each container, and stay when a container is restarted', async () => {
  const before = await hostPorts()
  const ports = [...before.values()].flat()
  expect(new Set(ports).size).toBe(18)
  for (const port of ports) {
    expect(port).toBeGreaterThanOrEqual(HOST_PORTS.first)
    expect(port).toBeLessThanOrEqual(HOST_PORTS.last)
  }
  await Promise.all([...before.keys()].map(name => world.engine.restartContainer(name, 0)))
  expect(await hostPorts()).toEqual(before)
})

test('where a program of the machine has a host port, another is found', async () => {
  const random = vi.spyOn(Math, 'random').mockReturnValue(0.5)
  const taken = (HOST_PORTS.first + HOST_PORTS.last + 1) / 2
  const program = createServer()
  await new Promise<void>((resolve, reject) => program.once('error', reject).listen(taken, '127.0.0.1', resolve))
  try {
    const fleet = world.name
    await world.api().call('set.stop', { fleet, version: 'v1' })
    await world.api().call('set.remove', { fleet, version: 'v1' })
    await world.api().call('set.launch', { fleet, version: 'v1', replicas: [{ service: 'web', replicas: 1 }] })
    const [before] = (await hostPorts()).get(`${fleet}-1-web-1`) ?? []
    expect(before).toBeGreaterThan(taken)
    await world.api().call('set.heal', { fleet, container: `${fleet}-1-web-1` })
    const [healed] = (await hostPorts()).get(`${fleet}-1-web-1`) ?? []
    expect(healed).toBeGreaterThan(before ?? 0)
    await until(allAnswer)
  } finally {
    program.close()
    random.mockRestore()
  }
})

test('only what routes and checks need is published, and a later route says what it takes', async () => {
  const fleet = world.name
  const published = async () => {
    const { ports } = await world.engine.inspectContainer(`${fleet}-1-web-1`)
    return ports.filter(({ hostPort }) => hostPort !== null).map(({ port }) => port)
  }
  expect(await published()).toEqual([3000])
  await world.api().call('route.switch', { fleet, version: 'v1' })
  const late = { fleet, hostname: `late.${fleet}.localhost`, service: 'web', servicePort: 9000 }
  await expect(world.api().call('route.add', late)).rejects.toMatchObject({ failure: { code: 'conflict' } })
  await world.api().call('set.heal', { fleet, container: `${fleet}-1-web-1` })
  expect(await published()).toEqual([3000, 9000])
  await world.api().call('route.switch', { fleet, version: 'v2' })
})

test('no answer is from a wrong container while the engine is killed and started', killUnderLoad)

test('no answer is from a wrong container with the app closed, and the proxy is right again by itself', () =>
  world.closedWhile(killUnderLoad))

test('the app finds every address as it was', async () => {
  await until(allAnswer)
  const sets = await world.api().call('set.list', { fleet: world.name })
  const recorded = sets.flatMap(set => set.containers).map(({ name, ports }) => [name, ports?.map(one => one.hostPort)])
  const seen = await hostPorts()
  expect(recorded).toEqual(recorded.map(([name]) => [name, seen.get(String(name))]))
})
