import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { claimHome, homeIdOf, separateHome } from '../../../../main/store/home-identity.ts'

let folder = ''
const at = (name: string) => join(folder, name)
const refused = { failure: { code: 'conflict' } }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-identity-'))
  mkdirSync(at('home'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const copy = () => cpSync(at('home'), at('copy'), { recursive: true })
const failureOf = (act: () => unknown) => {
  try {
    act()
  } catch (error) {
    return error
  }
  return null
}

test('a new home has a random id that stays', () => {
  const id = homeIdOf(at('home'), 'm1')
  expect(id).toMatch(/^[0-9a-f]{16}$/)
  expect(homeIdOf(at('home'), 'm1')).toBe(id)
  mkdirSync(at('other'))
  expect(homeIdOf(at('other'), 'm1')).not.toBe(id)
})

test('a home from before there were ids keeps the one that its labels have', () => {
  writeFileSync(join(at('home'), 'journal'), '')
  const hash = createHash('sha256').update(at('home')).digest('hex').slice(0, 16)
  expect(homeIdOf(at('home'), 'm1')).toBe(hash)
})

test('a moved home is the same home', () => {
  const id = homeIdOf(at('home'), 'm1')
  renameSync(at('home'), at('moved'))
  expect(homeIdOf(at('moved'), 'm1')).toBe(id)
  expect(homeIdOf(at('moved'), 'm1')).toBe(id)
})

test('a copied home is refused until it is said whose it is', () => {
  const id = homeIdOf(at('home'), 'm1')
  copy()
  expect(failureOf(() => homeIdOf(at('copy'), 'm1'))).toMatchObject(refused)
  expect(failureOf(() => homeIdOf(at('home'), 'm2'))).toMatchObject(refused)
  expect(homeIdOf(at('home'), 'm1')).toBe(id)
  claimHome(at('copy'), 'm1')
  expect(homeIdOf(at('copy'), 'm1')).toBe(id)
})

test('a copied home can begin anew, and its old journal is kept aside', () => {
  writeFileSync(join(at('home'), 'journal'), 'what was done')
  writeFileSync(join(at('home'), 'journal.backup-1'), 'what was')
  const id = homeIdOf(at('home'), 'm1')
  copy()
  const aside = separateHome(at('copy'), 0, 'm1') ?? ''
  expect(readFileSync(aside, 'utf8')).toBe('what was done')
  expect(readFileSync(join(at('copy'), 'journal.backup-1.separated-19700101T000000000Z'), 'utf8')).toBe('what was')
  expect(['journal', 'journal.backup-1'].map(name => existsSync(join(at('copy'), name)))).toEqual([false, false])
  expect(homeIdOf(at('copy'), 'm1')).not.toBe(id)
})

test('an id that cannot be read is never replaced unseen', () => {
  writeFileSync(join(at('home'), 'home-id'), '{')
  expect(failureOf(() => homeIdOf(at('home'), 'm1'))).toMatchObject(refused)
  expect(readFileSync(join(at('home'), 'home-id'), 'utf8')).toBe('{')
})
