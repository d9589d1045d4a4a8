import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { localFiles } from '../../../../main/store/local-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'flotilla-local-'))
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
})

const options = { replace: false, signal: new AbortController().signal }

async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text)
}

test('a file is there as a whole once it is written, and tells its length', async () => {
  const path = join(folder, 'file')
  expect(await localFiles.write(path, chunks('one ', 'two'), options)).toBe(7)
  expect(readFileSync(path, 'utf8')).toBe('one two')
  await expect(localFiles.write(path, chunks('other'), options)).rejects.toMatchObject({
    failure: { code: 'conflict' },
  })
  await localFiles.write(path, chunks('other'), { ...options, replace: true })
  expect(readFileSync(path, 'utf8')).toBe('other')
})

test('what breaks off or is cancelled leaves nothing, and the old file as it was', async () => {
  const path = join(folder, 'file')
  writeFileSync(path, 'old')
  async function* broken() {
    yield Buffer.from('half')
    throw new Error('the engine hung up')
  }
  await expect(localFiles.write(path, broken(), { ...options, replace: true })).rejects.toMatchObject({
    failure: { message: expect.stringContaining('hung up') },
  })
  const abort = new AbortController()
  async function* slow() {
    yield Buffer.from('half')
    abort.abort()
    yield Buffer.from('more')
  }
  const cancelled = localFiles.write(path, slow(), { replace: true, signal: abort.signal })
  await expect(cancelled).rejects.toMatchObject({ failure: { code: 'cancelled' } })
  expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['file'], 'old'])
})

test('what was opened is read as it was then, although its path leads elsewhere by now', async () => {
  const path = join(folder, 'file')
  writeFileSync(path, 'as it was')
  const { content, bytes } = await localFiles.open(path)
  rmSync(path)
  let text = ''
  for await (const chunk of content) text += chunk
  expect([text, bytes]).toEqual(['as it was', 9])
})

test('a pipe that nobody writes to is refused at once', async () => {
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  await expect(localFiles.open(path)).rejects.toMatchObject({ failure: { code: 'bad-input' } })
})

test('a full disk is told, and leaves nothing', async () => {
  // Its own code is what counts: a disk is not filled for a test.
  async function* full() {
    yield Buffer.from('half')
    throw Object.assign(new Error('write'), { code: 'ENOSPC' })
  }
  await expect(localFiles.write(join(folder, 'file'), full(), options)).rejects.toMatchObject({
    failure: { code: 'refused', message: `The disk of ${folder} is full` },
  })
  expect(readdirSync(folder)).toEqual([])
})

test('paths that lead nowhere good are refused with a reason', async () => {
  const codeOf = (path: string) => localFiles.write(path, chunks(''), options).catch(error => error.failure.code)
  expect(await Promise.all([codeOf('relative'), codeOf(folder), codeOf(join(folder, 'none', 'file'))])).toEqual([
    'bad-input',
    'bad-input',
    'not-found',
  ])
  await expect(localFiles.open('/dev/zero')).rejects.toMatchObject({ failure: { code: 'bad-input' } })
  await expect(localFiles.open(join(folder, 'none'))).rejects.toMatchObject({ failure: { code: 'not-found' } })
})
