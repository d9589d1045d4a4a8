import { expect, test } from 'vitest'
import type { Belonging, ContainerAction } from '../../../../shared/contract/containers.ts'
import type { Version } from '../../../../shared/model/ids.ts'
import { decideContainerAction, planContainerAction } from '../../../../shared/rules/container-actions.ts'

const v7 = 'v7' as Version
const inSet = (state: 'live' | 'warm' | 'stopped'): Belonging => ({
  kind: 'set',
  fleet: 'shop',
  version: v7,
  service: 'web',
  state,
})
const data: Belonging = { kind: 'data', fleet: 'shop', service: 'db' }
const loose: Belonging = { kind: 'loose' }
const subject = (belongs: Belonging, state = 'running', name = 'web-1') => ({ id: name, name, state, belongs })

function decided(action: ContainerAction, belongs: Belonging, state = 'running', insist = false): string {
  const decision = decideContainerAction(action, subject(belongs, state), insist)
  if (decision.kind === 'offer') return `offer ${decision.way?.kind ?? 'nothing'}`
  if (decision.kind === 'keep') return `keep: ${decision.why}`
  return decision.isDrift ? 'act, drift' : decision.warning === null ? 'act' : 'act, warned'
}

test.each<[ContainerAction, Belonging, string, string]>([
  ['stop', loose, 'running', 'act'],
  ['stop', loose, 'exited', 'keep: It does not run'],
  ['kill', loose, 'created', 'keep: It does not run'],
  ['start', loose, 'running', 'keep: It runs already'],
  ['start', loose, 'paused', 'keep: It is paused: unpause it'],
  ['pause', loose, 'exited', 'keep: Only what runs can be paused'],
  ['unpause', loose, 'running', 'keep: It is not paused'],
  ['remove', loose, 'exited', 'act'],
  ['remove', loose, 'running', 'act, warned'],
  ['rename', loose, 'running', 'act'],
  ['stop', { kind: 'compose', project: 'blog', service: 'web' }, 'running', 'act'],
  ['remove', { kind: 'foreign', fleet: 'shop', service: 'web' }, 'exited', 'act'],
  ['remove', { kind: 'source', fleet: 'shop', service: 'web' }, 'exited', 'act, warned'],
])('%s of a container that nothing immutable is made of', (action, belongs, state, expected) => {
  expect(decided(action, belongs, state)).toBe(expected)
})

test.each<[ContainerAction, 'live' | 'warm' | 'stopped', string, string]>([
  ['stop', 'live', 'running', 'offer switch'],
  ['kill', 'live', 'running', 'offer switch'],
  ['pause', 'live', 'running', 'offer switch'],
  ['restart', 'live', 'running', 'offer heal'],
  ['remove', 'live', 'running', 'offer heal'],
  ['rename', 'live', 'running', 'offer fleet.rename'],
  ['stop', 'warm', 'running', 'offer set.stop'],
  ['remove', 'warm', 'running', 'offer set.remove'],
  ['restart', 'warm', 'running', 'act'],
  ['start', 'stopped', 'exited', 'offer set.start'],
  ['remove', 'stopped', 'exited', 'offer set.remove'],
  // Putting right what somebody else did is no change.
  ['start', 'live', 'exited', 'act'],
  ['unpause', 'live', 'paused', 'act'],
])('%s of a container of a %s set has its immutable way', (action, state, engineState, expected) => {
  expect(decided(action, inSet(state), engineState)).toBe(expected)
})

test('who insists gets it, and it is drift', () => {
  expect(decided('stop', inSet('live'), 'running', true)).toBe('act, drift')
  expect(decided('rename', inSet('warm'), 'running', true)).toBe('act, drift')
  expect(decided('unpause', inSet('live'), 'paused', true)).toBe('act')
  expect(decided('stop', inSet('live'), 'exited', true)).toBe('keep: It does not run')
})

test('a data service is told apart: it may be stopped, and is removed only by who insists', () => {
  expect(decided('stop', data)).toBe('act, warned')
  expect(decided('remove', data)).toBe('offer nothing')
  expect(decided('remove', data, 'running', true)).toBe('act, warned')
})

test('a plan tells each container, the commands of those that change, and what is offered for the rest', () => {
  const { plan, offers } = planContainerAction({ action: 'stop', insist: false }, [
    subject(loose, 'running', "it's; rm -rf /"),
    subject(loose, 'exited', 'off'),
    subject(inSet('live'), 'running', 'shop-7-web-1'),
  ])
  expect(plan).toMatchObject({
    summary: 'Stop 1 of 3 containers',
    steps: [
      { action: 'stop', what: "it's; rm -rf /" },
      { action: 'keep', what: 'off', detail: 'It does not run' },
      { action: 'keep', what: 'shop-7-web-1', detail: 'shop v7 is live: switch to another version first' },
    ],
    commands: [`docker stop 'it'\\''s; rm -rf /'`],
  })
  expect(offers).toMatchObject([{ container: 'shop-7-web-1', way: { kind: 'switch', fleet: 'shop', version: 'v7' } }])
})
