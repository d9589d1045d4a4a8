import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { type Header, pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { withoutPaths } from '../../../../main/engine/layer-tar.ts'
import { isWithin } from '../../../../shared/rules/paths.ts'

type Part = readonly [header: Partial<Header> & { name: string }, content?: string]

function tarOf(parts: readonly Part[]): Promise<Buffer> {
  const tar = pack()
  for (const [header, content] of parts) tar.entry({ mtime: new Date(1e12), ...header }, content ?? '')
  tar.finalize()
  return buffer(tar)
}

function rewritten(tar: Buffer, paths: readonly string[], chunk = tar.length): Promise<Buffer> {
  const chunks = Array.from({ length: Math.ceil(tar.length / chunk) }, (_, at) =>
    tar.subarray(at * chunk, (at + 1) * chunk),
  )
  const isLeftOut = (path: string) => paths.some(out => isWithin(path, out))
  return buffer(Readable.from(withoutPaths(Readable.from(chunks), isLeftOut)))
}

const long = `srv/${'deep-'.repeat(40)}/file`
const key: Part = [{ name: 'root/.ssh/id_rsa', mode: 0o600 }, 'SECRET'.repeat(200)]
const others: readonly Part[] = [
  [{ name: 'root/.ssh/', type: 'directory', mode: 0o700 }],
  [{ name: 'root/.ssh/id_rsa.pub' }, 'public'],
  [{ name: 'usr/bin/ping', mode: 0o4755, uid: 12, gid: 34, pax: { 'SCHILY.xattr.security.capability': 'x=y' } }, 'elf'],
  [{ name: long, uid: 3_000_000 }, 'far'.repeat(500)],
  [{ name: 'dev/null', type: 'character-device', devmajor: 1, devminor: 3 }],
  [{ name: 'etc/link', type: 'symlink', linkname: '/root/.ssh/id_rsa' }],
  [{ name: 'etc/.wh.passwd' }],
  [{ name: 'var/.wh..wh..opq' }],
  [{ name: 'usr/bin/twin', type: 'link', linkname: 'usr/bin/ping' }],
]

test.each([1, 7, 512, 513, 100_000])('what is kept passes octet by octet, in pieces of %i', async chunk => {
  const [whole, without] = [await tarOf([...others.slice(0, 2), key, ...others.slice(2)]), await tarOf(others)]
  const told = await rewritten(whole, ['/root/.ssh/id_rsa'], chunk)
  expect(told.equals(without)).toBe(true)
})

test.each([
  ['a folder, with all in it', '/root/.ssh', ['root/.ssh/', 'root/.ssh/id_rsa.pub']],
  ['a deletion', '/etc/passwd', ['etc/.wh.passwd']],
  ['a folder that was made anew, with its mark', '/var', ['var/.wh..wh..opq']],
  ['a long name', `/${long}`, [long]],
  ['what is not there, which takes nothing', '/root/.ss', []],
])('left out is %s', async (_what, path, gone) => {
  const told = await rewritten(await tarOf(others), [path])
  expect(told.equals(await tarOf(others.filter(([{ name }]) => !gone.includes(name))))).toBe(true)
})

test.each([['/usr/bin/ping'], ['/usr/bin/twin']])('%s alone, of two names of a file, is refused', async path => {
  await expect(rewritten(await tarOf(others), [path])).rejects.toMatchObject({ failure: { code: 'refused' } })
})

test('both names of a file leave together', async () => {
  const told = await rewritten(await tarOf(others), ['/usr/bin'])
  expect(told.equals(await tarOf(others.filter(([{ name }]) => !name.startsWith('usr/bin'))))).toBe(true)
})

test('a layer that breaks off is refused', async () => {
  const whole = await tarOf([key])
  await expect(rewritten(whole.subarray(0, 700), ['/x'])).rejects.toMatchObject({ failure: { code: 'unsupported' } })
})
