import { expect, test } from 'vitest'
import type { JournalRecord } from '../../../../shared/model/journal.ts'
import { foldAll, type State } from '../../../../shared/rules/fold.ts'
import {
  copiedBy,
  imagesOfCopies,
  isLeftover,
  leftoverReferences,
  pendingOf,
  recoveryOf,
  unfinishedCopies,
  unfinishedRenames,
} from '../../../../shared/rules/leftovers.ts'

type Begin = Extract<JournalRecord, { kind: 'begin' }>
type End = Extract<JournalRecord, { kind: 'end' }>

const begin = (more: Partial<Begin>): Begin => ({
  kind: 'begin',
  seq: 1,
  at: 0,
  fleetId: 'f' as Begin['fleetId'],
  fleet: 'shop',
  endpoint: 'default' as Begin['endpoint'],
  op: 'set.launch',
  operation: 'ab12cd34ef56',
  cause: 'user',
  from: null,
  to: null,
  forced: false,
  undoes: null,
  changes: [],
  names: [],
  removes: null,
  ...more,
})
const end = (outcome: End['outcome'], more: Partial<End> = {}): End => ({
  kind: 'end',
  seq: 2,
  at: 0,
  of: 1,
  outcome,
  ms: 0,
  detail: '',
  failure: null,
  to: null,
  changes: [],
  removes: null,
  ...more,
})
const labels = new Map([['flotilla.operation', 'ab12cd34ef56']])
const named = (name: string) => ({ id: 'c1', name, labels })
const launch = begin({ names: ['shop-1-web-1', 'shop-1'] })

test('a leftover has a name that an operation without success was going to give', () => {
  const cases: [State, string, boolean][] = [
    [foldAll([launch]), 'shop-1-web-1', false],
    [foldAll([launch, end('done')]), 'shop-1-web-1', false],
    [foldAll([launch, end('interrupted')]), 'shop-1-web-1', true],
    [foldAll([launch, end('failed')]), 'shop-1', true],
    [foldAll([launch, end('failed')]), 'my-debug-copy', false],
    [foldAll([begin({}), end('failed')]), 'shop-1-web-1', false],
  ]
  for (const [state, name, isLeft] of cases) expect(isLeftover(state, named(name)), name).toBe(isLeft)
  expect(isLeftover(foldAll([launch, end('failed')]), { ...named('shop-1-web-1'), labels: new Map() })).toBe(false)
})

test('of an image only tags of a failed operation go, and its id only where it never had one', () => {
  const snapshot = begin({ op: 'snapshot.take' })
  const failed = foldAll([snapshot, end('interrupted')])
  const image = { id: 'sha256:1', labels: new Map([...labels, ['flotilla.role', 'snapshot']]) }
  const given = 'flotilla/shop/web:v2-ab12cd34'
  expect(leftoverReferences(failed, { ...image, tags: [given, 'mine:1'] })).toEqual([given])
  expect(leftoverReferences(failed, { ...image, tags: ['mine:1'] })).toEqual([])
  expect(leftoverReferences(failed, { ...image, tags: ['flotilla/other/web:v2-ab12cd34'] })).toEqual([])
  expect(leftoverReferences(failed, { ...image, tags: [] })).toEqual(['sha256:1'])
  expect(leftoverReferences(failed, { ...image, tags: [], labels: new Map() })).toEqual([])
  const succeeded = foldAll([snapshot, end('done')])
  for (const tags of [[], [given]]) expect(leftoverReferences(succeeded, { ...image, tags })).toEqual([])
  expect(leftoverReferences({ ...failed, committed: new Set(['sha256:1']) }, { ...image, tags: [] })).toEqual([])
})

test('a removal is finished, a switch carried out, anything else walked back', () => {
  const removes = { containers: ['c1', 'c2'], networks: [{ id: 'n1', attached: ['db'] }], tags: [], volumes: [] }
  const point = { kind: 'point' as const, routeId: 'r' as never, from: null, to: null }
  const way = (record: Begin) => {
    const state = foldAll([record])
    return recoveryOf(state, state.entries[0] as never)
  }
  expect(way(begin({ op: 'set.remove', removes }))).toBe('finish')
  expect(way(begin({ op: 'route.switch', changes: [point] }))).toBe('carry out')
  expect(way(launch)).toBe('walk back')
  const failed = foldAll([begin({ op: 'set.remove', removes }), end('failed')])
  const rows = [
    { id: 'c2', name: 'shop-1-web-1' },
    { id: 'n1', name: 'shop-1' },
  ]
  expect(pendingOf(failed, removes, rows)).toEqual({ ...removes, containers: ['c2'] })
  expect(foldAll([begin({ op: 'set.remove', removes }), end('done')]).removals.size).toBe(0)
})

test('a network that had to stay is still to be removed, and not while a set has it again', () => {
  const all = { containers: ['c1'], networks: [{ id: 'n1', attached: ['db'] }], tags: [], volumes: [] }
  const left = { ...all, containers: [] }
  const state = foldAll([begin({ op: 'set.remove', removes: all }), end('done', { removes: left })])
  expect([...state.removals.values()]).toEqual([left])
  const rows = [{ id: 'n1', name: 'shop-1' }]
  expect(pendingOf(state, left, rows).networks).toEqual(left.networks)
  const set = { id: 's', network: 'shop-1', containers: [], anonymousVolumes: [] } as never
  expect(pendingOf({ ...state, sets: new Map([['s' as never, set]]) }, left, rows).networks).toEqual([])
  expect(pendingOf(state, left, rows, [set]).networks).toEqual([])
})

test('a tag that had to stay is still to be removed, and not when a rebuild has found its snapshot', () => {
  const left = { containers: [], networks: [], tags: [{ name: 'flotilla/shop:v1-ab', imageId: null }], volumes: [] }
  const state = foldAll([begin({ op: 'trash.empty', removes: left }), end('done', { removes: left })])
  expect(pendingOf(state, left, []).tags).toEqual(left.tags)
  const found = new Map([['s1' as never, { services: [], manifestImage: 'flotilla/shop:v1-ab' } as never]])
  expect(pendingOf({ ...state, snapshots: found }, left, []).tags).toEqual([])
})

test('a healed copy that was cut off gets its name, and what it replaced is removed', () => {
  const set = { id: 's', network: 'shop-1', containers: [{ id: 'c2', name: 'shop-1-web-1' }] }
  const removes = { containers: ['c1'], networks: [], tags: [], volumes: [] }
  const healed = foldAll([begin({ op: 'set.heal' }), end('done', { removes })])
  const state = { ...healed, sets: new Map([['s', set]]) } as unknown as State
  expect(unfinishedRenames(state, [{ ...named('shop-1-web-1-ab12cd'), id: 'c2' }])).toEqual([
    { id: 'c2', name: 'shop-1-web-1' },
  ])
  expect(unfinishedRenames(state, [{ ...named('renamed-by-hand'), id: 'c2' }])).toEqual([])
  expect([...state.removals.values()]).toEqual([removes])
})

test('a copy of an adopted container that never ran takes its place once the adoption is recorded, and not before', () => {
  const fleet = { id: 'f', dataServices: [{ name: 'db', container: 'store' }] }
  const removes = { containers: ['old'], networks: [], tags: [], volumes: [] }
  const adopted = begin({ op: 'fleet.adopt', names: ['store-ab12cd'] })
  const rows = (name: string, state: string) => [
    { ...named('store'), id: 'old', labels: new Map<string, string>(), state: 'running' },
    { ...named(name), id: 'copy', state },
  ]
  const stateOf = (...records: JournalRecord[]) =>
    ({ ...foldAll(records), fleets: new Map([['f', fleet]]) }) as unknown as State
  const done = stateOf(adopted, end('done', { removes }))
  const found = { id: 'copy', name: 'store', oldId: 'old' }
  expect(unfinishedCopies(done, rows('store-ab12cd', 'created'))).toEqual([found])
  expect(unfinishedCopies(done, rows('store-ab12cd', 'created').slice(1))).toEqual([{ ...found, oldId: null }])
  expect(unfinishedCopies(done, rows('store', 'created').slice(1))).toEqual([{ ...found, oldId: null }])
  expect(unfinishedCopies(done, rows('store-ab12cd', 'exited'))).toEqual([])
  expect(unfinishedCopies(done, rows('mine', 'created'))).toEqual([])
  for (const state of [stateOf(adopted), stateOf(adopted, end('interrupted'))]) {
    expect(unfinishedCopies(state, rows('store-ab12cd', 'created'))).toEqual([])
    expect(copiedBy(state, state.entries[0] as never)).toEqual(['store'])
  }
})

test('the image of a copied data service goes with its fleet: not one that somebody tagged, committed or shares', () => {
  const fleet = (id: string, imageId: string) => ({ id, dataServices: [{ imageId }] }) as never
  const state = foldAll([begin({ op: 'fleet.adopt', fleetId: 'f' as never }), end('done')])
  const copy = { id: 'sha256:1', tags: [] as string[], labels }
  const found = (image: typeof copy, now: State = state) => imagesOfCopies(now, fleet('f', 'sha256:1'), [image])
  expect(found(copy)).toEqual(['sha256:1'])
  expect(found({ ...copy, tags: ['mine:1'] })).toEqual([])
  expect(found({ ...copy, id: 'sha256:2' })).toEqual([])
  expect(found({ ...copy, labels: new Map() })).toEqual([])
  const other = { ...state, fleets: new Map([['g' as never, fleet('g', 'sha256:1')]]) }
  expect(found(copy, other)).toEqual([])
  const left = { containers: [], networks: [], tags: [{ name: 'sha256:1', imageId: 'sha256:1' }], volumes: [] }
  expect([pendingOf(state, left, []).tags, pendingOf(other, left, []).tags]).toEqual([left.tags, []])
})
