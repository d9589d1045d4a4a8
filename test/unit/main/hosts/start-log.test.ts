import { expect, test } from 'vitest'
import { readStartLog, stepLine } from '../../../../main/hosts/start-log.ts'

const failure = (code: string, message: string) => JSON.stringify({ code, message, hint: 'Do this' }, null, 2)

test('a start that failed is told by the sentence of its failure, never by the end of the document', () => {
  const log = `${stepLine('open the home')}\nthe engine is slow\n${failure('conflict', 'Another process has this home open')}\n`
  expect(readStartLog(log)).toEqual({
    step: 'open the home',
    failure: expect.objectContaining({ message: 'Another process has this home open', hint: 'Do this' }),
  })
})

test('a start that crashed is told by the message of its error, without the stack', () => {
  const crash = [
    'file:///app/main/app.ts:12',
    '  throw new TypeError("x")',
    '        ^',
    '',
    'TypeError [ERR_X]: The journal is not a file',
    '    at open (file:///app/main/app.ts:12:9) {',
    "  code: 'ERR_X'",
    '}',
    '',
    'Node.js v24.1.0',
  ]
  expect(readStartLog(crash.join('\n')).failure).toEqual({ message: 'The journal is not a file' })
})

test('of other text the last line with words is told; a log that says nothing tells no reason', () => {
  expect(readStartLog('Segmentation fault\n}\n').failure).toEqual({ message: 'Segmentation fault' })
  expect(readStartLog(`${stepLine('begin')}\n`)).toEqual({ step: 'begin', failure: null })
  expect(readStartLog('')).toEqual({ step: null, failure: null })
})
