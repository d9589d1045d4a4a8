import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { agreeToInstall, agreeToRemoval } from '../../../../main/hosts/setup/agree.ts'
import { removeDemo } from '../../../../main/hosts/setup/clean.ts'
import { demoOptions } from '../../../../main/hosts/setup/demo-arguments.ts'
import { isHome, removeHomeFolder } from '../../../../main/hosts/setup/home-folder.ts'
import { homeIdOf } from '../../../../main/store/home-identity.ts'
import { encodeLine } from '../../../../main/store/record-line.ts'

let folder = ''
const path = (name: string) => join(folder, name)
const write = (name: string, text: string | Buffer = '') => writeFileSync(path(name), text)
const consent = { isGiven: true, isTerminal: false, ask: async () => 'y' }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-clean-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a folder of somebody else survives, whatever its files are called', async () => {
  for (const name of ['settings.json', 'journal', 'lock', 'serve.log', 'flotilla.log', 'flotilla.log.1', 'thesis.odt'])
    write(name, 'Dear diary')
  mkdirSync(path('engine'))
  expect(isHome(folder)).toBe(false)
  await expect(removeDemo(folder, {}, { fleet: 'shop', all: true, consent })).rejects.toMatchObject({
    failure: { code: 'refused' },
  })
  expect(existsSync(path('thesis.odt'))).toBe(true)
  expect(existsSync(path('journal'))).toBe(true)
})

test('a home is known by its id, and an older one by its journal with a lock or settings beside it', () => {
  write('journal', encodeLine('{"kind":"begin"}'))
  expect(isHome(folder)).toBe(false)
  write('lock', '{}')
  expect(isHome(folder)).toBe(true)
  rmSync(path('journal'))
  expect(isHome(folder)).toBe(false)
  homeIdOf(folder)
  expect(isHome(folder)).toBe(true)
  write('home-id', 'something else')
  expect(isHome(folder)).toBe(false)
})

test('a home goes whole, and stays whole where it holds something that is not ours', async () => {
  homeIdOf(folder)
  for (const name of ['journal', 'journal.damaged-1', 'format', 'lock-0a1b', 'settings.json', 'trash-clock.json'])
    write(name)
  mkdirSync(path('logs'))
  write('thesis.odt')
  expect(await removeHomeFolder(folder)).toEqual(['thesis.odt'])
  expect([existsSync(path('thesis.odt')), existsSync(path('journal'))]).toEqual([true, true])
  rmSync(path('thesis.odt'))
  expect(await removeHomeFolder(folder)).toEqual([])
  expect(existsSync(folder)).toBe(false)
})

test('a removal is agreed to on a terminal, and has to be said beforehand where there is none', async () => {
  const ask = (answer: string) => async () => answer
  await agreeToRemoval({ isGiven: false, isTerminal: true, ask: ask('y') })
  await agreeToRemoval({ isGiven: true, isTerminal: false, ask: ask('') })
  await expect(agreeToRemoval({ isGiven: false, isTerminal: true, ask: ask('') })).rejects.toMatchObject({
    failure: { code: 'cancelled' },
  })
  await expect(agreeToRemoval({ isGiven: false, isTerminal: false, ask: ask('y') })).rejects.toMatchObject({
    failure: { code: 'refused', hint: 'Add --yes' },
  })
})

test('before something is installed a terminal is asked, and where nobody can answer it goes ahead', async () => {
  const asked: string[] = []
  const consent = (answer: string, more: object = {}) => ({
    ...{ isGiven: false, isTerminal: true, ...more },
    ask: async (question: string) => {
      asked.push(question)
      return answer
    },
  })
  const hint = 'sudo apt-get install nginx'
  const install = (answer: string, more?: object) => agreeToInstall(consent(answer, more), 'Install: nginx?', hint)
  await install('')
  await install('y')
  await expect(install('n')).rejects.toMatchObject({ failure: { code: 'cancelled', hint } })
  expect(asked).toEqual(Array(3).fill('Install: nginx? [Y/n] '))
  await install('n', { isTerminal: false })
  await install('n', { isGiven: true })
  expect(asked).toHaveLength(3)
})

test('the demo takes its own options and refuses all others, before anything is started', () => {
  const off = { clean: false, all: false, yes: false, help: false }
  expect(demoOptions([])).toEqual(off)
  expect(demoOptions(['--clean', '--all', '--yes'])).toEqual({ ...off, clean: true, all: true, yes: true })
  expect(demoOptions(['-h'])).toEqual({ ...off, help: true })
  for (const args of [['--claen'], ['clean'], ['--clean=all']])
    expect(() => demoOptions(args)).toThrow(`This cannot be used: ${args[0]}`)
})
