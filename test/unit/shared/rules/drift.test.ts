import { expect, test } from 'vitest'
import { type FileChange, realChanges } from '../../../../shared/rules/drift.ts'

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
    ]),
  ).toEqual([])
})

test('what lies in a mount is not drift, nor is the place where it is mounted', () => {
  expect(paths([added('/data'), added('/data/x'), added('/database')], ['/data/'])).toEqual(['/database'])
})

test('a directory that was only made to hold a mount point is not drift', () => {
  expect(paths([added('/srv'), added('/srv/data')], ['/srv/data'])).toEqual([])
})
