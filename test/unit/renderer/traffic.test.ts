import { expect, test } from 'vitest'
import { percentile, sampleOf } from '../../../renderer/state/traffic.ts'
import type { VersionTraffic } from '../../../shared/table.ts'

const counters = (version: string, more: Partial<VersionTraffic>): VersionTraffic => ({
  version,
  inFlight: 0,
  upgraded: 0,
  requests: 0,
  retries: 0,
  failures: {},
  serverErrors: 0,
  latency: [],
  ...more,
})
const reading = (at: number, ...versions: VersionTraffic[]) => ({ at, routes: [{ id: 'r', versions }] })

test('two readings make a rate, errors and the slowest hundredth', () => {
  const before = reading(1000, counters('v1', { requests: 100, latency: [0, 0, 100] }))
  const after = reading(
    3000,
    counters('v1', { requests: 300, latency: [0, 0, 200, 100], failures: { reset: 2 }, serverErrors: 4, inFlight: 3 }),
    counters('v0', { inFlight: 2 }),
  )
  expect(sampleOf(before, after)).toEqual({ at: 3000, rate: 100, errors: 3, p99: 1.98, inFlight: { v1: 3, v0: 2 } })
})

test('a proxy that was started anew counts from zero, never backwards', () => {
  const before = reading(0, counters('v1', { requests: 9000, serverErrors: 9, latency: [9000] }))
  const after = reading(1000, counters('v1', { requests: 10, latency: [10] }))
  expect(sampleOf(before, after)).toMatchObject({ rate: 10, errors: 0 })
})

test('without an answer there is no slowest one', () => {
  expect([percentile([], 0.99), percentile([0, 0], 0.99)]).toEqual([null, null])
})
