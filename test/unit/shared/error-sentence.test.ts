import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { issuesText } from '../../../shared/error-sentence.ts'
import { FailureError, toFailure } from '../../../shared/failure.ts'

const thrown = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    return error
  }
}
const system = (code: string, more: object = {}) =>
  Object.assign(new Error(`${code}: bad, open '/x'`), { code, ...more })

test.each([
  ['a cancel', thrown(() => AbortSignal.abort().throwIfAborted()), 'cancelled', 'Cancelled'],
  ['a file that is not there', thrown(() => readFileSync('/no/such')), 'not-found', 'There is no file /no/such'],
  ['a full disk', system('ENOSPC', { path: '/x' }), 'refused', 'There is no room left on the disk to write /x'],
  ['a read-only disk', system('EROFS', { path: '/x' }), 'refused', 'The disk of /x can only be read'],
  ['a taken port', system('EADDRINUSE', { port: 80 }), 'conflict', 'Another program listens on port 80 already'],
  ['a thrown object', { a: 1 }, 'internal', 'Something failed that was not expected'],
  ['an object as text', new Error('[object Object]'), 'internal', 'Something failed that was not expected'],
  ['nothing', undefined, 'internal', 'Something failed that was not expected'],
  ['a message over several lines', new Error('it broke\n    at x (y.ts:1)\n}'), 'internal', 'It broke'],
  ['a message that is a bracket', new Error('}'), 'internal', 'Something failed that was not expected'],
  ['a failure of ours', new FailureError({ code: 'conflict', message: 'As it is' }), 'conflict', 'As it is'],
])('%s is told in a sentence', (_, error, code, message) => {
  expect(toFailure(error)).toMatchObject({ code, message })
})

test('what does not fit a schema is told by where and why, in one line', () => {
  const schema = z.object({ fleet: z.string(), checks: z.array(z.object({ port: z.int() })) })
  const { error } = schema.safeParse({ fleet: 1, checks: [{ port: 'x' }] })
  expect(issuesText(error?.issues ?? [])).toMatch(/^fleet: Invalid input.*; checks\.0\.port: Invalid input.*$/)
  expect(toFailure(error).message).toMatch(/^Something is not of the expected form: fleet: /)
})
