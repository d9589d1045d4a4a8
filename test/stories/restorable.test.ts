import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Restorable } from '../../shared/model/views.ts'
import { until } from '../support/engine-world.ts'
import { type FleetWorld, fleetWorld } from '../support/fleet-world.ts'

let world: FleetWorld
const shared = mkdtempSync(join(tmpdir(), 'flotilla-bind-'))

/** The web of v2 mounts a volume and a folder of this machine; v1 has neither. */
beforeAll(async () => {
  world = await fleetWorld()
  await world.adopt()
  const { imageId, run } = await world.engine.inspectContainer(`${world.name}-src-web`)
  await world.engine.removeContainer(`${world.name}-src-web`, true)
  await world.engine.createVolume({ name: `${world.name}_cache`, labels: [] })
  const mounts = [
    { kind: 'volume' as const, source: `${world.name}_cache`, target: '/cache', readOnly: false },
    { kind: 'bind' as const, source: shared, target: '/shared', readOnly: true },
  ]
  const { id } = await world.engine.createContainer({
    name: `${world.name}-src-web`,
    imageId,
    run: { ...run, mounts },
    labels: [],
    network: null,
    publish: true,
    init: true,
  })
  await world.engine.startContainer(id)
  await world.edit(`${world.name}-src-web`, 'v2')
  await world.api().call('snapshot.take', { fleet: world.name, from: 'source' })
})

afterAll(async () => {
  await world.engine.removeContainer(`${world.name}-src-web`, true)
  await world.engine.removeVolume(`${world.name}_cache`)
  await world.close()
  rmSync(shared, { recursive: true, force: true })
})

/** The last item of the feed, without the time. */
function follow() {
  let items: readonly Restorable[] = []
  let count = 0
  const stop = world.api().follow(
    'fleet.restorable',
    { fleet: world.name },
    item => {
      items = item
      count += 1
    },
    () => {},
  )
  const now = () => items.map(({ version, restorable, problems }) => [version, restorable, problems])
  const problems = (version: string) => items.find(one => one.version === version)?.problems ?? []
  return { stop, now, problems, count: () => count }
}

test('a version whose every part is there can be restored, and is told so once', async () => {
  const told = follow()
  await until(() => told.count() > 0)
  expect(told.now()).toEqual([
    ['v1', true, []],
    ['v2', true, []],
  ])
  await world.api().call('journal.mark', { fleet: world.name, seq: 1, name: 'here', note: '', pinned: false })
  await new Promise(resolve => setTimeout(resolve, 1_500))
  expect(told.count()).toBe(1)
  told.stop()
})

test('a volume, a folder and an image that go are told of in words; a data container can be made anew', async () => {
  const told = follow()
  await until(() => told.count() > 0)
  rmSync(shared, { recursive: true })
  await world.engine.removeContainer(`${world.name}-src-web`, true)
  await world.engine.removeVolume(`${world.name}_cache`)
  await until(() => told.now()[1]?.[1] === false)
  await until(() => told.problems('v2').length === 2)
  expect(told.now()).toEqual([
    ['v1', true, []],
    [
      'v2',
      false,
      [
        `The volume ${world.name}_cache of web is gone: it would come back empty`,
        `${shared}, which web mounts, is not there any more`,
      ],
    ],
  ])
  await world.engine.removeContainer(`${world.name}-src-db`, true)
  await world.engine.createVolume({ name: `${world.name}_cache`, labels: [] })
  await until(() => told.problems('v2').length === 1)
  expect(told.now()[0]).toEqual(['v1', true, []])
  const { services } = await world.api().call('snapshot.show', { fleet: world.name, version: 'v2' })
  await world.engine.removeImage(services.find(service => service.name === 'web')?.image ?? '')
  await until(() => told.problems('v2').length === 2)
  expect(told.problems('v2')[0]).toBe('The image of web is not in the engine any more')
  told.stop()
})
