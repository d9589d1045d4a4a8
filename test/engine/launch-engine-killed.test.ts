import { afterAll, beforeAll, expect, test } from 'vitest'
import { type MortalDocker, startMortalDockerd } from '../support/dockerd.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

let docker: MortalDocker
let world: FleetWorld

beforeAll(async () => {
  docker = await startMortalDockerd()
  world = await fleetWorld(docker.endpoint)
  await world.adopt()
})

afterAll(async () => {
  await world?.close()
  await docker?.stop()
})

test('an engine killed in mid-launch leaves nothing behind once it is back', async () => {
  const onProgress = () => void docker.kill()
  const launch = world
    .api()
    .call(
      'set.launch',
      { fleet: world.name, version: 'v1', replicas: [{ service: 'web', replicas: 6 }] },
      { onProgress },
    )
  await expect(launch).rejects.toMatchObject({ failure: { code: 'unreachable' } })
  expect((await world.api().call('journal.list', { fleet: world.name })).at(-1)).toMatchObject({
    op: 'set.launch',
    outcome: 'failed',
  })

  await docker.start()
  const ours = { labels: ['flotilla.role=set'] }
  await until(() => world.engine.state().state === 'connected')
  await until(async () => (await world.engine.listContainers({ ...ours, all: true })).length === 0)
  await until(async () => (await world.engine.listNetworks(ours)).length === 0)
  expect(await world.api().call('set.list', { fleet: world.name })).toEqual([])
})
