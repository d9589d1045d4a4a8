import { expect, test } from 'vitest'
import {
  type AttemptFailure,
  type Attempts,
  afterFailure,
  deadlineOf,
  noAttempts,
  pauseBefore,
} from '../../../../shared/rules/attempts.ts'

function after(...failures: readonly AttemptFailure[]): Attempts {
  return failures.reduce(afterFailure, noAttempts)
}
const times = (count: number, why: AttemptFailure) => after(...Array.from({ length: count }, () => why))

test('pauses grow up to a minute, and to five seconds where nothing listens on this machine', () => {
  const pauses = (why: AttemptFailure) => [1, 2, 3, 9, 50].map(count => pauseBefore(times(count, why)))
  expect(pauses('other')).toEqual([200, 400, 800, 51_200, 60_000])
  expect(pauses('late')).toEqual([2_000, 4_000, 8_000, 60_000, 60_000])
  expect(pauses('absent')).toEqual([200, 400, 800, 5_000, 5_000])
  expect(pauses('denied')).toEqual([60_000, 60_000, 60_000, 60_000, 60_000])
  expect(pauseBefore(noAttempts)).toBe(200)
})

test('an engine that was too slow is given more time at each attempt, one that refuses is not', () => {
  expect([0, 1, 2, 3, 4, 40].map(count => deadlineOf(times(count, 'late')))).toEqual([
    5_000, 10_000, 20_000, 40_000, 60_000, 60_000,
  ])
  expect(deadlineOf(times(9, 'other'))).toBe(5_000)
  expect(deadlineOf(after('late', 'other', 'absent'))).toBe(10_000)
})
