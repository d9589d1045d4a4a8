import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HOME_FORMAT } from '../../../../main/store/home-format.ts'
import { acquireLock } from '../../../../main/store/lock.ts'
import { openStore } from '../../../../main/store/open-store.ts'
import { EndpointSettings } from '../../../../shared/endpoints.ts'

let parent: string
let home: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'flotilla-store-'))
  home = join(parent, 'deep', 'home')
})
afterEach(() => rmSync(parent, { recursive: true }))

const defaults = { keepWarm: 1, trashDays: 14, logMegabytes: 2048, logDays: 14, endpoints: [] }
const lab = EndpointSettings.parse({ name: 'lab', address: 'ssh://me@lab.test' })
const chosen = { keepWarm: 3, trashDays: 7, logMegabytes: 64, logDays: 3, endpoints: [lab] }

const open = () => openStore({ home, now: () => 1_700_000_000_000 })

test('a new home is private and starts with the defaults', async () => {
  const store = await open()
  expect([statSync(home).mode & 0o777, store.documents.settings(), store.journal.state().seq]).toEqual([
    0o700,
    defaults,
    0,
  ])
  store.close()
})

test('a home is open once at a time, and free after close', async () => {
  const store = await open()
  await expect(open()).rejects.toMatchObject({ failure: { code: 'conflict' } })
  store.close()
  const again = await open()
  again.close()
  expect(existsSync(join(home, 'lock'))).toBe(false)
})

test("a caller's own lock is used and left to the caller", async () => {
  const lock = acquireLock(home)
  const store = await openStore({ home, now: () => 0, lock })
  store.close()
  expect(existsSync(join(home, 'lock'))).toBe(true)
  lock.release()
})

test('settings are there after a restart', async () => {
  const store = await open()
  store.documents.saveSettings(chosen)
  expect(store.documents.settings()).toEqual(chosen)
  store.close()
  const again = await open()
  expect(again.documents.settings()).toEqual(chosen)
  again.close()
})

test('broken settings are restored from the last good copy and the broken file is kept', async () => {
  const store = await open()
  store.documents.saveSettings(chosen)
  store.close()
  for (const broken of ['{"keepWarm":', '', '{"keepWarm":-1}', '[]']) {
    writeFileSync(join(home, 'settings.json'), broken)
    const again = await open()
    expect(again.documents.settings()).toEqual(chosen)
    again.documents.saveSettings(chosen)
    again.close()
  }
  const aside = readdirSync(home).filter(name => name.startsWith('settings.json.broken-'))
  expect(aside.map(name => readFileSync(join(home, name), 'utf8'))).toEqual(['{"keepWarm":'])
})

test('settings that make no sense are not saved', async () => {
  const store = await open()
  expect(() => store.documents.saveSettings({ ...defaults, keepWarm: -1 })).toThrow()
  expect(store.documents.settings()).toEqual(defaults)
  store.close()
})

test('a home says which format it has, one without it is marked, and one of a newer format is left as it is', async () => {
  const format = join(home, 'format')
  const first = await open()
  first.close()
  expect(readFileSync(format, 'utf8')).toBe(`${HOME_FORMAT}\n`)
  for (const old of [null, '1\n', '']) {
    if (old === null) rmSync(format)
    else writeFileSync(format, old)
    const store = await open()
    store.close()
    expect(readFileSync(format, 'utf8')).toBe(`${HOME_FORMAT}\n`)
  }
  const newer = String(HOME_FORMAT + 1)
  writeFileSync(format, newer)
  rmSync(join(home, 'journal'))
  await expect(open()).rejects.toMatchObject({
    failure: {
      code: 'conflict',
      message: expect.stringContaining(`a newer Flotilla (format ${newer}; this one knows ${HOME_FORMAT})`),
      hint: expect.stringContaining('Update Flotilla'),
    },
  })
  expect([readFileSync(format, 'utf8'), existsSync(join(home, 'journal')), existsSync(join(home, 'lock'))]).toEqual([
    newer,
    false,
    false,
  ])
  writeFileSync(format, 'three')
  await expect(open()).rejects.toMatchObject({ failure: { message: expect.stringContaining('not hold a number') } })
})
