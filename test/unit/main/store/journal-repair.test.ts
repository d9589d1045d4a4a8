import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { planRepair, repairJournal } from '../../../../main/store/journal-repair.ts'
import { openStore } from '../../../../main/store/open-store.ts'
import { encodeLine } from '../../../../main/store/record-line.ts'

const now = 1_700_000_000_000
let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'flotilla-repair-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const path = (name: string) => join(home, name)
const open = () => openStore({ home, now: () => now })

/** Opens the home, appends so many entries of two records each, and returns the journal's file. */
async function written(entries: number): Promise<Buffer> {
  const store = await open()
  for (let i = 0; i < entries; i += 1) {
    const { seq } = store.journal.begin({
      op: 'sweep.run',
      fleetId: null,
      fleet: '',
      operation: `o${i}`,
      cause: 'user',
    })
    store.journal.end({ of: seq, outcome: 'done', ms: i })
  }
  store.close()
  return readFileSync(path('journal'))
}

/** Spoils one line, counted from 1. */
function spoil(bytes: Buffer, line: number): Buffer {
  const lines = bytes.toString('latin1').split('\n')
  lines[line - 1] = lines[line - 1]?.replace('"cause":"user"', '"cause":"uSer"').replace('"done"', '"dOne"') ?? ''
  return Buffer.from(lines.join('\n'), 'latin1')
}

async function entriesNow() {
  const store = await open()
  const { entries } = store.journal.state()
  const found = {
    readOnly: store.journal.readOnly(),
    entries: entries.map(({ seq, ms, outcome }) => [seq, ms, outcome]),
  }
  const { seq } = store.journal.begin({ op: 'sweep.run', fleetId: null, fleet: '', operation: 'o', cause: 'user' })
  store.close()
  return { ...found, next: seq }
}

test('a damaged journal keeps every record that can be read, and can be written again', async () => {
  const spoilt = spoil(spoil(await written(4), 3), 4)
  writeFileSync(path('journal'), spoilt)
  expect(planRepair(home)).toEqual({
    journal: { file: 'journal', records: 6, damagedLines: 2, lastAt: now, isSound: false },
    backups: [],
    source: 'journal',
    kept: 6,
    missing: 2,
    repeated: 0,
    closed: 0,
  })
  expect([
    readFileSync(path('journal')).equals(spoilt),
    readdirSync(home).some(name => name.includes('damaged')),
  ]).toEqual([true, false])
  const aside = repairJournal(home, now) ?? ''
  expect(readFileSync(aside).equals(spoilt)).toBe(true)
  expect(await entriesNow()).toEqual({
    readOnly: null,
    entries: [
      [1, 0, 'done'],
      [3, 2, 'done'],
      [5, 3, 'done'],
    ],
    next: 7,
  })
})

test('an operation whose end was lost is not walked back at the next start', async () => {
  writeFileSync(path('journal'), spoil(await written(2), 2))
  expect(planRepair(home)).toMatchObject({ kept: 3, missing: 1, closed: 1 })
  repairJournal(home, now)
  expect(await entriesNow()).toEqual({
    readOnly: null,
    entries: [
      [1, 0, 'interrupted'],
      [2, 1, 'done'],
    ],
    next: 5,
  })
})

test('a journal can be made from a backup', async () => {
  const good = await written(2)
  await written(1)
  writeFileSync(path('journal'), 'nothing of it is left\n')
  expect(planRepair(home)).toMatchObject({
    journal: { records: 0, damagedLines: 1, isSound: false },
    backups: [{ file: 'journal.backup-1', records: 4, damagedLines: 0, isSound: true }],
    source: 'journal.backup-1',
    kept: 4,
  })
  expect(planRepair(home, 'journal.backup-1')).toMatchObject({ source: 'journal.backup-1', kept: 4, missing: 2 })
  repairJournal(home, now, 'journal.backup-1')
  expect(readFileSync(path('journal')).equals(good)).toBe(true)
  for (const name of ['journal.backup-2', 'settings.json', '../journal'])
    expect(() => planRepair(home, name)).toThrow(/has no backup/)
})

test('a journal that lost its end is no sound one, and is written again with the records that are left', async () => {
  const whole = await written(3)
  const lines = whole.toString('latin1').split('\n')
  writeFileSync(path('journal'), lines.slice(0, 3).join('\n'), 'latin1')
  expect(planRepair(home)).toMatchObject({ journal: { isSound: false }, kept: 3, missing: 3, closed: 1 })
  repairJournal(home, now)
  expect(await entriesNow()).toMatchObject({ readOnly: null, next: 5 })
})

test('a lost journal can be made from a backup, and there is no old one to keep', async () => {
  await written(1)
  const good = await written(0)
  rmSync(path('journal'))
  expect(repairJournal(home, now, 'journal.backup-1')).toBe(null)
  expect(readFileSync(path('journal')).equals(good)).toBe(true)
})

test('a torn tail is no damage, and no record of a newer version is ever dropped', async () => {
  const good = await written(1)
  writeFileSync(path('journal'), Buffer.concat([good, Buffer.from('0000')]))
  expect(planRepair(home).journal).toMatchObject({ records: 2, damagedLines: 0, isSound: true })
  const newer = Buffer.concat([Buffer.from('damage\n'), good, encodeLine('{"kind":"later","seq":3}')])
  writeFileSync(path('journal'), newer)
  expect(() => repairJournal(home, now)).toThrow(/newer Flotilla/)
  expect([readFileSync(path('journal')).equals(newer), existsSync(path('journal.damaged'))]).toEqual([true, false])
})

test.each([
  ['emptied', Buffer.alloc(0)],
  ['zeroed', Buffer.alloc(4096)],
])(
  'a journal that was %s is read-only where a backup has its records, and is repaired from that',
  async (_how, bytes) => {
    await written(2)
    await written(1)
    await written(0)
    writeFileSync(path('journal'), bytes)
    const store = await open()
    expect(store.journal.readOnly()).toMatch(
      /damaged.*It holds no record any more, and journal\.backup-1 beside it does/,
    )
    store.close()
    expect(planRepair(home)).toMatchObject({ journal: { isSound: false }, source: 'journal.backup-1', kept: 6 })
    repairJournal(home, now)
    expect((await entriesNow()).entries).toHaveLength(3)
  },
)
