import { expect, test, vi } from 'vitest'
import { createTypist } from '../../../renderer/views/terminal/typist.ts'
import type { Failure } from '../../../shared/failure.ts'
import { FailureError } from '../../../shared/failure.ts'

const bytes = (size: number) => Uint8Array.from({ length: size }, (_, at) => at % 251)

test('a large paste arrives whole and in order, a piece at a time', async () => {
  const pasted = bytes(5_000_000)
  const sent: Uint8Array[] = []
  let underWay = 0
  const typist = createTypist(
    async piece => {
      underWay += 1
      expect([underWay, piece.length <= 64 * 1024]).toEqual([1, true])
      await new Promise(resolve => setImmediate(resolve))
      sent.push(piece)
      underWay -= 1
    },
    failure => expect.unreachable(failure.message),
  )
  typist.type(pasted)
  typist.type(Uint8Array.of(13))
  await vi.waitFor(() => expect(sent.at(-1)).toEqual(Uint8Array.of(13)))
  expect(Buffer.concat(sent).equals(Buffer.concat([pasted, Uint8Array.of(13)]))).toBe(true)
})

test('what a program does not read is refused with its size, and nothing after it is sent', async () => {
  const refused: [Failure, number][] = []
  let count = 0
  const typist = createTypist(
    async () => {
      count += 1
      if (count === 3) throw new FailureError({ code: 'conflict', message: 'The program does not read' })
    },
    (failure, size) => refused.push([failure, size]),
  )
  typist.type(bytes(64 * 1024 * 4))
  typist.type(bytes(5))
  await vi.waitFor(() => expect(refused).toHaveLength(1))
  expect(refused[0]).toMatchObject([{ code: 'conflict' }, 64 * 1024 * 2 + 5])
  expect(count).toBe(3)
  typist.type(bytes(1))
  await vi.waitFor(() => expect(count).toBe(4))
})

test('more than a terminal could take is refused at once', () => {
  const refused: number[] = []
  const typist = createTypist(
    () => new Promise(() => {}),
    (_failure, size) => refused.push(size),
  )
  typist.type(new Uint8Array(65 * 1024 * 1024))
  expect(refused).toEqual([65 * 1024 * 1024])
})
