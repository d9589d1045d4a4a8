import { expect, test } from 'vitest'
import { createTerminalOutput } from '../../../../main/fleet/terminals/terminal-output.ts'
import { TERMINAL_WINDOW, type TerminalOutput } from '../../../../shared/terminal.ts'

function world() {
  let write: (bytes: Uint8Array) => void = () => {}
  const seen = { isPaused: false }
  const outlet = createTerminalOutput({
    onData: listener => {
      write = listener
    },
    pause: () => {
      seen.isPaused = true
    },
    resume: () => {
      seen.isPaused = false
    },
  })
  return { outlet, seen, write: (size: number) => write(Buffer.alloc(size, 'y')) }
}

const lengthOf = (items: readonly TerminalOutput[]) =>
  items.reduce((sum, { bytes }) => sum + Buffer.from(bytes, 'base64').length, 0)

test('a program waits while nobody reads', () => {
  const { outlet, seen } = world()
  expect(seen.isPaused).toBe(true)
  const stop = outlet.follow('one', () => {})
  expect(seen.isPaused).toBe(false)
  stop()
  expect(seen.isPaused).toBe(true)
})

test('it waits for the slowest reader, and no longer for one that has left', () => {
  const { outlet, seen, write } = world()
  outlet.follow('quick', () => {})
  const leave = outlet.follow('slow', () => {})
  write(TERMINAL_WINDOW + 1)
  outlet.heard('quick', TERMINAL_WINDOW + 1)
  expect(seen.isPaused).toBe(true)
  leave()
  expect(seen.isPaused).toBe(false)
})

test('a reader that comes later hears the end of what was written, bounded, and then each byte once', () => {
  const { outlet, write } = world()
  const items: TerminalOutput[] = []
  outlet.follow('early', () => {})
  for (let count = 0; count < 100; count += 1) write(10_000)
  outlet.follow('late', item => items.push(item))
  const first = lengthOf(items)
  expect([items[0]?.reset, items[0]?.end, first <= 128 * 1024, first > 100_000]).toEqual([true, 1_000_000, true, true])
  write(7)
  expect([items.length, items[1]?.reset, items[1]?.end, lengthOf(items) - first]).toEqual([2, false, 1_000_007, 7])
})

test('nobody can claim to have heard what was not written', () => {
  const { outlet, seen, write } = world()
  outlet.follow('one', () => {})
  outlet.heard('one', Number.MAX_SAFE_INTEGER)
  write(TERMINAL_WINDOW + 1)
  expect(seen.isPaused).toBe(true)
})
