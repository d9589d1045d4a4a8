import { expect, test } from 'vitest'
import { levelOf } from '../../../renderer/views/logs/levels.ts'
import { rowsOf } from '../../../renderer/views/logs/log-rows.ts'
import { spansOf } from '../../../renderer/views/logs/sgr.ts'

test('colours become looks, and nothing else of a sequence is obeyed or lost', () => {
  expect(
    spansOf('plain \u001b[1;31mred\u001b[0m \u001b[38;5;196mcube\u001b[48;2;1;2;300mtrue\u001b[39;49m end'),
  ).toEqual([
    { text: 'plain ', look: {} },
    { text: 'red', look: { isBold: true, colour: 1 } },
    { text: ' ', look: {} },
    { text: 'cube', look: { colour: [255, 0, 0] } },
    { text: 'true', look: { colour: [255, 0, 0], background: [1, 2, 255] } },
    { text: ' end', look: {} },
  ])
  expect(spansOf('\u001b[2J\u001b]52;c;aGk=\u0007<b>')).toEqual([
    { text: '\u001b[2J\u001b]52;c;aGk=\u0007<b>', look: {} },
  ])
  expect(spansOf('')).toEqual([])
})

test('a line of nothing but sequences makes no more pieces than a person can see', () => {
  const spans = spansOf('\u001b[31mx'.repeat(5000))
  expect(spans.length).toBeLessThan(250)
  expect(
    spans
      .map(({ text }) => text)
      .join('')
      .replaceAll('\u001b[31m', ''),
  ).toBe('x'.repeat(5000))
})

test('a level is guessed by words at the beginning', () => {
  const levels = ['ERROR no', '\u001b[33mWARN\u001b[0m slow', '[debug] miss', 'a terror', `${'x'.repeat(300)} error`]
  expect(levels.map(levelOf)).toEqual(['error', 'warning', 'debug', 'plain', 'plain'])
})

test('a switch stands between the lines that it came between', () => {
  const line = (at: number) => ({ at, seq: at }) as any
  const entry = (at: number, op: string, outcome = 'done') => ({ at, op, outcome, from: 'v1', to: 'v2' }) as any
  const entries = [
    entry(5, 'route.switch'),
    entry(6, 'set.check'),
    entry(7, 'route.switch', 'failed'),
    entry(99, 'route.switch'),
  ]
  expect(
    rowsOf([line(1), line(5), line(9)], entries).map(row => (row.kind === 'line' ? row.line.at : row.kind)),
  ).toEqual([1, 5, 'switch', 9])
})
