import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../support/imports.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const sheets = globSync('renderer/**/*.css', { cwd: root }).filter(file => !file.endsWith('tokens.css'))

test('type has the sizes of the tokens, and nothing else', () => {
  const strays = sheets.flatMap(file =>
    [...read(file).matchAll(/font-size: ([^;]+);/g)].flatMap(([, size = '']) =>
      /^(?:var\(--text-\w+\)|inherit)$/.test(size) ? [] : [`${file}: ${size}`],
    ),
  )
  expect(strays).toEqual([])
})

test('space has the steps of the tokens wherever a step fits', () => {
  const steps = new Set(
    [...read('renderer/styles/tokens.css').matchAll(/--space-[\w-]+: (\d+px);/g)].map(([, px]) => px),
  )
  expect(steps.size).toBe(8)
  const strays = sheets.flatMap(file =>
    [...read(file).matchAll(/\n\s*(?:[a-z]+-)?(?:gap|padding|margin)(?:-[a-z-]+)?: ([^;]+);/g)].flatMap(
      ([, value = '']) => value.split(/\s+/).flatMap(part => (steps.has(part) ? [`${file}: ${value}`] : [])),
    ),
  )
  expect(strays).toEqual([])
})

test('a window starts in the colours of its page', () => {
  const backgrounds = [...read('renderer/styles/tokens.css').matchAll(/--bg: (#\w+);/g)].map(([, colour]) => colour)
  const [, start = ''] = /backgroundColor: (.*),/.exec(read('main/hosts/electron/window.ts')) ?? []
  expect([...start.matchAll(/#\w+/g)].map(([colour]) => colour)).toEqual(backgrounds)
})
