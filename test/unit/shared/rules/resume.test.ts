import { expect, test } from 'vitest'
import type { RecordedSet, SetContainer } from '../../../../shared/model/container-set.ts'
import {
  containersDown,
  containersToResume,
  endedBeforeShutdown,
  SHUTDOWN_MS,
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

test('what ended shortly before the engine was lost, ended with it', () => {
  const lostAt = 1_000_000
  const endings = new Map([
    ['stopped', lostAt - SHUTDOWN_MS - 1],
    ['shut down', lostAt - SHUTDOWN_MS],
  ])
  expect([...endedBeforeShutdown(endings, lostAt).keys()]).toEqual(['stopped'])
})
