import { expect, test } from 'vitest'
import { keepSame } from '../../../renderer/state/keep-same.ts'

test('a reading that says the same is the same object', () => {
  const first = { routes: [{ id: 'a', setId: null }], sets: [] }
  expect(keepSame(first, structuredClone(first))).toBe(first)
})

test('only the way to what changed is new', () => {
  const first = {
    sets: [
      { id: 1, state: 'live' },
      { id: 2, state: 'warm' },
    ],
    fleet: { name: 'shop' },
  }
  const next = structuredClone(first)
  next.sets[1] = { id: 2, state: 'live' }
  const kept = keepSame(first, next)
  expect([kept === first, kept.fleet === first.fleet, kept.sets[0] === first.sets[0], kept]).toEqual([
    false,
    true,
    true,
    next,
  ])
})

test('a key that came or went is a change', () => {
  expect(keepSame({ a: 1 }, { a: 1, b: undefined })).toEqual({ a: 1, b: undefined })
  expect(Object.keys(keepSame({ a: 1, b: 2 }, { a: 1 } as { a: number; b?: number }))).toEqual(['a'])
})
