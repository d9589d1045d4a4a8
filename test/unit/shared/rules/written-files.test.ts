import { expect, test } from 'vitest'
import type { FileChange } from '../../../../shared/rules/drift.ts'
import { readingsOf } from '../../../../shared/rules/written-files.ts'

const changes = (text: string): FileChange[] =>
  text.split(' ').map(word => ({
    path: word.slice(1),
    kind: word.startsWith('+') ? 'added' : word.startsWith('-') ? 'deleted' : 'changed',
  }))
const volume = (target: string) => [{ kind: 'volume' as const, source: 'v', target, readOnly: false }]
const shown = (text: string, mounts = volume('/data')) =>
  readingsOf(changes(text), mounts).map(({ path, isTree }) => (isTree ? `${path}/**` : path))

test('a folder that was added is read at once, in one that was changed each file alone', () => {
  expect(shown('~/app +/app/new +/app/new/a +/app/new/b/c ~/app/old +/app-two')).toEqual([
    '/app/new/**',
    '/app/old',
    '/app-two/**',
  ])
})

test('deletions and mounts are not read, nor a folder with a mount in it as a whole', () => {
  expect(shown('-/app/gone +/srv +/srv/data +/srv/data/db +/srv/key', volume('/srv/data/'))).toEqual(['/srv/key/**'])
})

test('where logins are comes first, what packages bring last', () => {
  expect(shown('~/usr/lib/a ~/custom/b ~/etc/c ~/custom/.ssh/id_rsa ~/app/node_modules/d')).toEqual([
    '/custom/.ssh/id_rsa',
    '/etc/c',
    '/app/node_modules/d',
    '/custom/b',
    '/usr/lib/a',
  ])
})
