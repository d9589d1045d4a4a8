import { expect, test } from 'vitest'
import { defaultIgnored, ignoredBy } from '../../../../shared/rules/ignored.ts'

const covered = (pattern: string, ...paths: string[]) => paths.filter(path => ignoredBy(path, [pattern]) !== undefined)

test('a path covers itself and what lies below it, and nothing that only begins alike', () => {
  expect(covered('/data', '/data', '/data/a/b', '/database', '/srv/data')).toEqual(['/data', '/data/a/b'])
  expect(covered('/data/', '/data', '/data/a')).toEqual(['/data', '/data/a'])
})

test('a star stands for a part of one name, two stars for any folders', () => {
  expect(covered('/srv/*/cache', '/srv/a/cache/x', '/srv/a/b/cache', '/srv/cache')).toEqual(['/srv/a/cache/x'])
  expect(covered('/srv/**/cache', '/srv/cache', '/srv/a/b/cache/x', '/srv/a/cached')).toEqual([
    '/srv/cache',
    '/srv/a/b/cache/x',
  ])
  expect(covered('/etc/app-*.conf', '/etc/app-1.conf', '/etc/app.conf', '/etc/app-1.conf.bak')).toEqual([
    '/etc/app-1.conf',
  ])
})

test('a name without a slash is covered at any depth', () => {
  expect(covered('*.pid', '/nginx.pid', '/srv/app/x.pid', '/srv/pid', '/x.pid/below')).toEqual([
    '/nginx.pid',
    '/srv/app/x.pid',
    '/x.pid/below',
  ])
  expect(covered('__pycache__', '/app/__pycache__/a.bin', '/app/pycache')).toEqual(['/app/__pycache__/a.bin'])
})

test('by default only what programs write as a matter of course is covered', () => {
  const found = ['/tmp/x', '/run/nginx.pid', '/var/log/a', '/app/m.pyc', '/etc/passwd', '/root/.ssh/id', '/template']
  expect(found.filter(path => ignoredBy(path, defaultIgnored) === undefined)).toEqual([
    '/etc/passwd',
    '/root/.ssh/id',
    '/template',
  ])
})

test('a pattern of many stars is answered as fast as any other', () => {
  const hostile = `/${'*a'.repeat(90)}b`
  expect(ignoredBy(`/${'a'.repeat(4000)}`, [hostile])).toBeUndefined()
})
