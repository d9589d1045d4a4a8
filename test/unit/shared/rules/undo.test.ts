import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JournalEntry } from '../../../../shared/model/journal.ts'
import {
  decideRedo,
  decideReturn,
  decideUndo,
  type UndoDecision,
  type UndoFacts,
  undoText,
} from '../../../../shared/rules/undo.ts'

/** A fleet with one route to play on: sets `s1`, `s2`, ... of versions v1, v2, ... */
function world(versions = 5) {
  const entries: JournalEntry[] = []
  const numbers = Array.from({ length: versions }, (_, index) => index + 1)
  let sets = numbers.map(n => ({ id: `s${n}`, version: `v${n}`, state: 'running' }))
  const snapshots = numbers.map(n => ({ version: `v${n}` }))
  let routes: { id: string; setId: string | null }[] = [{ id: 'r1', setId: null }]
  const versionOf = (setId: string | null) => (setId === null ? null : `v${setId.slice(1)}`)

  const sight = () => ({ entries, routes, sets, snapshots }) as unknown as UndoFacts
  function record(op: string, to: string | null, said: Partial<JournalEntry> = {}) {
    const live = routes[0]?.setId ?? null
    const moves = routes.map(route => ({ routeId: route.id, from: route.setId, to }))
    const entry = {
      seq: entries.length * 2 + 1,
      op,
      from: versionOf(live),
      to: versionOf(to),
      undoes: null,
      outcome: 'done',
      moves,
      mark: null,
      ...said,
    }
    entries.push(entry as unknown as JournalEntry)
    if (entry.outcome !== 'failed') routes = routes.map(route => ({ ...route, setId: to }))
    return entry.seq
  }
  function carryOut(op: string, decision: UndoDecision): string {
    if (decision.kind === 'refuse') return decision.reason
    const [move] = decision.moves
    record(op, move?.to ?? null, { undoes: decision.entry.seq })
    return decision.toVersion
  }
  return {
    sight,
    record,
    switchTo: (n: number) => record('route.switch', `s${n}`),
    undo: () => carryOut('route.undo', decideUndo(sight())),
    redo: () => carryOut('route.redo', decideRedo(sight())),
    returnTo: (seq: number) => carryOut('route.undo', decideReturn(sight(), seq)),
    live: () => versionOf(routes[0]?.setId ?? null),
    setRoutes: (next: typeof routes) => {
      routes = next
    },
    setSets: (change: (all: typeof sets) => typeof sets) => {
      sets = change(sets)
    },
    dropSnapshot: (version: string) =>
      snapshots.splice(
        snapshots.findIndex(one => one.version === version),
        1,
      ),
    entries,
  }
}

test('undo, undo, redo, redo walks the switches back and forth', () => {
  const { switchTo, undo, redo } = world()
  for (const n of [1, 2, 3]) switchTo(n)
  expect([undo(), undo(), undo(), redo(), redo(), redo()]).toEqual([
    'v2',
    'v1',
    'nothing-before',
    'v2',
    'v3',
    'nothing',
  ])
})

test('a new switch forgets what could be redone', () => {
  const { switchTo, undo, redo } = world()
  for (const n of [1, 2, 3]) switchTo(n)
  undo()
  switchTo(4)
  expect([redo(), undo(), undo(), undo()]).toEqual(['nothing', 'v2', 'v1', 'nothing-before'])
})

const action = fc.oneof(
  fc.record({ do: fc.constant('switch' as const), n: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ do: fc.constant('undo' as const) }),
  fc.record({ do: fc.constant('redo' as const) }),
  fc.record({ do: fc.constant('return' as const), at: fc.nat({ max: 40 }) }),
)

test('any sequence does what an editor would do', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), actions => {
      const fleet = world()
      // The reference: a list of states and a place in it. `states[0]` is before the first switch.
      let states: (string | null)[] = [null]
      let at = 0
      const after: { states: (string | null)[]; at: number }[] = []
      const ways: number[][] = []
      const goTo = (version: string) => {
        states = [...states.slice(0, at + 1), version]
        at += 1
      }
      for (const act of actions) {
        if (act.do === 'switch') {
          if (fleet.live() === `v${act.n}`) continue
          fleet.switchTo(act.n)
          goTo(`v${act.n}`)
        } else if (act.do === 'undo') {
          const refused = at === 0 ? 'nothing' : at === 1 ? 'nothing-before' : null
          expect(fleet.undo()).toBe(refused ?? states[at - 1])
          if (refused !== null) continue
          at -= 1
        } else if (act.do === 'redo') {
          expect(fleet.redo()).toBe(states[at + 1] ?? 'nothing')
          if (at + 1 >= states.length) continue
          at += 1
        } else {
          if (after.length === 0) continue
          const index = act.at % after.length
          const then = after[index]!
          const version = then.states[then.at]!
          const answer = fleet.returnTo(fleet.entries[index]!.seq)
          if (version === states[at]) {
            expect(answer).toBe('nothing')
            continue
          }
          expect(answer).toBe(version)
          const now = ways.at(-1)!
          const isOnTheWay = ways[index]!.every((seq, i) => now[i] === seq)
          if (isOnTheWay) at = then.at
          else goTo(version)
        }
        expect(fleet.live()).toBe(states[at])
        after.push({ states, at })
        ways.push(wayOf(fleet.entries))
      }
    }),
    { numRuns: 1000 },
  )
})

/** Which switches stand behind the present state: two switches to the same version are not the same step. */
function wayOf(entries: readonly JournalEntry[]): number[] {
  const way: number[] = []
  let forth: number[] = []
  for (const entry of entries) {
    const at = entry.op === 'route.undo' ? way.indexOf(entry.undoes ?? -1) : -1
    if (entry.op === 'route.redo') way.push(forth.pop()!)
    else if (at >= 0) forth.push(...way.splice(at).reverse())
    else {
      way.push(entry.seq)
      forth = []
    }
  }
  return way
}

test('return goes back several steps at once, and redo comes forward again one by one', () => {
  const { switchTo, returnTo, redo, undo } = world()
  const [first] = [switchTo(1), switchTo(2), switchTo(3)]
  expect([returnTo(first), redo(), redo(), redo(), undo()]).toEqual(['v1', 'v2', 'v3', 'nothing', 'v2'])
})

test('return to a point that was left for another way is a step of its own', () => {
  const { switchTo, returnTo, undo, redo, sight } = world()
  switchTo(1)
  const left = switchTo(2)
  undo()
  switchTo(3)
  expect([returnTo(left), redo()]).toEqual(['v2', 'nothing'])
  expect(decideUndo(sight())).toMatchObject({ text: 'Undo return to v2', toVersion: 'v3' })
  expect([undo(), undo()]).toEqual(['v3', 'v1'])
})

describe('what is told', () => {
  test('the button says what it will do', () => {
    const { switchTo, undo, sight, entries } = world()
    switchTo(4)
    switchTo(3)
    expect(decideUndo(sight())).toEqual({
      kind: 'point',
      entry: entries[1],
      moves: [{ routeId: 'r1', from: 's3', to: 's4' }],
      toVersion: 'v4',
      needsLaunch: false,
      text: 'Undo switch to v3',
    } satisfies Record<string, unknown>)
    expect(undoText(entries[1]!)).toBe('Undo switch to v3')
    undo()
    expect(decideRedo(sight())).toMatchObject({ kind: 'point', entry: { op: 'route.undo' }, text: 'Redo switch to v3' })
  })

  test('an empty journal has nothing to undo, redo or return to', () => {
    const { sight } = world()
    expect([decideUndo(sight()), decideRedo(sight()), decideReturn(sight(), 1)]).toEqual([
      { kind: 'refuse', reason: 'nothing', text: 'Nothing was switched yet' },
      { kind: 'refuse', reason: 'nothing', text: 'Nothing was taken back' },
      { kind: 'refuse', reason: 'nothing', text: 'Entry 1 moved no route that is still there' },
    ])
  })
})

test('a cold version is launched from its snapshot, a relaunched one is found under its new set', () => {
  const { switchTo, sight, setSets } = world()
  switchTo(1)
  switchTo(2)
  setSets(sets => sets.filter(set => set.version !== 'v1'))
  expect(decideUndo(sight())).toMatchObject({ toVersion: 'v1', needsLaunch: true })
  setSets(sets => [...sets, { id: 's1-again', version: 'v1', state: 'stopped' }])
  expect(decideUndo(sight())).toMatchObject({ needsLaunch: true, moves: [{ to: 's1-again' }] })
  setSets(sets => sets.map(set => ({ ...set, state: 'warm' })))
  expect(decideUndo(sight())).toMatchObject({ needsLaunch: false, moves: [{ from: 's2', to: 's1-again' }] })
})

test('redo finds a set that was launched anew since', () => {
  const { switchTo, undo, sight, setSets } = world()
  switchTo(1)
  switchTo(2)
  undo()
  setSets(sets => sets.map(set => (set.version === 'v2' ? { ...set, id: 's2-again' } : set)))
  expect(decideRedo(sight())).toMatchObject({ needsLaunch: false, moves: [{ from: 's1', to: 's2-again' }] })
})

test('a version without set and snapshot is gone', () => {
  const { switchTo, undo, setSets, dropSnapshot } = world()
  switchTo(1)
  switchTo(2)
  setSets(sets => sets.filter(set => set.version !== 'v1'))
  dropSnapshot('v1')
  expect(undo()).toBe('target-gone')
})

test('routes that something else has pointed elsewhere are not undone', () => {
  const { switchTo, undo, setRoutes } = world()
  switchTo(1)
  switchTo(2)
  setRoutes([{ id: 'r1', setId: 's5' }])
  expect(undo()).toBe('superseded')
})

test('a failed switch is not undone, an interrupted one that moved is, and a running one is waited for', () => {
  const { switchTo, record, undo, sight } = world()
  switchTo(1)
  switchTo(2)
  record('route.switch', 's3', { outcome: 'failed' })
  expect(decideUndo(sight())).toMatchObject({ toVersion: 'v1' })
  record('route.switch', 's4', { outcome: 'interrupted' })
  expect(decideUndo(sight())).toMatchObject({ toVersion: 'v2' })
  record('route.switch', 's5', { outcome: 'running' })
  expect(undo()).toBe('running')
})

test('a route that was added while the set was live goes back with the others', () => {
  const { switchTo, sight, setRoutes } = world()
  switchTo(1)
  switchTo(2)
  setRoutes([
    { id: 'r1', setId: 's2' },
    { id: 'r2', setId: 's2' },
    { id: 'r3', setId: null },
  ])
  expect(decideUndo(sight())).toMatchObject({
    moves: [
      { routeId: 'r1', from: 's2', to: 's1' },
      { routeId: 'r2', from: 's2', to: 's1' },
    ],
  })
})

test('switches of a route that is gone are passed over', () => {
  const { switchTo, setRoutes, undo } = world()
  switchTo(1)
  switchTo(2)
  setRoutes([{ id: 'r9', setId: null }])
  expect(undo()).toBe('nothing')
  switchTo(3)
  switchTo(4)
  expect([undo(), undo()]).toEqual(['v3', 'nothing-before'])
})
