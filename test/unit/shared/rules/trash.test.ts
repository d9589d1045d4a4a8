import { expect, test } from 'vitest'
import type { FleetId } from '../../../../shared/model/ids.ts'
import type { Trashed } from '../../../../shared/rules/fold.ts'
import { emptyState } from '../../../../shared/rules/fold.ts'
import { planOfPurge, purgedImages } from '../../../../shared/rules/purge-plan.ts'
import { dueFleets, shortFleetId, type TrashClock, trashedBy, wound } from '../../../../shared/rules/trash.ts'

const day = 86_400_000
const shop = 'f1' as FleetId

/** The clock after looks at these times, in days. */
function looks(days: readonly number[], trash: readonly FleetId[] = [shop]): TrashClock {
  const start: TrashClock = { at: 0, waited: [] }
  return days.reduce((clock, at) => wound(clock, trash, at * day), start)
}

test('a fleet is due when it was seen to wait for so many days', () => {
  expect(dueFleets(looks([100, 101, 102, 103]), 3)).toEqual([shop])
  expect(dueFleets(looks([100, 101, 102, 103]), 4)).toEqual([])
  expect(dueFleets(looks([100]), 0)).toEqual([shop])
})

test('a clock that jumps, ahead or back, makes nothing due', () => {
  expect(dueFleets(looks([100, 100.1, 4_000]), 14)).toEqual([])
  expect(dueFleets(looks([4_000, 100, 101]), 2)).toEqual([])
})

test('a fleet that came back and is removed again waits anew', () => {
  const before = looks([100, 101, 102])
  const back = wound(before, [], 103 * day)
  expect(dueFleets(wound(back, [shop], 104 * day), 1)).toEqual([])
})

const removed = (id: string, name: string, tag = `flotilla/${name}/web:v1-${id.slice(0, 8)}`) => {
  const services = [{ name: 'web', image: tag, imageId: `image of ${id}` }]
  const snapshot = { fleet: name, version: 'v1', services, dataServices: [], manifestImage: '' }
  return { fleet: { id: `fleet-${id}`, name }, snapshots: [snapshot] } as unknown as Trashed
}
const trash = [removed('aaaa11112222', 'shop'), removed('aaaa33334444', 'shop'), removed('bbbb55556666', 'blog')]

test('a removed fleet is meant by its name while only one has it, and by its id', () => {
  expect(trashedBy(trash, 'blog')).toBe(trash[2])
  expect(trashedBy(trash, shortFleetId('fleet-aaaa33334444' as FleetId))).toBe(trash[1])
  expect(trashedBy(trash, 'fleet-aaaa11112222')).toBe(trash[0])
  for (const reference of ['nope', 'bbb']) expect(() => trashedBy(trash, reference)).toThrow('no removed fleet')
})

test('where several are meant nothing is chosen, and the rows are named', () => {
  for (const reference of ['shop', 'aaaa'])
    expect(() => trashedBy(trash, reference)).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({ code: 'conflict', hint: expect.stringContaining('aaaa3333 (v1)') }),
      }),
    )
})

test('the plan of a purge names the fleets, what is freed, and what stays with its user', () => {
  const image = (id: string, tags: string[]) => ({
    id,
    tags,
    parentId: '',
    labels: new Map(),
    bytes: 100,
    sharedBytes: 40,
  })
  const tagOf = ({ snapshots }: Trashed) => snapshots[0]?.services[0]?.image ?? ''
  const images = trash.map((one, index) =>
    image(one.snapshots[0]?.services[0]?.imageId ?? '', index === 2 ? [tagOf(one), 'nginx:1'] : [tagOf(one)]),
  )
  const containers = [{ name: 'mine', state: 'exited', imageId: 'image of aaaa33334444' }]
  const state = { ...emptyState, trash: new Map(trash.map(one => [one.fleet.id, one])) }
  const plan = planOfPurge(trash, [purgedImages(trash, { images, containers, state, home: 'here' })])
  expect(plan.summary).toBe('Remove 3 fleets with 3 versions from the trash for good, frees 60 B')
  expect(plan.steps.map(({ action, what, detail }) => `${action} ${what}: ${detail}`)).toEqual([
    'remove shop aaaa1111: v1',
    'remove shop aaaa3333: v1',
    'remove blog bbbb5555: v1',
    `keep image ${tagOf(trash[1]!)}: container mine (exited) uses it`,
    'keep image nginx:1: only the name that the snapshot gave it goes',
  ])
})
