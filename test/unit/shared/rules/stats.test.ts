import { expect, test } from 'vitest'
import type { UsageSample } from '../../../../shared/contract/stats.ts'
import { memoryLimit, memoryUsed, type StatsReading, usageBetween } from '../../../../shared/rules/stats.ts'
import { sumNow, sumOver, thinned } from '../../../../shared/rules/stats-series.ts'

const SECOND = 1_000_000_000

const reading = (at: number, more: Partial<StatsReading> = {}): StatsReading => ({
  at,
  cpu: { total: 0, system: 0, online: 2 },
  memory: { usage: 0, limit: 0, stat: new Map() },
  network: { received: 0, sent: 0 },
  block: { read: 0, written: 0 },
  ...more,
})

const sample = (at: number, cpu: number, more: Partial<UsageSample> = {}): UsageSample => ({
  at,
  cpu,
  memory: 0,
  received: 0,
  sent: 0,
  read: 0,
  written: 0,
  ...more,
})

test('a busy loop on a machine of two CPUs is about one CPU, as docker stats says it', () => {
  const before = reading(1000, { cpu: { total: 2.25 * SECOND, system: 24_027.46 * SECOND, online: 2 } })
  const after = reading(2000, { cpu: { total: 3.26 * SECOND, system: 24_029.43 * SECOND, online: 2 } })
  expect(usageBetween(before, after)?.cpu).toBe(102.54)
})

test('an engine that does not tell of the machine is measured by the clock', () => {
  const before = reading(1000, { cpu: { total: 1 * SECOND, system: 0, online: 0 } })
  const after = reading(3000, { cpu: { total: 2 * SECOND, system: 0, online: 0 } })
  expect(usageBetween(before, after)?.cpu).toBe(50)
})

test('counters become rates, and those of a container that was started anew count from zero', () => {
  const before = reading(0, {
    cpu: { total: 90 * SECOND, system: 100 * SECOND, online: 4 },
    network: { received: 5000, sent: 900_000 },
    block: { read: 0, written: 4096 },
  })
  const after = reading(2000, {
    cpu: { total: 1 * SECOND, system: 108 * SECOND, online: 4 },
    network: { received: 9000, sent: 1000 },
    block: { read: 2048, written: 4096 },
  })
  expect(usageBetween(before, after)).toEqual(sample(2000, 50, { received: 2000, sent: 500, read: 1024 }))
})

test('readings that are too far apart, or not in order, tell nothing', () => {
  expect([usageBetween(reading(0), reading(60_001)), usageBetween(reading(5), reading(5))]).toEqual([null, null])
})

test('memory is told without the cache, whatever the version of control groups calls it', () => {
  const used = (usage: number, stat: readonly [string, number][]) =>
    memoryUsed({ usage, limit: 0, stat: new Map(stat) })
  expect({
    v1: used(1000, [
      ['inactive_file', 1],
      ['total_inactive_file', 300],
    ]),
    v2: used(1000, [['inactive_file', 400]]),
    nonsense: used(1000, [['inactive_file', 4000]]),
    silent: used(1000, []),
  }).toEqual({ v1: 700, v2: 600, nonsense: 1000, silent: 1000 })
})

test('a limit that no machine has is none', () => {
  const limit = (limit: number) => memoryLimit({ usage: 0, limit, stat: new Map() })
  expect([limit(0), limit(2 ** 63 - 4096), limit(256e6)]).toEqual([null, null, 256e6])
})

test('a quarter of an hour is kept: the last two minutes as they were, the rest as means', () => {
  let samples: UsageSample[] = []
  for (let second = 0; second < 3600; second += 1)
    samples = thinned([...samples, sample(second * 1000, second % 2 === 0 ? 0 : 100)])
  expect(samples.length).toBeLessThan(240)
  expect([samples[0]?.at, samples[0]?.cpu]).toEqual([2_709_000, 50])
  expect(samples.slice(-3).map(one => [one.at, one.cpu])).toEqual([
    [3_597_000, 100],
    [3_598_000, 0],
    [3_599_000, 100],
  ])
})

test('a sum takes each container with its mean since the point before, or holds its last sample for a while', () => {
  const steady = [sample(1000, 10), sample(2000, 20), sample(3000, 30), sample(4000, 40)]
  const ended = [sample(900, 5)]
  const sums = (holdMs: number) =>
    sumOver([steady, ended], { from: 0, stepMs: 2000, count: 5, holdMs }).map(one => one?.cpu ?? null)
  expect(sums(2500)).toEqual([null, 20, 35, 40, null])
  expect(sums(1500)).toEqual([null, 20, 35, null, null])
})

test('containers that begin to tell one after the other do not look like a climb', () => {
  const [one, other] = [
    [sample(2000, 10), sample(3000, 10), sample(4000, 10)],
    [sample(3800, 5), sample(4800, 5)],
  ]
  const cpu = sumOver([one, other], { from: 0, stepMs: 1000, count: 5, holdMs: 3000 }).map(sum => sum?.cpu ?? null)
  expect(cpu).toEqual([null, null, 15, 15, 15])
})

test('what runs now is the sum of what told something lately', () => {
  const containers = [[sample(1000, 5, { memory: 70 })], [sample(9000, 7, { memory: 30 })], []]
  expect(sumNow(containers, 9500, 3000)).toEqual(sample(9500, 7, { memory: 30 }))
  expect(sumNow(containers, 90_000, 3000)).toBeNull()
})
