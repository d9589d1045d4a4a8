import { beforeEach, expect, test } from 'vitest'
import { hearClock, useClock } from '../../../renderer/state/clock.ts'
import { hearOperations, useOperations } from '../../../renderer/state/operations.ts'
import { troubles, troubleWords } from '../../../renderer/words/reports.ts'
import type { RunningOperation } from '../../../shared/model/app-state.ts'
import type { CheckReport } from '../../../shared/model/checks.ts'

const MINUTE = 60_000

const going = (id: string): RunningOperation => ({
  id,
  op: 'set.launch',
  fleetId: null,
  title: id,
  startedAt: 0,
  progress: { done: 0, total: 1, what: '' },
})

beforeEach(() => {
  useClock.setState({ minutesAhead: 0 })
  useOperations.setState({ operations: [], found: [], over: -1 })
})

test('clocks that differ by less than five minutes are not news', () => {
  hearClock(4 * MINUTE, 0)
  expect(useClock.getState().minutesAhead).toBe(0)
})

test('a clock that is ahead or behind is told in minutes, and forgotten when it is set right', () => {
  hearClock(12 * MINUTE, 0)
  expect(useClock.getState().minutesAhead).toBe(12)
  hearClock(12.6 * MINUTE, 0)
  expect(useClock.getState().minutesAhead).toBe(12)
  hearClock(0, 60 * MINUTE)
  expect(useClock.getState().minutesAhead).toBe(-60)
  hearClock(0, 0)
  expect(useClock.getState().minutesAhead).toBe(0)
})

test('only what was under way when a connection was opened goes on from before', () => {
  hearOperations([going('a')], 1)
  hearOperations([going('a'), going('b')], 1)
  expect(useOperations.getState().found).toEqual(['a'])
  hearOperations([going('b')], 1)
  expect(useOperations.getState().found).toEqual([])
  hearOperations([going('b')], 2)
  expect(useOperations.getState().found).toEqual(['b'])
})

const report: CheckReport = {
  at: 0,
  ms: 0,
  passed: false,
  results: [
    { container: 'a', service: 's', check: { kind: 'running' }, state: 'passed', passes: 2, saw: 'running' },
    { container: 'b', service: 's', check: { kind: 'running' }, state: 'failed', passes: 0, saw: 'exited, code 1' },
    { container: 'c', service: 's', check: { kind: 'running' }, state: 'failed', passes: 0, saw: '' },
  ],
  logs: [{ container: 'c', text: 'first\n\u001b[31mlast\u001b[0m\n\n' }],
}

test('the container whose log was read comes first, and its last line is told without colours', () => {
  expect(troubles(report).map(one => [one.container, one.lines])).toEqual([
    ['c', ['Running']],
    ['b', ['Running: exited, code 1']],
  ])
  expect(troubleWords(report)).toBe('c: Running. It wrote last: last')
})
