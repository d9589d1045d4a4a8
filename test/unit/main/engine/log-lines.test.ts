import { expect, test } from 'vitest'
import { createLineCutter } from '../../../../main/engine/logs.ts'
import type { LogLine } from '../../../../main/engine/model.ts'

const STAMP = '2026-11-21T20:30:00.123456789Z '
const PIECE = 16 * 1024

/** A line as the engine sends it: cut into pieces, each with the time before it. */
function pieces(text: string): string {
  const count = Math.max(1, Math.ceil(text.length / PIECE))
  return Array.from({ length: count }, (_, at) => STAMP + text.slice(at * PIECE, (at + 1) * PIECE)).join('')
}

function cut(text: string, chunkBytes: number): readonly LogLine[] {
  const lines: LogLine[] = []
  const cutter = createLineCutter('out', line => lines.push(line))
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += chunkBytes) cutter.add(bytes.subarray(at, at + chunkBytes))
  cutter.end()
  return lines
}

test.each([1_000, PIECE, 1024 * 1024])(
  'a long line is put together from its pieces, read %i bytes at a time',
  chunk => {
    const long = Array.from({ length: 100_000 }, (_, at) => String(at)).join(' ')
    const lines = cut(`${pieces('first')}\n${pieces(long)}\n${pieces('last')}\n`, chunk)
    expect(lines.map(line => Buffer.from(line.bytes).toString())).toEqual(['first', long, 'last'])
    expect(lines.map(line => line.length)).toEqual([5, long.length, 4])
  },
)

test('of a line over 1 MB the beginning is kept, and its length told', () => {
  const [line, next] = cut(`${pieces('x'.repeat(3 * 1024 * 1024))}\n${pieces('next')}\n`, 100_000)
  expect([line?.bytes.length, line?.length]).toEqual([1024 * 1024, 3 * 1024 * 1024])
  expect(Buffer.from(next?.bytes ?? []).toString()).toBe('next')
})
