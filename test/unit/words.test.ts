import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../support/imports.ts'

const files = globSync(
  ['main', 'renderer', 'shared', 'test'].map(folder => `${folder}/**/*.{ts,tsx}`),
  { cwd: root },
)
  .map(file => file.split(sep).join('/'))
  .filter(file => !/(?:^|\/)(?:node_modules|dist)\//.test(file))

function lines(file: string): string[] {
  return readFileSync(join(root, file), 'utf8').split('\n')
}

test('no file is longer than one can hold in mind', () => {
  expect(files.filter(file => lines(file).length > 401)).toEqual([])
})

test('files are named for what they hold', () => {
  const vague = /(?:^|\/)(?:index|utils?|helpers?|misc|common|manager|constants)\.tsx?$/
  expect(files.filter(file => vague.test(file))).toEqual([])
})

test('nothing is left to be done later without saying so', () => {
  const left = files
    .filter(file => !file.endsWith('words.test.ts'))
    .flatMap(file =>
      lines(file).flatMap((line, index) => (/\b(?:TODO|FIXME|XXX|HACK)\b/.test(line) ? [`${file}:${index + 1}`] : [])),
    )
  expect(left).toEqual([])
})

/** Each thing has one word. These are the others, where a name or a text for people would use them. */
const SYNONYMS = /\b(?:rollback|rolledBack|redeploy|promote[sd]?)\b/i

test('the glossary has one word for each thing', () => {
  const strays = files
    .filter(file => !file.startsWith('test/') && !file.startsWith('shared/compose/'))
    .flatMap(file =>
      lines(file).flatMap((line, index) => (SYNONYMS.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
    )
  expect(strays).toEqual([])
})

/** A comment, or a line of one, that begins with a word whose subject stands elsewhere or nowhere. */
const NO_SUBJECT = /^\s*(?:\/\/|\/\*\*|\*) (?:It|What|Who|Those|This|They|That|These)\b/

test('a comment names its subject', () => {
  const bare = files.flatMap(file =>
    lines(file).flatMap((line, index) => (NO_SUBJECT.test(line) ? [`${file}:${index + 1}`] : [])),
  )
  expect(bare).toEqual([])
})
