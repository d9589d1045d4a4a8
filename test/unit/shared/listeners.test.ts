import { expect, test } from 'vitest'
import { createListeners } from '../../../shared/listeners.ts'

test('every listener hears, one that is added twice hears twice, and one that is taken away hears no more', () => {
  const heard: string[] = []
  const listeners = createListeners<[what: string]>()
  const listen = (what: string) => void heard.push(what)
  const stops = [listeners.add(listen), listeners.add(listen)]
  listeners.tell('a')
  stops[0]?.()
  listeners.tell('b')
  expect(heard).toEqual(['a', 'a', 'b'])
  expect(listeners.size).toBe(1)
  listeners.clear()
  listeners.tell('c')
  expect(heard).toEqual(['a', 'a', 'b'])
})

test('a listener that takes another away while it hears keeps nobody from hearing', () => {
  const heard: number[] = []
  const listeners = createListeners()
  listeners.add(() => stop())
  const stop = listeners.add(() => void heard.push(1))
  listeners.add(() => void heard.push(2))
  listeners.tell()
  listeners.tell()
  expect(heard).toEqual([1, 2, 2])
})

test('an error is told to whoever wants it, and goes to the caller otherwise', () => {
  const errors: unknown[] = []
  const calm = createListeners(error => errors.push(error))
  const heard: number[] = []
  calm.add(() => fail())
  calm.add(() => void heard.push(1))
  calm.tell()
  expect([errors, heard]).toEqual([[new Error('bug')], [1]])
  const plain = createListeners()
  plain.add(() => fail())
  expect(() => plain.tell()).toThrow('bug')
})

function fail(): never {
  throw new Error('bug')
}
