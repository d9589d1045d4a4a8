import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSecrets } from '../../../../main/store/secrets.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'flotilla-secrets-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const values = ['hunter2', '', '{{secret:0011}}', 'ключ\u0000\n🔑', '__proto__', 'x'.repeat(100_000)]

test('a sealed value comes back by its reference, also after a restart', () => {
  const secrets = openSecrets(home)
  const references = values.map(value => secrets.seal(value))
  expect(references.every(reference => /^[0-9a-f]{16}$/.test(reference))).toBe(true)
  expect(new Set(references).size).toBe(values.length)
  const again = openSecrets(home)
  expect(references.map(reference => again.open(reference))).toEqual(values)
  expect(values.map(value => again.seal(value))).toEqual(references)
})

test('a reference that this home never saw opens nothing', () => {
  const secrets = openSecrets(home)
  expect([secrets.open('0123456789abcdef'), secrets.open('__proto__'), secrets.open('constructor')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

test('only the owner can read the values and the key', () => {
  openSecrets(home).seal('hunter2')
  const directory = join(home, 'secrets')
  const mode = (path: string) => statSync(path).mode & 0o777
  expect(mode(directory)).toBe(0o700)
  expect(readdirSync(directory).map(name => [name, mode(join(directory, name))])).toEqual([
    ['key', 0o600],
    ['secrets.json', 0o600],
    ['secrets.json.last-good', 0o600],
  ])
})

test('the same value has another reference in another home', () => {
  const other = mkdtempSync(join(tmpdir(), 'flotilla-secrets-'))
  try {
    expect(openSecrets(home).seal('hunter2')).not.toBe(openSecrets(other).seal('hunter2'))
  } finally {
    rmSync(other, { recursive: true })
  }
})

test('a broken file is kept aside and the last good copy takes its place', () => {
  const secrets = openSecrets(home)
  const reference = secrets.seal('hunter2')
  const path = join(home, 'secrets', 'secrets.json')
  truncateSync(path, 20)
  const broken = readFileSync(path)
  expect(openSecrets(home).open(reference)).toBe('hunter2')
  const aside = readdirSync(join(home, 'secrets')).filter(name => name.includes('.broken-'))
  expect(aside.map(name => readFileSync(join(home, 'secrets', name)))).toEqual([broken])
})

test('when both copies are broken they are kept and new secrets can be sealed', () => {
  const path = join(home, 'secrets', 'secrets.json')
  openSecrets(home).seal('hunter2')
  writeFileSync(path, '[')
  writeFileSync(`${path}.last-good`, '[')
  const secrets = openSecrets(home)
  expect(secrets.open(secrets.seal('again'))).toBe('again')
})

test('what is forgotten is in no file any more, and the rest stays', () => {
  const secrets = openSecrets(home)
  const [kept, gone] = ['hunter2', 'doomed-value'].map(value => secrets.seal(value))
  secrets.forget([gone ?? '', 'ffffffffffffffff'])
  expect([secrets.open(kept ?? ''), secrets.open(gone ?? '')]).toEqual(['hunter2', undefined])
  const directory = join(home, 'secrets')
  const texts = readdirSync(directory).map(name => readFileSync(join(directory, name), 'latin1'))
  expect(texts.filter(text => text.includes('doomed-value'))).toEqual([])
  expect(openSecrets(home).open(kept ?? '')).toBe('hunter2')
  expect(secrets.seal('doomed-value')).toBe(gone)
  expect(openSecrets(home).open(gone ?? '')).toBe('doomed-value')
})
