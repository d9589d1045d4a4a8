import { expect, test } from 'vitest'
import { overwrittenLine } from '../../../../shared/rules/carriage-returns.ts'

const RED = '\u001b[31m'
const RESET = '\u001b[0m'

test.each([
  ['no carriage return', 'as it is  ', 'as it is  '],
  ['the line break of a terminal', 'line\r', 'line'],
  ['a progress bar', ' 10%\r 50%\r100%', '100%'],
  ['a shorter text over a longer one', 'downloading\rdone', 'doneloading'],
  ['a shorter text that erases the rest', 'downloading\r\u001b[Kdone', 'done'],
  ['a line that is erased as a whole', 'downloading\r\u001b[2Kdone', 'done'],
  ['erasing up to where it stands', 'abc\r\u001b[1Kx', 'xbc'],
  ['colours of both texts', `${RED}downloading${RESET}\rdone`, `done${RED}loading${RESET}`],
  ['characters outside the basic plane', '🚢🚢\r⚓', '⚓🚢'],
])('%s', (_what, text, shown) => {
  expect(overwrittenLine(text)).toBe(shown)
})

test('a very long line is left with its last state', () => {
  const states = Array.from({ length: 20_000 }, (_, at) => `step ${String(at).padStart(5, '0')}`)
  expect(overwrittenLine(states.join('\r'))).toBe('step 19999')
})

test('colours without end stay bounded', () => {
  const shown = overwrittenLine(`${`${RED}x`.repeat(20_000)}\ry`)
  expect(shown.length).toBeLessThan(20_000 * 200)
})
