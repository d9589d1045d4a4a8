import { afterAll, beforeAll, expect, test } from 'vitest'
import { plainRun } from '../../shared/rules/plain-run.ts'
import { busyboxImage } from '../support/engine-image.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

/* These checks have longer than the test may take: a container that ended fails them at once, with its last lines. */

let world: FleetWorld

beforeAll(async () => {
  world = await fleetWorld()
})

afterAll(() => world.close())

test('a launch tells at once that a container ended, with what it wrote last', async () => {
  const { id: imageId } = await world.engine.inspectImage(busyboxImage)
  const container = `${world.name}-src-web`
  const run = {
    ...plainRun,
    ports: [{ port: 3000, protocol: 'tcp' as const }],
    command: ['sh', '-c', 'echo "no database to talk to"; exit 3'],
  }
  const spec = { name: container, imageId, run, labels: [], network: null, publish: true, init: true }
  const { id } = await world.engine.createContainer(spec)
  await world.engine.startContainer(id)
  const fleet = world.name
  await world.api().call('fleet.adopt', { name: fleet, services: [{ name: 'web', containers: [container] }] })
  const checks = [{ kind: 'running' as const }, { kind: 'tcp' as const, port: 3000 }]
  const pace = { passes: 2, deadlineMs: 300_000, intervalMs: 200 }
  await world.api().call('fleet.checks', { fleet, service: 'web', checks, pace })
  await world.api().call('snapshot.take', { fleet })
  const { report } = await world.api().call('set.launch', { fleet, version: 'v1' })
  expect(report?.results.map(({ state, saw }) => [state, saw])).toEqual([
    ['failed', 'the container exited with 3'],
    ['failed', 'the container exited with 3'],
  ])
  expect(report?.logs[0]?.text).toContain('no database to talk to')
})
