import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openJournal } from '../../../../main/store/journal.ts'
import type { Fleet } from '../../../../shared/model/fleet.ts'
import { decideStep } from '../../../../shared/rules/history.ts'
import { factsOf } from '../../../../shared/rules/lookup.ts'

/** Written by the version before operations had the names of the contract. */
const recorded = fileURLToPath(new URL('./former-names.journal', import.meta.url))

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'flotilla-former-'))
})
afterEach(() => rmSync(home, { recursive: true }))

test('a journal with the former names of operations is read under their names of today', () => {
  const path = join(home, 'journal')
  copyFileSync(recorded, path)
  const journal = openJournal({ path, now: () => 1_700_000_000_000 })
  expect(journal.readOnly()).toBe(null)
  const state = journal.state()
  journal.close()
  expect(state.entries.map(({ op, direction, undoes }) => [op, direction, undoes])).toEqual([
    ['fleet.adopt', null, null],
    ['route.add', null, null],
    ['route.switch', null, null],
    ['route.switch', null, null],
    ['route.switch', 'undo', 7],
    ['route.switch', 'redo', 9],
    ['fleet.checks', null, null],
    ['journal.mark', null, null],
    ['sweep.run', null, null],
    ['rebuild.run', null, null],
  ])
  const sets = ['1', '2'].map(n => ({ id: `s${n}`, version: `v${n}`, state: 'running' }))
  const facts = { ...factsOf(state, { id: 'f1', name: 'shop' } as unknown as Fleet), sets } as never
  expect(decideStep(facts, 'undo')).toMatchObject({ undoes: 7, text: 'Undo: switch shop back to v1' })
  expect(decideStep(facts, 'redo').text).toBe('There is nothing to redo')
})
