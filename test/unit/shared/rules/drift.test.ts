import { expect, test } from 'vitest'
import { type FileChange, ignoredChanges, networkDrift, realChanges } from '../../../../shared/rules/drift.ts'

const changed = (path: string): FileChange => ({ path, kind: 'changed' })
const added = (path: string): FileChange => ({ path, kind: 'added' })
const paths = (changes: FileChange[], targets: string[] = []) =>
  realChanges(
    changes,
    targets.map(target => ({ kind: 'volume', source: 'v', target, readOnly: false })),
  ).map(change => change.path)

test('a file that a person changed is drift, the directories above it are not', () => {
  expect(paths([changed('/etc'), changed('/etc/app.conf'), changed('/srv'), added('/srv/new')])).toEqual([
    '/etc/app.conf',
    '/srv/new',
  ])
})

test('what programs and the engine write as a matter of course is not drift', () => {
  expect(
    paths([
      changed('/tmp'),
      added('/tmp/x'),
      changed('/run'),
      added('/run/pid'),
      changed('/var'),
      changed('/var/log'),
      added('/var/log/a'),
      added('/.dockerenv'),
      changed('/usr'),
      changed('/usr/sbin'),
      added('/usr/sbin/docker-init'),
      added('/run/podman-init'),
    ]),
  ).toEqual([])
})

test('an init process of the engine is no drift where it is looked for, and drift beside it is', () => {
  expect(paths([changed('/sbin'), added('/sbin/docker-init'), changed('/usr'), added('/usr/sbin')])).toEqual([
    '/usr/sbin',
  ])
  expect(
    paths([changed('/usr'), changed('/usr/sbin'), added('/usr/sbin/docker-init'), added('/usr/sbin/mine')]),
  ).toEqual(['/usr/sbin/mine'])
})

test('what lies in a mount is not drift, nor is the place where it is mounted', () => {
  expect(paths([added('/data'), added('/data/x'), added('/database')], ['/data/'])).toEqual(['/database'])
})

test('a directory that was only made to hold a mount point is not drift', () => {
  expect(paths([added('/srv'), added('/srv/data')], ['/srv/data'])).toEqual([])
})

test('what is ignored is no drift, and is told with the pattern that covers it', () => {
  const changes = [changed('/srv'), added('/srv/app.pid'), added('/srv/cache/a'), changed('/srv/app.conf')]
  expect(realChanges(changes, [], ['/srv/cache']).map(change => change.path)).toEqual(['/srv/app.conf'])
  expect(ignoredChanges(changes, [], ['/srv/cache']).map(({ path, by }) => [path, by])).toEqual([
    ['/srv/app.pid', '*.pid'],
    ['/srv/cache/a', '/srv/cache'],
  ])
})

test('a network beside its own, or its own lost, is drift', () => {
  expect(networkDrift('shop-1', ['shop-1'])).toEqual([])
  expect(networkDrift('shop-1', ['other', 'shop-1'])).toEqual([
    { detail: 'networks: shop-1 recorded, other, shop-1 runs' },
  ])
  expect(networkDrift('shop-1', [])).toEqual([{ detail: 'networks: shop-1 recorded, none runs' }])
})
