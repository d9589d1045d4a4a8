import { expect, test } from 'vitest'
import { createReplayFilter } from '../../../../shared/rules/log-replays.ts'

interface Line {
  readonly stream: 'out' | 'err'
  readonly time: bigint
  readonly length: number
}

const out = (time: number, length = 1): Line => ({ stream: 'out', time: BigInt(time), length })
const err = (time: number, length = 1): Line => ({ stream: 'err', time: BigInt(time), length })

/** The lines that are captured when an engine sends them in this order, after those that were captured before. */
function capture(lines: readonly Line[], before: readonly Line[] = []): readonly Line[] {
  const captured = [...before]
  const isNew = createReplayFilter(from => captured.filter(({ time }) => time >= from), before.at(-1)?.time ?? null)
  for (const line of lines) if (isNew(line)) captured.push(line)
  return captured.slice(before.length)
}

test('lines that are sent again at a rotation are captured once, each time', () => {
  const lines = [1, 2, 3, 4, 5, 6].map(time => out(time))
  expect(
    capture(lines.flatMap((line, at) => (at % 2 === 1 ? [line, ...lines.slice(at - 1, at + 1)] : [line]))),
  ).toEqual(lines)
  // Only the last line, which is no earlier than itself.
  expect(capture([out(1), out(1), out(2)])).toEqual([out(1), out(2)])
})

test('lines of both streams are captured whichever comes first', () => {
  expect(capture([out(2), err(1), out(3), err(3)])).toEqual([out(2), err(1), out(3), err(3)])
  expect(capture([out(2), err(1), out(2), err(1), out(4)])).toEqual([out(2), err(1), out(4)])
})

test('a clock that was set back loses no line', () => {
  expect(capture([out(100), out(5, 2), out(6, 3), out(101)])).toHaveLength(4)
})

test('lines from before are known when the log is followed anew, and others of the same moment are not', () => {
  const before = [out(1), out(1), err(2)]
  expect(capture([out(1), out(1), out(1), err(2), out(2), out(3)], before)).toEqual([out(1), out(2), out(3)])
})
