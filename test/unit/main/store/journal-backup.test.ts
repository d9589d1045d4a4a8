import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '../../../../main/store/open-store.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'flotilla-backup-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const path = (name: string) => join(home, name)
const read = (name: string) => readFileSync(path(name))
const backups = () =>
  readdirSync(home)
    .filter(name => name.includes('backup'))
    .sort()

/** Opens the home, appends an entry where asked, and returns what the journal was when it was opened. */
async function openOnce(appends: boolean): Promise<Buffer> {
  const store = await openStore({ home, now: () => 1 })
  const before = read('journal')
  if (appends) {
    const { seq } = store.journal.begin({ op: 'sweep.run', fleetId: null, fleet: '', operation: 'o', cause: 'user' })
    store.journal.end({ of: seq, outcome: 'done', ms: 1 })
  }
  store.close()
  return before
}

test('each open keeps a backup of a journal that has grown, three in all', async () => {
  await openOnce(true)
  expect(backups()).toEqual([])
  const found: Buffer[] = []
  for (let i = 0; i < 5; i += 1) found.unshift(await openOnce(true))
  expect(backups()).toEqual(['journal.backup-1', 'journal.backup-2', 'journal.backup-3'])
  expect(backups().map(name => read(name).equals(found.shift() as Buffer))).toEqual([true, true, true])
  expect(statSync(path('journal.backup-1')).mode & 0o777).toBe(0o600)
})

test('a journal that has not grown pushes no backup out', async () => {
  await openOnce(true)
  await openOnce(true)
  for (let i = 0; i < 4; i += 1) await openOnce(false)
  expect(backups()).toEqual(['journal.backup-1', 'journal.backup-2'])
  expect(read('journal.backup-1').equals(read('journal'))).toBe(true)
})

test('a journal that was lost and begins anew pushes out no backup that holds more', async () => {
  for (let i = 0; i < 3; i += 1) await openOnce(true)
  const good = read('journal.backup-1')
  rmSync(path('journal'))
  for (let i = 0; i < 2; i += 1) await openOnce(i === 0)
  expect([backups(), read('journal.backup-1').equals(good)]).toEqual([['journal.backup-1', 'journal.backup-2'], true])
})

test('a damaged journal and an empty one replace no backup', async () => {
  await openOnce(true)
  await openOnce(false)
  const good = read('journal.backup-1')
  writeFileSync(path('journal'), Buffer.concat([Buffer.from('damage\n'), good]))
  await openStore({ home, now: () => 1 }).then(store => store.close())
  writeFileSync(path('journal'), '')
  await openOnce(false)
  expect([backups(), read('journal.backup-1').equals(good)]).toEqual([['journal.backup-1'], true])
})
