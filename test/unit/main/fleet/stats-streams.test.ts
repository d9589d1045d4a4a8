import { expect, test, vi } from 'vitest'
import { createStats } from '../../../../main/fleet/stats/stats-store.ts'
import { createStatsStreams } from '../../../../main/fleet/stats/stats-streams.ts'
import { FailureError } from '../../../../shared/failure.ts'
import type { StatsReading } from '../../../../shared/rules/stats.ts'

/** An engine in memory that tells a reading whenever the test says so. */
function engine() {
  const open = new Map<string, { tell(reading: StatsReading): void; break(): void }>()
  let most = 0
  const followStats = (
    id: string,
    onReading: (reading: StatsReading) => void,
    { signal }: { signal?: AbortSignal } = {},
  ) =>
    new Promise<void>((resolve, reject) => {
      const end = (settle: () => void) => () => {
        open.delete(id)
        settle()
      }
      const lost = new FailureError({ code: 'unreachable', message: 'lost' })
      open.set(id, { tell: onReading, break: end(() => reject(lost)) })
      most = Math.max(most, open.size)
      signal?.addEventListener('abort', end(resolve))
    })
  return { open, most: () => most, followStats }
}

const ids = (count: number) => new Set(Array.from({ length: count }, (_, index) => `c${index}`))

const reading = (at: number, total = 0): StatsReading => ({
  at,
  cpu: { total, system: at * 2e6, online: 2 },
  memory: { usage: 1000, limit: 5000, stat: new Map() },
  network: { received: 0, sent: 0 },
  block: { read: 0, written: 0 },
})

test('many containers take turns, and never more than so many are read at a time', async () => {
  const { open, most, followStats } = engine()
  const counts = new Map<string, number>()
  const streams = createStatsStreams({
    most: 3,
    read: (id, onReading, signal) => followStats(id, onReading, { signal }),
    onReading: id => counts.set(id, (counts.get(id) ?? 0) + 1),
    log: () => {},
  })
  streams.want(ids(10))
  for (let second = 1; second <= 10; second += 1) {
    for (const { tell } of [...open.values()]) tell(reading(second * 1000))
    await new Promise(setImmediate)
  }
  expect(most()).toBe(3)
  expect([...counts.values()]).toEqual(Array.from({ length: 10 }, () => 3))
  expect(streams.everyMs()).toBe(4000)
  streams.want(new Set())
  expect(open.size).toBe(0)
})

test('a stream that breaks is opened again for as long as it is wanted', async () => {
  vi.useFakeTimers()
  try {
    const { open, followStats } = engine()
    const streams = createStatsStreams({
      most: 3,
      read: (id, onReading, signal) => followStats(id, onReading, { signal }),
      onReading: () => {},
      log: () => {},
    })
    streams.want(ids(2))
    open.get('c0')?.break()
    await vi.advanceTimersByTimeAsync(0)
    expect([...open.keys()]).toEqual(['c1'])
    await vi.advanceTimersByTimeAsync(2000)
    expect([...open.keys()]).toEqual(['c1', 'c0'])
    for (const { break: end } of [...open.values()]) end()
    await vi.advanceTimersByTimeAsync(0)
    streams.want(new Set())
    await vi.advanceTimersByTimeAsync(10_000)
    expect(open.size).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})

test('one stream serves all who watch, what it told is kept for who comes next, and it ends with the last of them', async () => {
  const { open, followStats } = engine()
  const stats = createStats({ followStats }, () => {})
  const owner = { id: 'c0', name: 'shop-1-web-1', service: 'web', version: null, fleetId: 'shop' }
  const heard: number[] = []
  const watch = () => stats.watch((_owner, sample) => heard.push(sample.cpu))
  const [one, other] = [watch(), watch()]
  one.want([owner])
  other.want([owner])
  open.get('c0')?.tell(reading(1000))
  open.get('c0')?.tell(reading(2000, 5e8))
  expect([open.size, heard]).toEqual([1, [50, 50]])
  one.stop()
  expect(open.size).toBe(1)
  other.stop()
  expect(open.size).toBe(0)
  expect(stats.kept(() => true)).toMatchObject([{ owner, memoryLimit: 5000, samples: [{ at: 2000, cpu: 50 }] }])
})
