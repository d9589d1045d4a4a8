import { expect, test } from 'vitest'
import type { FileChange } from '../../../../shared/rules/drift.ts'
import { realChanges } from '../../../../shared/rules/drift.ts'
import { type LeaveOut, leavingOut } from '../../../../shared/rules/leave-out.ts'
import { type Candidate, leftOutOf, planSnapshot, stillInImage } from '../../../../shared/rules/plan-snapshot.ts'
import { runConfig } from '../../../support/run-config.ts'

const mounts = [{ kind: 'volume' as const, source: 'uploads', target: '/data/', readOnly: false }]
const kinds = { '~': 'changed', '+': 'added', '-': 'deleted' } as const

function candidate(service: string, changes: string): Candidate {
  const written = changes
    .split(' ')
    .filter(word => word !== '')
    .map((word): FileChange => ({ path: word.slice(1), kind: kinds[word[0] as keyof typeof kinds] }))
  const run = runConfig({ mounts })
  const about = {
    id: `id-of-${service}`,
    name: `shop-${service}`,
    image: `${service}:1`,
    imageId: 'i',
    state: 'running',
  }
  return { ...about, run, changes: realChanges(written, mounts), written }
}

function planned(changes: Readonly<Record<string, string>>, ...wishes: LeaveOut[]) {
  const services = Object.entries(changes).map(([name, text]) => ({
    service: { name, replicas: 1, checks: [], pace: {}, dependsOn: [] } as never,
    candidates: [candidate(name, text)],
  }))
  const plan = planSnapshot({ fleet: 'shop', parent: null, services, chosen: [] })
  return plan.kind === 'ready' ? leavingOut(plan, wishes) : plan
}

function picksOf(plan: ReturnType<typeof planned>) {
  if (plan.kind !== 'ready') throw new Error(plan.kind)
  return plan.picks.map(({ service, action, leaveOut }) => [service.name, action, ...leaveOut])
}

const key = '~/root +/root/.ssh +/root/.ssh/id_rsa'

test('a path is left out where it was written, in every service or the one that is named', () => {
  const changes = { web: `${key} +/www/a`, api: `${key} +/www/a` }
  expect(picksOf(planned(changes, { path: '/root/.ssh/' }))).toEqual([
    ['web', 'commit', '/root/.ssh'],
    ['api', 'commit', '/root/.ssh'],
  ])
  expect(picksOf(planned(changes, { service: 'api', path: '/root/.ssh/id_rsa' }))).toEqual([
    ['web', 'commit'],
    ['api', 'commit', '/root/.ssh/id_rsa'],
  ])
})

test('where nothing else differs the image is taken as it is', () => {
  expect(picksOf(planned({ web: key }, { path: '/root/.ssh' }))).toEqual([['web', 'as-is', '/root/.ssh']])
  expect(picksOf(planned({ web: key }, { path: '/root/.ssh/id_rsa' }))).toEqual([
    ['web', 'commit', '/root/.ssh/id_rsa'],
  ])
})

test('a folder takes the paths in it along, and the snapshot records what was left out', () => {
  const plan = planned({ web: `${key} +/www/a` }, { path: '/root/.ssh/id_rsa' }, { path: '/root' })
  if (plan.kind !== 'ready') throw new Error(plan.kind)
  expect(leftOutOf(plan.picks, new Map()).filter(({ kind }) => kind === 'path')).toEqual([
    { service: 'web', kind: 'path', source: '', target: '/root', bytes: null },
  ])
})

test('files in ignored folders are in a commit, and can be left out of it', () => {
  expect(picksOf(planned({ web: '+/tmp/key +/www/a' }, { path: '/tmp/key' }))).toEqual([['web', 'commit', '/tmp/key']])
})

test.each([
  ['what comes with the image', { path: '/etc/passwd' }, /comes with the image \(web: web:1\) and cannot/],
  ['what only begins with the same letters', { path: '/root/.ss' }, /comes with the image/],
  ['what is mounted', { path: '/data/key' }, /lies in the volume uploads/],
  ['a service that is not there', { service: 'db', path: '/root' }, /no service db/],
  ['everything', { path: '/' }, /no path/],
  ['a path that leads elsewhere', { path: '/root/../etc' }, /no path/],
  ['a path from nowhere', { path: 'root' }, /no path/],
])('%s is refused', (_what, wish, message) => {
  expect(planned({ web: key }, wish)).toMatchObject({ kind: 'refuse', message: expect.stringMatching(message) })
})

test('what the image below has as well is told', () => {
  const plan = planned({ web: `${key} ~/etc ~/etc/app.conf -/etc/old +/etc/new` }, { path: '/etc' })
  expect(plan.kind === 'ready' && plan.picks.flatMap(stillInImage)).toEqual(['/etc/app.conf', '/etc/old'])
})
