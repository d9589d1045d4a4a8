import { expect, test } from 'vitest'
import { type Healing, healPlanText } from '../../../../shared/rules/heal-plan.ts'

const web: Healing = { kind: 'replace', container: 'shop-1-web-1', runsAs: 'mine', checks: '2 checks' }
const volumes = [{ action: 'keep' as const, what: 'the anonymous volume ab12', detail: '/data of shop-1-web-9' }]
const foreign: Healing = { kind: 'remove', container: 'shop-1-web-9', volumes }

test('a foreign container is removed, and its volumes stay', () => {
  const { summary, steps, warnings } = healPlanText([foreign])
  expect(summary).toBe('Remove shop-1-web-9')
  expect(steps.map(({ action, what }) => `${action} ${what}`)).toEqual([
    'remove shop-1-web-9',
    'keep the anonymous volume ab12',
  ])
  expect(warnings).toEqual(['What shop-1-web-9 has written outside of volumes is lost'])
})

test('a container of a set is replaced', () => {
  const { summary, steps, warnings, commands } = healPlanText([web])
  expect(summary).toBe('Replace shop-1-web-1 with a clean copy')
  expect(steps.map(({ action }) => action)).toEqual(['create', 'check', 'remove'])
  // Another container may have the recorded name.
  expect(commands).toEqual(['docker rm -f mine'])
  expect(warnings).toEqual(['What changed there is lost, unless it is kept in a snapshot first'])
})

test('several are told by their number, each kind in its words', () => {
  expect(healPlanText([web, web]).summary).toBe('Replace 2 containers, one after the other')
  expect(healPlanText([web, foreign]).summary).toBe('Replace shop-1-web-1 with a clean copy; remove shop-1-web-9')
  expect(healPlanText([foreign, foreign]).summary).toBe('Remove 2 foreign containers')
})
