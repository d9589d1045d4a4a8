import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tarOf } from '../../main/archive/tar.ts'
import { type MortalDocker, startMortalDockerd, startOwnDockerd } from '../support/dockerd.ts'
import { importBusybox } from '../support/engine-image.ts'
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

test('an engine killed in mid-snapshot, whose containers live on, has none of them paused once it is back', async () => {
  const lasting = await startOwnDockerd(['--live-restore'])
  await importBusybox(lasting.endpoint)
  const fleet = await fleetWorld(lasting.endpoint)
  try {
    await fleet.adopt()
    const source = `${fleet.name}-src-web`
    await fleet.engine.putArchive(source, '/www', await tarOf([['big', randomBytes(100_000_000)]]))
    fleet.engine.onEvent(({ action, name }) => action === 'pause' && name === source && void lasting.kill())
    const taken = fleet.api().call('snapshot.take', { fleet: fleet.name, from: 'source' })
    await expect(taken).rejects.toMatchObject({ failure: { code: 'unreachable' } })
    await lasting.start()
    await until(() => fleet.engine.state().state === 'connected')
    const state = async () => (await fleet.engine.inspectContainer(source)).state
    await until(async () => (await state().catch(() => 'unknown')) === 'running')
    expect((await fleet.api().call('snapshot.list', { fleet: fleet.name })).map(({ version }) => version)).toEqual([
      'v1',
    ])
  } finally {
    await fleet.close()
    await lasting.stop()
  }
})
