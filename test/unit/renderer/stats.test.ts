import { expect, test } from 'vitest'
import { hearStats, useStats } from '../../../renderer/state/stats.ts'
import { linesOf, marksOf, type Part, rowsOf, type Subject } from '../../../renderer/views/stats/lines.ts'
import type { ContainerUsage, UsageSample } from '../../../shared/contract/stats.ts'
import type { Version } from '../../../shared/model/ids.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import { entryOf } from '../../support/fake-app/build.ts'

const sample = (at: number, cpu: number): UsageSample => ({
  at,
  cpu,
  memory: 0,
  received: 0,
  sent: 0,
  read: 0,
  written: 0,
})

/** Its CPU is its age in seconds, over so many seconds from its launch on. */
const aging = (name: string, version: string, launchedAt: number, seconds: number): ContainerUsage => ({
  id: name,
  name,
  service: 'web',
  version: version as Version,
  memoryLimit: 500,
  samples: Array.from({ length: seconds }, (_, age) => sample(launchedAt + age * 1000, age)),
})

const subject = (name: string, launchedAt: number): Subject => ({ name, version: name as Version, launchedAt })

const two = {
  subjects: [subject('v7', 100_000), subject('v8', 400_000)],
  containers: [aging('old', 'v7', 100_000, 320), aging('new', 'v8', 400_000, 20)],
  part: { kind: 'all' } as Part,
  spanMs: 120_000,
  newest: 419_000,
  everyMs: 1000,
}
const cpuOf = (sums: readonly (UsageSample | null)[] | undefined, point: number) => sums?.at(point)?.cpu ?? null

test('by the clock two versions are drawn as they were at the same moment', () => {
  const { x, sums } = linesOf({ ...two, alignment: 'clock' })
  expect([x[0], x.at(-1)]).toEqual([299, 419])
  expect([cpuOf(sums[0], -1), cpuOf(sums[1], -1), cpuOf(sums[0], 0), cpuOf(sums[1], 0)]).toEqual([319, 19, 199, null])
})

test('by their launch two versions are drawn as they were at the same age', () => {
  const { x, sums } = linesOf({ ...two, alignment: 'launch' })
  expect([x[0], x.at(-1)]).toEqual([0, 19])
  expect([sums[0], sums[1]].map(line => line?.map(one => one?.cpu))).toEqual(
    Array.from({ length: 2 }, () => Array.from({ length: 20 }, (_, age) => age)),
  )
})

test('a switch is marked when it happened, or at the age of the version that went live', () => {
  const moves = [{ routeId: 'r', from: null, to: 's' }] as unknown as JournalEntry['moves']
  const entries = [
    entryOf({ seq: 1, at: 410_000, fleet: 'shop', op: 'route.switch', to: 'v8' as Version, moves }),
    entryOf({ seq: 2, at: 411_000, fleet: 'shop', op: 'route.switch', to: 'v9' as Version, moves, outcome: 'failed' }),
    entryOf({ seq: 3, at: 412_000, fleet: 'shop', op: 'snapshot.take', to: 'v9' as Version }),
  ]
  expect([marksOf(entries, { ...two, alignment: 'clock' }), marksOf(entries, { ...two, alignment: 'launch' })]).toEqual(
    [[{ x: 410, words: 'v8 live' }], [{ x: 10, words: 'v8 live' }]],
  )
})

test('the table sums services, and tells containers where one service is looked at', () => {
  const names = (part: Part) =>
    rowsOf({ ...two, part, alignment: 'clock' }).map(row => [row.name, row.now?.cpu ?? null, row.memoryLimit])
  expect(names({ kind: 'all' })).toEqual([
    ['v7', 319, null],
    ['web', 319, null],
    ['v8', 19, null],
    ['web', 19, null],
  ])
  expect(names({ kind: 'service', name: 'web' })[1]).toEqual(['old', 319, 500])
  expect(names({ kind: 'container', name: 'new' })).toEqual([
    ['v7', null, null],
    ['v8', 19, null],
    ['new', 19, 500],
  ])
})

test('a past that is told twice is taken once', () => {
  useStats.setState({ containers: null, newest: 0 })
  const news = (from: number, to: number) => ({
    everyMs: 1000,
    running: 1,
    containers: [{ ...aging('old', 'v7', 1000, to), samples: aging('old', 'v7', 1000, to).samples.slice(from) }],
  })
  hearStats(news(0, 5))
  hearStats(news(5, 6))
  hearStats(news(0, 8))
  expect(
    useStats
      .getState()
      .containers?.get('old')
      ?.samples.map(one => one.cpu),
  ).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
})
