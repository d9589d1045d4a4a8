import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../support/imports.ts'

test('each test that the page of threats names is there', () => {
  const page = readFileSync(join(root, 'main/THREATS.md'), 'utf8')
  const named = [...page.matchAll(/`(test\/[^`]+)`/g)].map(([, path]) => path ?? '')
  expect(named.length).toBeGreaterThan(30)
  expect(named.filter(path => !existsSync(join(root, path)))).toEqual([])
})

test('each defence of the page of threats but one names a test that holds it', () => {
  const rows = readFileSync(join(root, 'main/THREATS.md'), 'utf8')
    .split('\n')
    .filter(line => line.startsWith('| ') && !line.startsWith('| could'))
  expect(rows.filter(row => !row.includes('`test/')).map(row => row.split(' | ')[0])).toEqual([
    '| call the live fleet by its route',
  ])
})
