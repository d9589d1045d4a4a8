import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HOME_FORMAT } from '../../../../main/store/home-format.ts'
import { homeIdOf } from '../../../../main/store/home-identity.ts'
import { acquireLock } from '../../../../main/store/lock.ts'
import { encodeLine } from '../../../../main/store/record-line.ts'
import { runLine } from '../../../support/command-line.ts'

let folder = ''
let home = ''
let copy = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-home-commands-'))
  home = join(folder, 'home')
  copy = join(folder, 'copy')
  mkdirSync(home)
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A home with an id and a journal, and its copy, which the app refuses. */
function makeCopy(): string {
  writeFileSync(join(home, 'journal'), 'what was done')
  const id = homeIdOf(home)
  cpSync(home, copy, { recursive: true })
  expect(() => homeIdOf(copy)).toThrow(/is a copy/)
  return id
}

const flotilla = (line: string, answers: string[] = [], at = copy) => runLine(line, { home: at, answers })

test('a copied home that is claimed has the id of the one it was copied from', async () => {
  const id = makeCopy()
  expect(await flotilla('home claim')).toMatchObject({ code: 0, out: expect.stringContaining(copy), notes: '' })
  expect(homeIdOf(copy)).toBe(id)
  expect(readFileSync(join(copy, 'journal'), 'utf8')).toBe('what was done')
})

test('a copied home that is separated has an id of its own, and its old journal is kept', async () => {
  const id = makeCopy()
  const { code, out } = await flotilla('home separate --json')
  const { journal } = JSON.parse(out)
  expect([code, readFileSync(journal, 'utf8')]).toEqual([0, 'what was done'])
  expect([homeIdOf(copy) === id, existsSync(join(copy, 'journal'))]).toEqual([false, false])
  expect(homeIdOf(home)).toBe(id)
})

test('on a terminal both ask first, and do nothing without a yes', async () => {
  makeCopy()
  for (const command of ['claim', 'separate']) {
    const { code, notes } = await flotilla(`home ${command}`, ['n'])
    expect([code, notes]).toEqual([1, expect.stringMatching(/\[y\/N\]\nNothing was done/)])
    expect(() => homeIdOf(copy)).toThrow(/is a copy/)
  }
  expect((await flotilla('home claim', ['y'])).code).toBe(0)
  expect(homeIdOf(copy)).toBe(homeIdOf(home))
})

test('a home that is open, of a newer version, none or absent is left as it is', async () => {
  makeCopy()
  const before = readFileSync(join(copy, 'home-id'), 'utf8')
  const lock = acquireLock(copy)
  expect((await flotilla('home claim')).notes).toContain('already has this home open')
  lock.release()
  writeFileSync(join(copy, 'format'), String(HOME_FORMAT + 1))
  expect((await flotilla('home separate')).notes).toContain('newer Flotilla')
  expect([readFileSync(join(copy, 'home-id'), 'utf8'), existsSync(join(copy, 'journal'))]).toEqual([before, true])
  mkdirSync(join(folder, 'other'))
  expect((await flotilla('home claim', [], join(folder, 'other'))).notes).toContain('is not a home of Flotilla')
  expect((await flotilla('home claim', [], join(folder, 'absent'))).notes).toContain('There is no home at')
  expect([readdirSync(join(folder, 'other')), existsSync(join(folder, 'absent'))]).toEqual([[], false])
})

describe('home repair', () => {
  const record = (seq: number) => encodeLine(JSON.stringify({ ...begin, seq }))
  const begin = {
    ...{
      kind: 'begin',
      at: 1,
      fleetId: null,
      fleet: '',
      endpoint: 'default',
      op: 'sweep.run',
      operation: 'o',
      cause: 'user',
    },
    ...{ from: null, to: null, forced: false, undoes: null, changes: [] },
  }
  const damaged = Buffer.concat([record(1), Buffer.from('damage\n'), record(3)])
  const journal = () => readFileSync(join(home, 'journal'))
  const repair = (options: string, answers: string[] = []) => flotilla(`home repair ${options}`.trim(), answers, home)

  beforeEach(() => {
    writeFileSync(join(home, 'journal'), damaged)
    writeFileSync(join(home, 'journal.backup-1'), Buffer.concat([record(1), record(2)]))
  })

  test('shows what each file holds and what is kept, and does nothing with --dry-run', async () => {
    const { code, out } = await repair('--dry-run')
    expect(code).toBe(0)
    expect(out).toMatch(
      /^FILE +RECORDS +DAMAGED LINES +LAST RECORD\njournal +2 +1 +\d{4}-.*\njournal.backup-1 +2 +0 +\d{4}-/,
    )
    expect(out).toContain('made from journal: 2 records kept, 1 missing')
    expect(out).toContain('Recorded as interrupted because the end may be lost: 1 operation')
    expect(journal()).toEqual(damaged)
  })

  test('asks on a terminal, and writes the journal after a yes', async () => {
    expect(await repair('', ['n'])).toMatchObject({ code: 1, notes: expect.stringContaining('2 records kept') })
    expect(journal()).toEqual(damaged)
    const { code, out } = await repair('', ['y'])
    const [aside = ''] = readdirSync(home).filter(name => name.startsWith('journal.damaged-'))
    expect([code, out.includes(aside), readFileSync(join(home, aside)).equals(damaged)]).toEqual([0, true, true])
    expect((await repair('')).out).toContain('The journal is sound: there is nothing to repair')
  })

  test('has to be agreed to beforehand by a script', async () => {
    for (const options of ['', '--json']) {
      expect(await repair(options)).toMatchObject({ code: 1, notes: expect.stringContaining('--yes') })
      expect(journal()).toEqual(damaged)
    }
    const { code, out } = await repair('--json --yes')
    const { aside, kept } = JSON.parse(out)
    expect([code, kept, readFileSync(aside).equals(damaged)]).toEqual([0, 2, true])
  })

  test('makes the journal from a backup that is named', async () => {
    expect((await repair('--yes --from journal.backup-1')).code).toBe(0)
    expect(
      journal()
        .toString()
        .match(/"seq":\d+/g),
    ).toEqual(['"seq":1', '"seq":2'])
    expect((await repair('--yes --from journal.backup-2')).notes).toContain('has no backup journal.backup-2')
  })
})
