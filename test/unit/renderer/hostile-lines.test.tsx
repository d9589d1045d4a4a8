// @vitest-environment jsdom
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { JsonCells } from '../../../renderer/views/logs/json-cells.tsx'
import { jsonLineOf } from '../../../renderer/views/logs/json-lines.ts'
import { LogText } from '../../../renderer/views/logs/log-text.tsx'

const shown = (markup: string) => {
  const place = document.createElement('div')
  place.innerHTML = markup
  return place
}
const hostile =
  '\u001b[31mred\u001b[0m \u001b[2J\u001b]0;title\u0007\u001b]8;;http://evil\u0007link \0 \ufffd \u202egnp.exe <img src=x onerror=alert(1)>'

test('a hostile line is text: no markup of its own, no sequence obeyed, no mark unseen', () => {
  const place = shown(renderToStaticMarkup(<LogText text={hostile} query={null} isWhole />))
  expect(place.querySelector('img, a, script')).toBe(null)
  expect(place.textContent).toBe(
    'red ⟨U+001B⟩[2J⟨U+001B⟩]0;title⟨U+0007⟩⟨U+001B⟩]8;;http://evil⟨U+0007⟩link ⟨U+0000⟩ \ufffd ⟨U+202E⟩gnp.exe <img src=x onerror=alert(1)>',
  )
})

test('a hostile line of JSON is as inert in columns, its names too', () => {
  const text = JSON.stringify({ msg: hostile, '<b>': hostile, 'a\u202eb': 1, ['__proto__']: { x: 1 } })
  const line = jsonLineOf(text)
  if (line === null) throw new Error(text)
  const place = shown(renderToStaticMarkup(<JsonCells line={line} columns={['<b>']} query={null} />))
  expect(place.querySelector('img, a, b, script')).toBe(null)
  expect(place.textContent).toContain('a⟨U+202E⟩b=1')
  expect(place.textContent).toContain('__proto__={"x":1}')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(/[\u0000-\u0008\u001b\u202e]/.test(place.innerHTML)).toBe(false)
})

test('of a line of 10 MB a list shows the beginning, and hits are marked in it', () => {
  const query = { text: 'needle', kind: 'text', matchCase: false } as const
  const place = shown(renderToStaticMarkup(<LogText text={`needle ${'x'.repeat(10_000_000)}`} query={query} />))
  expect([place.querySelector('mark')?.textContent, (place.textContent?.length ?? 0) < 3_000]).toEqual(['needle', true])
})
