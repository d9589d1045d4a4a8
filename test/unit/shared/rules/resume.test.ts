import { expect, test } from 'vitest'
import type { RecordedSet, SetContainer } from '../../../../shared/model/container-set.ts'
import {
  containersDown,
  containersToResume,
  endedBeforeShutdown,
  type LastRun,
  obstacleOf,
  SHUTDOWN_MS,
  stoppedAlone,
} from '../../../../shared/rules/resume.ts'

type State = SetContainer['state']

const services = [
  { name: 'migrate', dependsOn: [] },
  { name: 'web', dependsOn: [{ service: 'migrate', condition: 'completed' as const }] },
]

function down(state: RecordedSet['state'], containers: readonly (readonly [id: string, state?: State])[]) {
  const states = new Map<string, State | undefined>(containers.map(([id, state]) => [id, state]))
  const stateOf = (id: string) => states.get(id)
  const members = containers.map(([id]) => ({ id, name: id, service: id.replace(/\d$/, ''), replica: 1 }))
  const found = containersDown({ state, containers: members }, services, stateOf)
  return {
    ids: found.map(({ id }) => id),
    resumed: (seen: readonly string[]) => containersToResume(found, stateOf, new Set(seen)).map(({ id }) => id),
  }
}

test('what does not run is down, and a task of a running set that has ended is done', () => {
  const containers = [['migrate1', 'exited'], ['web1', 'running'], ['web2', 'exited'], ['web3']] as const
  expect(down('running', containers).ids).toEqual(['web2', 'web3'])
  expect(down('stopped', containers).ids).toEqual(['migrate1', 'web2', 'web3'])
})

test('a container that is healthy, or unhealthy, runs', () => {
  const containers = [
    ['web1', 'healthy'],
    ['web2', 'unhealthy'],
  ] as const
  expect(down('running', containers).ids).toEqual([])
})

test('what ended unseen is started again; what was seen to end, is paused or is gone stays as it is', () => {
  const containers = [
    ['web1', 'exited'],
    ['web2', 'exited'],
    ['web3', 'paused'],
    ['web4'],
    ['web5', 'created'],
  ] as const
  expect(down('running', containers).resumed(['web2'])).toEqual(['web1', 'web5'])
})

test('what is paused or gone keeps a switch from its set, and is told by name', () => {
  const down = [
    { id: 'a', name: 'shop-1-web-1' },
    { id: 'b', name: 'shop-1-app-1' },
  ]
  const obstacle = (a: State | undefined, b: State | undefined) =>
    obstacleOf({ fleet: 'shop', version: 'v1' }, down, id => (id === 'a' ? a : b))
  expect(obstacle('exited', 'paused')).toEqual({
    message: 'shop-1-app-1 of shop v1 is paused',
    hint: 'Let it go on: flotilla container unpause shop-1-app-1',
  })
  expect(obstacle(undefined, undefined)).toEqual({
    message: 'shop-1-web-1, shop-1-app-1 of shop v1 are gone',
    hint: 'Make it anew: flotilla set start shop v1',
  })
  expect(obstacle('exited', 'created')).toBeUndefined()
})

const minute = 60_000
const run = (id: string, startedAt: number, endedAt: number | null, more: Partial<LastRun> = {}): LastRun => ({
  ...{ id, startedAt, endedAt, exitCode: 143, isOutOfMemory: false, graceMs: null },
  ...more,
})

test.each<[string, LastRun[], string[]]>([
  ['another runs on', [run('a', 0, 10 * minute), run('b', 0, null)], ['a']],
  ['another ran on for long, and ended with the engine', [run('a', 0, 10 * minute), run('b', 0, 12 * minute)], ['a']],
  ['all ended with the engine', [run('a', 0, 10 * minute), run('b', 0, 10 * minute + 12_000)], []],
  ['the other was started later', [run('a', 0, 10 * minute), run('b', 11 * minute, null)], []],
  ['the other may take long to end', [run('a', 0, 1), run('b', 0, 90_000, { graceMs: 2 * minute })], []],
  ['there is no other', [run('a', 0, 10 * minute)], []],
  ['it crashed', [run('a', 0, 10 * minute, { exitCode: 1 }), run('b', 0, null)], []],
  ['it had no memory', [run('a', 0, 1, { exitCode: 137, isOutOfMemory: true }), run('b', 0, null)], []],
  ['it never ran', [run('a', 0, null), run('b', 0, null)], []],
])('a container was stopped by somebody where another witnesses that the engine ran on: %s', (_, runs, stopped) => {
  expect([...stoppedAlone(runs)]).toEqual(stopped)
})

test('what ended shortly before the engine was lost, ended with it, unless it was signalled alone', () => {
  const lostAt = 1_000_000
  const ending = (id: string, before: number, signalledAt: number | null = null) => ({
    ...{ id, name: id, at: lostAt - before, signalledAt },
  })
  const endings = [
    ending('stopped', SHUTDOWN_MS + 1),
    ending('shut down', SHUTDOWN_MS),
    ending('alone', 9_000, lostAt - 10_000),
    ending('together', 4_000, lostAt - 5_000),
  ]
  const signals = [
    { id: 'alone', at: lostAt - 10_000 },
    { id: 'together', at: lostAt - 5_000 },
    { id: 'other', at: lostAt - 5_200 },
  ]
  const ended = (up: string[]) => endedBeforeShutdown(endings, { at: lostAt, up, signals }).map(({ id }) => id)
  expect(ended(['alone', 'other'])).toEqual(['stopped', 'alone'])
  expect(ended(['alone'])).toEqual(['stopped'])
})
