import { createHash } from 'node:crypto'
import { PassThrough, Readable } from 'node:stream'
import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { tarOf } from '../../../../main/archive/tar.ts'
import { listTree, readEntry } from '../../../../main/archive/tree.ts'

const never = () => new AbortController().signal
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

test('a tree is listed by absolute path, however its names are written, with the bytes of every file hashed', async () => {
  const tar = pack()
  tar.entry({ name: '/', type: 'directory' })
  tar.entry({ name: './etc/', type: 'directory', mode: 0o755 })
  tar.entry({ name: '/etc//passwd', mode: 0o100644, uid: 7, gid: 8 }, 'root')
  tar.entry({ name: 'etc/same', type: 'link', linkname: '/etc/passwd' })
  tar.entry({ name: 'etc/link', type: 'symlink', linkname: '../x' })
  tar.entry({ name: 'empty' }, '')
  tar.entry({ name: 'dev', type: 'character-device', devmajor: 1, devminor: 3 })
  tar.entry({ name: 'able', pax: { 'SCHILY.xattr.security.capability': 'all', path: 'able' } }, 'x')
  tar.finalize()
  let bytes = 0
  const tree = await listTree(Readable.from(tar), {
    signal: never(),
    onBytes: count => {
      bytes += count
    },
  })
  const file = { type: 'file', mode: 0o644, owner: '0:0', target: '', attributes: '' }
  const other = { bytes: null, hash: null, owner: '0:0', target: '', attributes: '' }
  const passwd = { ...file, bytes: 4, hash: sha256('root'), owner: '7:8' }
  expect(Object.fromEntries(tree)).toEqual({
    '/etc': { ...other, type: 'directory', mode: 0o755 },
    '/etc/passwd': passwd,
    '/etc/same': passwd,
    '/etc/link': { ...other, type: 'symlink', mode: 0o777, target: '../x' },
    '/empty': { ...file, bytes: 0, hash: sha256('') },
    '/dev': { ...other, type: 'other', mode: expect.any(Number), target: 'character-device 1:3' },
    '/able': { ...file, bytes: 1, hash: sha256('x'), attributes: '[["SCHILY.xattr.security.capability","all"]]' },
  })
  expect(bytes).toBe(5)
})

test('a tar that breaks off, ends too early or is closed fails, and is let go of', async () => {
  const whole = await tarOf([['a', 'x'.repeat(5000)]])
  const broken = new PassThrough()
  const reading = listTree(broken, { signal: never() })
  broken.write(whole.subarray(0, 1000))
  broken.destroy(new Error('the engine died'))
  await expect(reading).rejects.toThrow('the engine died')

  await expect(listTree(Readable.from([whole.subarray(0, 2000)]), { signal: never() })).rejects.toThrow()

  const closing = new PassThrough()
  const closed = listTree(closing, { signal: never() })
  closing.write(whole.subarray(0, 1000))
  closing.destroy()
  await expect(closed).rejects.toThrow('broke off')
  await expect(listTree(closing, { signal: never() })).rejects.toThrow('broke off')
})

test('a cancel ends the reading at once, and the tar with it', async () => {
  const tar = new PassThrough()
  const cancel = new AbortController()
  const reading = listTree(tar, { signal: cancel.signal })
  tar.write((await tarOf([['a', 'x'.repeat(5000)]])).subarray(0, 1000))
  cancel.abort()
  await expect(reading).rejects.toMatchObject({ failure: { code: 'cancelled' } })
  expect(tar.destroyed).toBe(true)
  const late = new PassThrough()
  await expect(listTree(late, { signal: cancel.signal })).rejects.toMatchObject({ failure: { code: 'cancelled' } })
  expect(late.destroyed).toBe(true)
})

test('the first entry is read as text where it is text and short enough, and nothing after it is', async () => {
  const read = async (content: string | Uint8Array) => {
    const tar = Readable.from(
      await tarOf([
        ['a', content],
        ['b', 'other'],
      ]),
    )
    return readEntry(tar, { signal: never(), mostBytes: 8 })
  }
  const file = { type: 'file', target: '' }
  expect(await read('\ufeffgrün')).toEqual({ ...file, text: '\ufeffgrün' })
  expect(await read('')).toEqual({ ...file, text: '' })
  expect(await read('123456789')).toEqual({ ...file, text: null })
  expect(await read('a\0b')).toEqual({ ...file, text: null })
  expect(await read(Buffer.from([0xff, 0xfe]))).toEqual({ ...file, text: null })
  const endless = new PassThrough()
  endless.write(await tarOf([['folder/', '']]))
  expect(await readEntry(endless, { signal: never(), mostBytes: 8 })).toMatchObject({ type: 'directory', text: null })
  expect(endless.destroyed).toBe(true)
  expect(await readEntry(Readable.from(await tarOf([])), { signal: never(), mostBytes: 8 })).toBeNull()
})
