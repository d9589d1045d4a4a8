import { expect, test } from 'vitest'
import { plainRun } from '../../../../shared/rules/plain-run.ts'
import {
  refusedWrites,
  sealedRun,
  sealFrom,
  sealLabel,
  unsealedRun,
  writableFolders,
} from '../../../../shared/rules/seal.ts'

const volume = { kind: 'volume' as const, source: 'v', target: '/data', readOnly: false }
const run = { ...plainRun, mounts: [volume] }

test('what is mounted, or lies in another writable folder, is not mounted once more', () => {
  expect(writableFolders(run, ['/data/cache', '/run/app', '/state/', '/state'])).toEqual(['/tmp', '/run', '/state'])
})

test('a seal makes the root read-only and its folders writable in memory, and comes off again', () => {
  const sealed = sealedRun(run, ['/tmp', '/run'])
  expect([sealed.readOnlyRoot, sealed.mounts.map(({ kind, target }) => `${kind} ${target}`)]).toEqual([
    true,
    ['volume /data', 'tmpfs /run', 'tmpfs /tmp'],
  ])
  expect(unsealedRun(sealed, run, ['/tmp', '/run'])).toEqual(run)
})

test.each([
  ["sh: can't create /state/file: Read-only file system", ['/state/file']],
  ["mkdir: can't create directory '/state': Read-only file system", ['/state']],
  ["Error: EROFS: read-only file system, open '/app/cache/a.json'", ['/app/cache/a.json']],
  [
    'OSError: [Errno 30] Read-only file system: \'/srv/x.db\'\n[crit] open() "/var/lib/nginx/tmp" failed (30: Read-only file system)',
    ['/srv/x.db', '/var/lib/nginx/tmp'],
  ],
  ['GET http://host/path 200', []],
])('a log tells what could not be written: %j', (log, paths) => {
  expect(refusedWrites(log)).toEqual(paths)
})

test('a seal is told by labels, and a label that makes no sense tells of none', () => {
  const seal = [{ service: 'web', writable: ['/tmp', '/state'] }]
  const labels = (service: string, text: string) =>
    new Map([
      ['flotilla.service', service],
      ['flotilla.sealed', text],
    ])
  const [, told] = sealLabel(seal, 'web')
  expect(sealFrom([labels('web', told), labels('api', sealLabel(seal, 'api')[1])])).toEqual(seal)
  expect(sealFrom(['', '{', '"/tmp"', '["tmp"]', '[1]'].map(text => labels('web', text)))).toBeNull()
})
