import { expect, test } from 'vitest'
import { isSameEngine } from '../../../../shared/rules/same-engine.ts'

const mark = (engineId: string | null, dataId: string | null = null) => ({ engineId, dataId })

test('engines of one id are the same, unless their data is known to be another', () => {
  expect(isSameEngine(mark('a', 'x'), mark('a', 'x'))).toBe(true)
  expect(isSameEngine(mark('a', 'x'), mark('a'))).toBe(true)
  expect(isSameEngine(mark('a', 'x'), mark('a', 'y'))).toBe(false)
  expect(isSameEngine(mark('a', 'x'), mark('b', 'x'))).toBe(false)
  expect(isSameEngine(mark(null), mark(null))).toBe(false)
})
