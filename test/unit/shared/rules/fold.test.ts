import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEFAULT_ENDPOINT } from '../../../../shared/model/ids.ts'
import { JournalRecord } from '../../../../shared/model/journal.ts'
import { emptyState, fold, foldAll, type State } from '../../../../shared/rules/fold.ts'

const route = (id: string, setId: string | null) => ({
  kind: 'route',
  route: {
    id,
    fleetId: 'f1',
    hostname: `${id}.localhost`,
    port: 8080,
    service: 'web',
    servicePort: 80,
    setId,
    upgrade: { kind: 'keep' },
    drainMs: 0,
  },
})
const fleet = (id: string) => ({
  kind: 'fleet',
  fleet: { id, name: id, createdAt: 0, from: 'sample', endpoint: DEFAULT_ENDPOINT, services: [], dataServices: [] },
})

const setId = fc.constantFrom('s1', 's2', null)
const change = fc.oneof(
  fc.constantFrom('f1', 'f2').map(fleet),
  fc.constantFrom('f1', 'f2').map(fleetId => ({ kind: 'fleet-gone', fleetId })),
  fc.tuple(fc.constantFrom('r1', 'r2'), setId).map(([id, to]) => route(id, to)),
  fc.constantFrom('r1', 'r2').map(routeId => ({ kind: 'route-gone', routeId })),
  fc
    .tuple(fc.constantFrom('r1', 'r2', 'r3'), setId, setId)
    .map(([routeId, from, to]) => ({ kind: 'point', routeId, from, to })),
  fc.integer({ min: 1, max: 30 }).map(seq => ({ kind: 'mark', seq, name: 'good', note: '', pinned: true })),
)
const step = fc.record({
  end: fc.boolean(),
  of: fc.integer({ min: 1, max: 30 }),
  changes: fc.array(change, { maxLength: 3 }),
})

function records(steps: readonly { end: boolean; of: number; changes: unknown[] }[]): JournalRecord[] {
  return steps.map(({ end, of, changes }, index) => {
    const seq = index + 1
    const said = end
      ? { kind: 'end', of, outcome: 'done', ms: 1, detail: 'x', failure: null, to: null }
      : {
          kind: 'begin',
          fleetId: 'f1',
          fleet: 'f1',
          op: 'route.switch',
          operation: 'o',
          cause: 'user',
          from: 'v1',
          to: 'v2',
          forced: false,
          undoes: null,
        }
    return JournalRecord.parse({ seq, at: seq, changes, ...said })
  })
}

test('folding all records at once is folding them one by one, and no state is edited', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), steps => {
      const all = records(steps)
      const states: State[] = [emptyState]
      const copies = [structuredClone(emptyState)]
      for (const record of all) {
        const next = fold(states.at(-1)!, record)
        states.push(next)
        copies.push(structuredClone(next))
      }
      expect(foldAll(all)).toEqual(states.at(-1))
      expect(states).toEqual(copies)
    }),
    { numRuns: 300 },
  )
})

test('pointers move when a switch begins, and back when it fails', () => {
  const [add, begin, end] = records([
    { end: false, of: 0, changes: [fleet('f1'), route('r1', 's1')] },
    { end: false, of: 0, changes: [{ kind: 'point', routeId: 'r1', from: 's1', to: 's2' }] },
    { end: true, of: 2, changes: [{ kind: 'point', routeId: 'r1', from: 's2', to: 's1' }] },
  ])
  const pointer = (state: State) => [...state.routes.values()].map(one => one.setId)
  const added = fold(emptyState, add!)
  const begun = fold(added, begin!)
  const ended = fold(begun, { ...end!, outcome: 'failed' } as typeof end & object)
  expect([pointer(added), pointer(begun), pointer(ended)]).toEqual([['s1'], ['s2'], ['s1']])
  expect(ended.entries.map(entry => [entry.seq, entry.outcome, entry.moves.length])).toEqual([
    [1, 'running', 0],
    [2, 'failed', 1],
  ])
})

test('a launch that takes the pointers of a dead set along says so', () => {
  const [, , begin, end] = records([
    { end: false, of: 0, changes: [fleet('f1'), route('r1', 's1')] },
    { end: true, of: 1, changes: [] },
    { end: false, of: 0, changes: [] },
    { end: true, of: 3, changes: [{ kind: 'point', routeId: 'r1', from: 's1', to: 's2' }] },
  ])
  const state = fold(fold(emptyState, begin!), end!)
  expect(state.entries[0]?.moves).toEqual([{ routeId: 'r1', from: 's1', to: 's2' }])
})

test('a fleet that goes takes its routes with it', () => {
  const [made, gone] = records([
    { end: false, of: 0, changes: [fleet('f1'), fleet('f2'), route('r1', null)] },
    { end: false, of: 0, changes: [{ kind: 'fleet-gone', fleetId: 'f1' }] },
  ])
  const state = fold(fold(emptyState, made!), gone!)
  expect([[...state.fleets.keys()], state.routes.size]).toEqual([['f2'], 0])
  expect([...state.trash.values()].map(({ fleet, routes }) => [fleet.id, routes.length])).toEqual([['f1', 1]])
})

test('the tags of a snapshot are gone with the trash, not with a restore', () => {
  const parsed = fleet('f1')
  const snapshot = {
    id: 's1',
    fleetId: 'f1',
    services: [{ image: 'shop/web:v1', origin: 'as-is' }],
    manifestImage: 'shop:v1',
  }
  const after = (...changes: unknown[]) =>
    foldAll([{ kind: 'begin', seq: 1, at: 1, removes: null, names: [], changes } as unknown as JournalRecord]).goneTags
  const removed = [parsed, { kind: 'snapshot', snapshot }, { kind: 'fleet-gone', fleetId: 'f1' }]
  const purged = { kind: 'trash-gone', fleetId: 'f1' }
  expect([...after(...removed)]).toEqual([])
  expect([...after(...removed, purged)]).toEqual(['shop/web:v1', 'shop:v1'])
  expect([...after(...removed, parsed, { kind: 'snapshot', snapshot }, purged)]).toEqual([])
  expect([...after(parsed, { kind: 'snapshot', snapshot }, { kind: 'snapshot-gone', snapshotId: 's1' })]).toHaveLength(
    2,
  )
})
