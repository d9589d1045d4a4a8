import { expect, test } from 'vitest'
import type { SetId } from '../../../../shared/model/ids.ts'
import { driftPace, nextScan } from '../../../../shared/rules/drift-pace.ts'
import { isHealthcheckRun } from '../../../../shared/rules/healthcheck-run.ts'

const [a, b] = ['a', 'b'] as SetId[]
const sets = [a, b] as SetId[]
const scanned = (last: [string, number][], hints: [string, number][] = [], busy: string[] = []) => ({
  last: new Map(last as [SetId, number][]),
  hints: new Map(hints as [SetId, number][]),
  busy: new Set(busy as SetId[]),
})

test('a set that was never looked at comes first, then the one that was looked at longest ago', () => {
  expect(nextScan(sets, scanned([['a', 1_000]]))).toEqual({ target: b, at: 0 })
  expect(
    nextScan(
      sets,
      scanned([
        ['a', 2_000],
        ['b', 1_000],
      ]),
    ),
  ).toEqual({ target: b, at: 1_000 + driftPace.everyMs })
})

test('a hint is answered soon, yet a set is never looked at twice in a moment', () => {
  expect(
    nextScan(
      sets,
      scanned(
        [
          ['a', 0],
          ['b', 0],
        ],
        [['a', 9_000]],
      ),
    ),
  ).toEqual({ target: a, at: 9_000 + driftPace.settleMs })
  expect(
    nextScan(
      sets,
      scanned(
        [
          ['a', 9_000],
          ['b', 9_000],
        ],
        [['a', 9_001]],
      ),
    ),
  ).toEqual({ target: a, at: 9_000 + driftPace.apartMs })
})

test('a set in which a command runs is looked at every few seconds', () => {
  expect(
    nextScan(
      sets,
      scanned(
        [
          ['a', 0],
          ['b', 0],
        ],
        [],
        ['b'],
      ),
    ),
  ).toEqual({ target: b, at: driftPace.busyMs })
})

test('the engine running a health check is told from a person who runs a command', () => {
  const shell = ['CMD-SHELL', 'curl -f localhost || exit 1']
  expect(isHealthcheckRun(shell, '/bin/sh -c curl -f localhost || exit 1')).toBe(true)
  expect(isHealthcheckRun(shell, '/bin/bash -o pipefail -c curl -f localhost || exit 1')).toBe(true)
  expect(isHealthcheckRun(shell, '/bin/sh -c rm -rf /data; curl -f localhost || exit 1')).toBe(false)
  expect(isHealthcheckRun(shell, 'rm -rf /data curl -f localhost || exit 1')).toBe(false)
  expect(isHealthcheckRun(['CMD', 'pg_isready', '-q'], 'pg_isready -q')).toBe(true)
  expect(isHealthcheckRun(['NONE'], 'NONE')).toBe(false)
})
