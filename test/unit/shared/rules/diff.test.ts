import { expect, test } from 'vitest'
import type { Snapshot, SnapshotService } from '../../../../shared/model/snapshot.ts'
import { diffSnapshots } from '../../../../shared/rules/diff.ts'
import { runConfig } from '../../../support/run-config.ts'

function service(said: Partial<SnapshotService> = {}, run: Parameters<typeof runConfig>[0] = {}): SnapshotService {
  const pace = { passes: 2, deadlineMs: 1000, intervalMs: 100 }
  const plain = {
    name: 'web',
    base: 'web:1',
    imageId: 'sha256:0123456789',
    layers: ['l1'],
    replicas: 1,
    checks: [],
    pace,
    dependsOn: [],
    run: runConfig(run),
  }
  return { ...plain, ...said } as unknown as SnapshotService
}

const snapshot = (services: SnapshotService[], said: object = {}) =>
  ({ services, dataServices: [], routes: [], leftOut: [], ...said }) as unknown as Snapshot

function rows(from: Snapshot, to: Snapshot) {
  return diffSnapshots(from, to).map(row => [row.service, row.what, row.name, row.before, row.after, row.change])
}

test('the same manifest differs in nothing', () => {
  const same = snapshot([service({}, { environment: [['A', '1']], user: 'me' })], {
    routes: [{ hostname: 'h', port: 1, service: 'web', servicePort: 2 }],
  })
  expect(rows(same, structuredClone(same))).toEqual([])
})

test('every kind of difference is told exactly', () => {
  const before = service(
    { replicas: 1, checks: [{ kind: 'running' }], dependsOn: [{ service: 'db', condition: 'started' }] },
    {
      command: ['serve'],
      environment: [
        ['GONE', 'x'],
        ['LEVEL', 'info'],
      ],
      ports: [{ port: 80, protocol: 'tcp' }],
      mounts: [{ kind: 'volume', source: 'a', target: '/data', readOnly: false }],
      labels: [['team', 'one']],
      user: '',
    },
  )
  const after = service(
    {
      replicas: 3,
      base: 'web:2',
      imageId: 'sha256:fedcba9876',
      layers: ['l1', 'l2'],
      checks: [{ kind: 'tcp', port: 80 }],
      dependsOn: [{ service: 'db', condition: 'healthy' }],
    },
    {
      command: ['serve', 'a b'],
      entrypoint: ['/e'],
      environment: [
        ['LEVEL', 'debug'],
        ['NEW', 'y'],
      ],
      ports: [{ port: 81, protocol: 'tcp' }],
      mounts: [{ kind: 'volume', source: 'a', target: '/data', readOnly: true }],
      labels: [['team', 'two']],
      user: 'me',
      limits: { memoryBytes: 1024, nanoCpus: 0, pids: 0, shmBytes: 0 },
      extraHosts: ['a:1'],
    },
  )
  expect(rows(snapshot([before]), snapshot([after]))).toEqual([
    ['web', 'image', '', 'web:1 (01234567)', 'web:2 (fedcba98)', 'changed'],
    ['web', 'replicas', '', '1', '3', 'changed'],
    ['web', 'entrypoint', '', null, '/e', 'added'],
    ['web', 'command', '', 'serve', "serve 'a b'", 'changed'],
    ['web', 'environment', 'LEVEL', 'info', 'debug', 'changed'],
    ['web', 'environment', 'NEW', null, 'y', 'added'],
    ['web', 'port', '81/tcp', null, 'published', 'added'],
    ['web', 'mount', '/data', 'volume a', 'volume a read-only', 'changed'],
    ['web', 'check', 'TCP 80', null, 'must pass', 'added'],
    ['web', 'dependency', 'db', 'started', 'healthy', 'changed'],
    ['web', 'label', 'team', 'one', 'two', 'changed'],
    ['web', 'limit', 'memoryBytes', null, '1024', 'added'],
    ['web', 'setting', 'user', null, 'me', 'added'],
    ['web', 'setting', 'extraHosts', null, '["a:1"]', 'added'],
    ['web', 'environment', 'GONE', 'x', null, 'removed'],
    ['web', 'port', '80/tcp', 'published', null, 'removed'],
    ['web', 'check', 'running', 'must pass', null, 'removed'],
  ])
})

test('a changed secret is seen to change and not to be', () => {
  const env = (value: string) => snapshot([service({}, { environment: [['DB_PASSWORD', value]] })])
  expect(rows(env('{{secret:aaaa11112222}}'), env('{{secret:bbbb11112222}}'))).toEqual([
    ['web', 'environment', 'DB_PASSWORD', '••••••aaaa', '••••••bbbb', 'changed'],
  ])
  expect(rows(env('hunter2'), env('hunter3'))).toEqual([
    ['web', 'environment', 'DB_PASSWORD', '••••••', '••••••', 'changed'],
  ])
})

test('services that come and go, and data services that stay attached', () => {
  const db = { name: 'db', container: 'shop-db', image: 'postgres:16', imageId: 'sha256:db', run: null }
  const from = snapshot([service(), service({ name: 'old' as SnapshotService['name'] })], { dataServices: [db] })
  const to = snapshot([service({ name: 'new' as SnapshotService['name'], replicas: 2 }), service()], {
    dataServices: [db],
    routes: [{ hostname: 'shop.localhost', port: 8080, service: 'web', servicePort: 80 }],
  })
  expect(rows(from, to)).toEqual([
    ['new', 'service', 'new', null, 'web:1 x2', 'added'],
    ['old', 'service', 'old', 'web:1 x1', null, 'removed'],
    [
      'db',
      'data',
      'shop-db',
      'postgres:16, attached',
      'postgres:16, stays attached; it is not part of the switch',
      'kept',
    ],
  ])
})

test('two commits of the same files do not differ', () => {
  expect(rows(snapshot([service()]), snapshot([service({ imageId: 'sha256:ffff' })]))).toEqual([])
})

test('names like __proto__ are names', () => {
  const env = (value: string) => snapshot([service({}, { environment: [['__proto__', value]] })])
  expect(rows(env('1'), env('2'))).toEqual([['web', 'environment', '__proto__', '1', '2', 'changed']])
})

test('a path that was left out of one of two is told', () => {
  const out = (target: string) => ({ service: 'web', kind: 'path', source: '', target, bytes: null })
  const volume = { service: 'web', kind: 'volume', source: 'v', target: '/data', bytes: 1 }
  const before = snapshot([service()], { leftOut: [out('/a'), out('/b')] })
  const after = snapshot([service()], { leftOut: [volume, out('/b'), out('/c')] })
  expect(rows(before, after)).toEqual([
    ['web', 'left-out', '/c', null, 'left out', 'added'],
    ['web', 'left-out', '/a', 'left out', null, 'removed'],
  ])
})
