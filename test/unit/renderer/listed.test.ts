import { expect, test } from 'vitest'
import { create } from 'zustand'
import { followPlaces, type Listed, nothingListed } from '../../../renderer/state/listed.ts'
import type { Failure } from '../../../shared/failure.ts'
import { Name } from '../../../shared/model/ids.ts'
import type { HeardRows } from '../../../shared/rules/all-endpoints.ts'

interface Row {
  readonly id: string
  readonly state: string
}

const [first, lab] = [Name.parse('default'), Name.parse('lab')]
const gone: Failure = { code: 'unreachable', message: 'No engine is listening' }
const row = (id: string, state = 'running'): Row => ({ id, state })

function followed(places: readonly Name[], store = create<Listed<Row>>()(() => nothingListed)) {
  const tells = new Map<Name, (heard: HeardRows<Row>) => void>()
  const stop = followPlaces<Row>(store, {
    places,
    idOf: ({ id }) => id,
    follow(endpoint, tell) {
      tells.set(endpoint, tell)
      return () => void tells.delete(endpoint)
    },
  })
  const hear = (endpoint: Name, rows: Row[] | null, failure: Failure | null = null) =>
    tells.get(endpoint)?.({ rows, failure })
  return { store, stop, hear, followed: tells }
}

test('one endpoint that is silent keeps the rows of the others, and its own that were known', () => {
  const { store, hear } = followed([first, lab])
  expect(store.getState().rows).toBeNull()
  hear(first, [row('a')])
  hear(lab, null, gone)
  expect(store.getState()).toMatchObject({ rows: [{ id: 'a', endpoint: 'default' }], failure: null })
  expect(store.getState().silent).toEqual([{ endpoint: 'lab', failure: gone }])
  hear(lab, [row('a')])
  hear(lab, null, gone)
  expect(store.getState().rows?.map(({ endpoint, id }) => `${endpoint} ${id}`)).toEqual(['default a', 'lab a'])
})

test('a row that says the same stays the same object, whatever is heard of another endpoint', () => {
  const { store, hear } = followed([first, lab])
  hear(first, [row('a'), row('b')])
  const [before] = store.getState().rows ?? []
  hear(lab, [row('c')])
  hear(first, [row('a'), row('b', 'exited')])
  expect(store.getState().rows?.[0]).toBe(before)
  expect(store.getState().rows?.map(({ state }) => state)).toEqual(['running', 'exited', 'running'])
})

test('of one endpoint the reason is told as its own; rows of other endpoints are forgotten', () => {
  const all = followed([first, lab])
  all.hear(first, [row('a')])
  all.hear(lab, [row('b')])
  all.stop()
  expect(all.followed.size).toBe(0)
  const one = followed([lab], all.store)
  expect(one.store.getState()).toEqual({ ...nothingListed, places: [lab] })
  one.hear(lab, null, { ...gone, code: 'refused' })
  expect(one.store.getState()).toMatchObject({ rows: null, failure: { code: 'refused' }, silent: [] })
})

test('what was listed before is there at once when it is looked at again', () => {
  const { store, hear, stop } = followed([first, lab])
  hear(first, [row('a')])
  hear(lab, [row('b')])
  stop()
  const again = followed([first, lab], store)
  again.hear(first, [row('a', 'exited')])
  expect(store.getState().rows?.map(({ id, state }) => `${id} ${state}`)).toEqual(['a exited', 'b running'])
})
