import { expect, test } from 'vitest'
import { chooseSweep, type SweepInput } from '../../../../shared/rules/retention.ts'

const snapshot = (n: number, parent: number | null = null) => ({
  version: `v${n}`,
  number: n,
  parent: parent === null ? null : `v${parent}`,
})
const set = (n: number, state = 'running') => ({ id: `s${n}`, version: `v${n}`, number: n, state })

function switches(...path: (number | 'undo')[]) {
  const done: number[] = []
  let live: number | null = null
  const seqs: number[] = []
  return path.map((to, index) => {
    const seq = index + 1
    const undoes = to === 'undo' ? (seqs.pop() ?? null) : null
    if (to === 'undo') done.pop()
    else {
      done.push(to)
      seqs.push(seq)
    }
    const next = done.at(-1) ?? null
    const moves = [{ routeId: 'r1', from: live === null ? null : `s${live}`, to: `s${next}` }]
    const entry = {
      seq,
      op: 'route.switch',
      outcome: 'done',
      from: live === null ? null : `v${live}`,
      to: `v${next}`,
      undoes,
      moves,
      mark: null as unknown,
    }
    live = next
    return entry
  })
}

function sweep(said: {
  sets: unknown[]
  snapshots: unknown[]
  entries: unknown[]
  live: number | null
  keepWarm?: number
}) {
  const { sets, snapshots, entries, live, keepWarm = 1 } = said
  const routes = [{ id: 'r1', setId: live === null ? null : `s${live}` }]
  const chosen = chooseSweep({ sets, snapshots, entries, routes, keepWarm } as unknown as SweepInput)
  return { sets: chosen.sets.map(one => one.set.version), snapshots: chosen.snapshots.map(one => one.snapshot.version) }
}

test('the live set and the one that undo points at stay, older ones go, no undoable snapshot goes', () => {
  const all = [1, 2, 3, 4]
  const said = {
    sets: all.map(n => set(n)),
    snapshots: all.map(n => snapshot(n)),
    entries: switches(1, 2, 3, 4),
    live: 4,
  }
  expect(sweep(said)).toEqual({ sets: ['v1', 'v2'], snapshots: [] })
  expect(sweep({ ...said, keepWarm: 0 })).toEqual({ sets: ['v1', 'v2', 'v3'], snapshots: [] })
  expect(sweep({ ...said, keepWarm: 9 })).toEqual({ sets: [], snapshots: [] })
})

test('after an undo the version before and then the one to redo are the warm ones', () => {
  const all = [1, 2, 3]
  const said = {
    sets: all.map(n => set(n)),
    snapshots: all.map(n => snapshot(n)),
    entries: switches(1, 2, 3, 'undo'),
    live: 2,
  }
  expect(sweep(said)).toEqual({ sets: ['v3'], snapshots: [] })
  expect(sweep({ ...said, keepWarm: 2 })).toEqual({ sets: [], snapshots: [] })
})

test('the newest set that was never live stays beside the warm ones', () => {
  const said = {
    sets: [1, 2, 3, 4].map(n => set(n)),
    snapshots: [1, 2, 3, 4].map(n => snapshot(n)),
    entries: switches(1, 2),
    live: 2,
  }
  expect(sweep(said)).toEqual({ sets: ['v3'], snapshots: ['v3'] })
})

test('snapshots that nothing goes back to are swept, but the newest, pinned ones and parents stay', () => {
  const snapshots = [snapshot(1), snapshot(2, 1), snapshot(3, 1), snapshot(4, 3), snapshot(5), snapshot(6)]
  const [first, second] = switches(1, 4)
  const entries = [first, { ...second, mark: { name: 'x', note: '', pinned: true }, from: 'v1', to: 'v4' }]
  expect(sweep({ sets: [set(4)], snapshots, entries, live: 4 })).toEqual({ sets: [], snapshots: ['v2', 'v5'] })
})

test('stopped sets go, unless only they remain of a version that undo may need', () => {
  const said = { sets: [set(1, 'stopped'), set(2, 'stopped'), set(3)], entries: switches(1, 2, 3), live: 3 }
  expect(sweep({ ...said, snapshots: [snapshot(2), snapshot(3)] })).toEqual({ sets: ['v2'], snapshots: [] })
})

test('what undo forgot is not kept for it', () => {
  const all = [1, 2, 3]
  const said = {
    sets: all.map(n => set(n)),
    snapshots: all.map(n => snapshot(n)),
    entries: switches(1, 2, 'undo', 3),
    live: 3,
  }
  expect(sweep(said)).toEqual({ sets: ['v2'], snapshots: ['v2'] })
})

test('an empty fleet has nothing to sweep', () => {
  expect(sweep({ sets: [], snapshots: [], entries: [], live: null })).toEqual({ sets: [], snapshots: [] })
})
