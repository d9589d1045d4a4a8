import { expect, test } from 'vitest'
import type { CheckResult } from '../../../../shared/model/checks.ts'
import { reportAfterHeal, reportOf } from '../../../../shared/rules/checks.ts'

const result = (container: string, state: CheckResult['state']): CheckResult => ({
  ...{ container, service: 'web', check: { kind: 'running' }, state, passes: 1, saw: '' },
})
const report = (...results: CheckResult[]) => reportOf(results, 1, 1)
const members = ['web-1', 'web-2']
const healed = report(result('web-1', 'passed'))

test('the checks of a healed container replace those of the one before it; the others stay', () => {
  const before = report(result('web-1', 'failed'), result('web-2', 'passed'), result('db', 'failed'))
  const after = reportAfterHeal(before, healed, members)
  expect([after?.passed, after?.results.map(({ container }) => container)]).toEqual([true, ['web-2', 'web-1']])
})

test('what another container failed before a heal, or was never checked for, is not known after it', () => {
  expect(reportAfterHeal(report(result('web-1', 'failed'), result('web-2', 'failed')), healed, members)).toBeNull()
  expect(reportAfterHeal(null, healed, members)).toBeNull()
  expect(reportAfterHeal(null, healed, ['web-1'])?.passed).toBe(true)
})
