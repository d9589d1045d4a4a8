import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fileDifferences, type Tree, type TreeEntry } from '../../../../shared/rules/file-difference.ts'

const plain: TreeEntry = {
  type: 'file',
  bytes: 1,
  hash: 'a',
  mode: 0o644,
  owner: '0:0',
  target: '',
  attributes: '',
}
const folder: TreeEntry = { ...plain, type: 'directory', bytes: null, hash: null, mode: 0o755 }
const link = (target: string): TreeEntry => ({ ...folder, type: 'symlink', mode: 0o777, target })

function compare(before: Record<string, TreeEntry>, after: Record<string, TreeEntry>, mounts: string[] = []) {
  const tree = (entries: Record<string, TreeEntry>): Tree => new Map(Object.entries(entries))
  const found = fileDifferences({ service: 'web', before: tree(before), after: tree(after), mounts })
  return found.map(({ kind, path, detail }) => (detail === '' ? `${kind} ${path}` : `${kind} ${path}: ${detail}`))
}

test('a file is added, changed or deleted, in the order of paths', () => {
  expect(
    compare({ '/b': plain, '/c': plain, '/d': plain }, { '/d': plain, '/b': { ...plain, hash: 'b' }, '/a': plain }),
  ).toEqual(['added /a', 'changed /b', 'deleted /c'])
})

test('what differs besides the content is told in words', () => {
  const differ = (after: Partial<TreeEntry>, before = plain) =>
    compare({ '/f': before }, { '/f': { ...before, ...after } })
  expect(differ({ mode: 0o4755 })).toEqual(['changed /f: mode 644 to 4755'])
  expect(differ({ mode: 0 })).toEqual(['changed /f: mode 644 to 000'])
  expect(differ({ owner: '7:8', hash: 'b' })).toEqual(['changed /f: owner 0:0 to 7:8'])
  expect(differ({ attributes: 'cap' })).toEqual(['changed /f: extended attributes differ'])
  expect(differ({ target: 'b' }, link('a'))).toEqual(['changed /f: from a to b'])
  expect(compare({ '/f': plain }, { '/f': link('a') })).toEqual(['changed /f: a file became a link, points to a'])
  expect(compare({ '/f': link('a') }, { '/f': folder })).toEqual([
    'changed /f: a link became a directory, pointed to a',
  ])
})

test('what the engine puts into every container is no difference', () => {
  const own = ['/.dockerenv', '/etc/hosts', '/etc/hostname', '/etc/resolv.conf', '/dev/console', '/proc/1', '/sys']
  own.push('/usr/sbin/docker-init', '/run/podman-init')
  expect(compare({}, Object.fromEntries(own.map(path => [path, plain])))).toEqual([])
  expect(compare({}, { '/etc/hosts.allow': plain, '/device': plain })).toEqual([
    'added /device',
    'added /etc/hosts.allow',
  ])
})

test('an empty point to mount at is no difference, nor are the directories on the way there', () => {
  const made = { '/sbin': folder, '/sbin/docker-init': plain, '/srv': folder, '/srv/data': folder }
  expect(compare({}, made, ['/srv/data/'])).toEqual([])
  expect(compare({}, { ...made, '/srv/more': plain }, ['/srv/data'])).toEqual(['added /srv', 'added /srv/more'])
  expect(compare({}, { '/srv': folder, '/srv/data': folder, '/srv/data/file': plain }, ['/srv/data'])).toEqual([
    'added /srv',
    'added /srv/data/file',
  ])
  expect(compare({}, { '/conf': { ...plain, bytes: 0 } }, ['/conf'])).toEqual([])
  expect(compare({}, { '/conf': plain }, ['/conf'])).toEqual(['added /conf'])
})

test('strange names are names like any other', () => {
  expect(compare({}, { '/__proto__': plain, '/a\u001b[31m': plain }).length).toBe(2)
})

test('whatever two trees hold, one way round tells the opposite of the other', () => {
  const names = fc.constantFrom('/a', '/a/b', '/a/b/c', '/dev/x', '/etc/hosts', '/m', '/m/n')
  const tree = fc.dictionary(names, fc.constantFrom(plain, folder, link('x'), { ...plain, hash: 'b' }))
  const opposite = { added: 'deleted', deleted: 'added', changed: 'changed' } as const
  fc.assert(
    fc.property(tree, tree, (before, after) => {
      const find = (one: Tree, other: Tree) =>
        fileDifferences({ service: '', before: one, after: other, mounts: ['/m'] })
      const [one, other] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
      const there = find(one, other).map(({ kind, path }) => [opposite[kind], path])
      expect(find(other, one).map(({ kind, path }) => [kind, path])).toEqual(there)
      expect(find(one, one)).toEqual([])
    }),
  )
})
