import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { pauseUntilResume } from '../../../../main/engine/time-limit.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** Milliseconds of a minute's pause after which it was over. */
async function lasts(now: () => number, signal = new AbortController().signal): Promise<number> {
  let isOver = false
  void pauseUntilResume(60_000, signal, now).then(() => {
    isOver = true
  })
  for (let at = 0; ; at += 1_000) {
    await vi.advanceTimersByTimeAsync(0)
    if (isOver || at > 100_000) return at
    await vi.advanceTimersByTimeAsync(1_000)
  }
}

test('a pause lasts as long as it is said, unless this machine slept meanwhile or somebody ends it', async () => {
  let asked = 0
  expect(await lasts(() => 0)).toBe(60_000)
  expect(await lasts(() => asked++ * 30_000)).toBe(5_000)
  expect(await lasts(() => 0, AbortSignal.abort())).toBe(0)
})
