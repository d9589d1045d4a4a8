import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JournalEntry } from '../../../../shared/model/journal.ts'
import { decideBringBack, decideTakeBack } from '../../../../shared/rules/take-back.ts'
import type { UndoFacts } from '../../../../shared/rules/undo.ts'

type Op = 'set.launch' | 'set.remove' | 'set.stop' | 'set.start'

const opposites = {
  'set.launch': 'set.remove',
  'set.remove': 'set.launch',
  'set.stop': 'set.start',
  'set.start': 'set.stop',
} as const

function entry(seq: number, op: Op, more: Partial<JournalEntry> = {}): JournalEntry {
  const isArrival = op === 'set.launch' || op === 'set.start'
  return {
    seq,
    at: seq,
    fleetId: null,
    fleet: 'shop',
    op,
    operation: String(seq),
    from: isArrival ? null : 'v1',
    to: isArrival ? 'v1' : null,
    ms: 1,
    outcome: 'done',
    cause: 'user',
    forced: false,
    undoes: null,
    detail: '',
    failure: null,
    subject: null,
    moves: [],
    mark: null,
    ...more,
  } as JournalEntry
}

/** Everything is there that an opposite may need: only the stacks decide. */
function sight(entries: readonly JournalEntry[], state: 'warm' | 'stopped' = 'warm'): UndoFacts {
  return {
    entries,
    routes: [],
    sets: [{ id: 's1', version: 'v1', state }],
    snapshots: [{ version: 'v1' }],
  } as unknown as UndoFacts
}

test('what went before undo and redo is an editor with two stacks', () => {
  const steps = fc.array(fc.constantFrom('do', 'undo', 'redo'), { maxLength: 40 })
  fc.assert(
    fc.property(steps, script => {
      const entries: JournalEntry[] = []
      const done: Op[] = []
      let undone: Op[] = []
      let seq = 0
      for (const step of script) {
        seq += 1
        if (step === 'do') {
          const op = (['set.stop', 'set.start'] as const)[seq % 2]!
          entries.push(entry(seq, op))
          done.push(op)
          undone = []
          continue
        }
        const decision = step === 'undo' ? decideTakeBack(sight(entries)) : decideBringBack(sight(entries))
        const op = step === 'undo' ? done.pop() : undone.pop()
        expect(decision.kind).toBe(op === undefined ? 'refuse' : 'act')
        if (decision.kind !== 'act' || op === undefined) continue
        const happens = step === 'undo' ? opposites[op] : op
        expect(decision.opposite.method).toBe(happens)
        entries.push(entry(seq, happens, { undoes: decision.entry.seq }))
        if (step === 'undo') undone.push(op)
        else done.push(op)
      }
    }),
    { numRuns: 500 },
  )
})

test('what others did is no step of the person', () => {
  const entries = [entry(1, 'set.launch', { cause: 'sample' }), entry(2, 'set.launch', { cause: 'undo' })]
  expect(decideTakeBack(sight(entries))).toEqual({ kind: 'refuse', text: 'There is nothing to undo' })
})

test('what failed is nothing to take back', () => {
  expect(decideTakeBack(sight([entry(1, 'set.launch', { outcome: 'failed' })])).kind).toBe('refuse')
})

test('a launch is not taken back while it is live, and the reason says so', () => {
  const live = { ...sight([entry(1, 'set.launch')]), routes: [{ id: 'r1', setId: 's1' }] } as unknown as UndoFacts
  expect(decideTakeBack(live)).toEqual({
    kind: 'refuse',
    text: 'Undo launch of v1: v1 is live, switch away from it first',
  })
})

test('a removal is taken back only while its snapshot is there', () => {
  const gone = { ...sight([entry(1, 'set.remove')]), sets: [], snapshots: [] }
  expect(decideTakeBack(gone)).toEqual({ kind: 'refuse', text: 'Undo removal of v1: the snapshot v1 is gone' })
})

test.each(['recovery', 'switch'])('what was started by a %s is no step to take back', cause => {
  const entries = [entry(1, 'set.launch'), entry(2, 'set.start', { cause })]
  expect(decideTakeBack(sight(entries)).text).toBe('Undo launch of v1')
})
