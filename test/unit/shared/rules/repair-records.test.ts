import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JournalRecord } from '../../../../shared/model/journal.ts'
import { foldAll } from '../../../../shared/rules/fold.ts'
import { repairRecords } from '../../../../shared/rules/repair-records.ts'

const begin = (seq: number, more: object = {}) =>
  JournalRecord.parse({
    kind: 'begin',
    seq,
    at: seq * 10,
    fleetId: null,
    fleet: 'shop',
    endpoint: 'default',
    op: 'sweep.run',
    operation: `op-${seq}`,
    cause: 'user',
    from: null,
    to: null,
    forced: false,
    undoes: null,
    changes: [],
    names: [`name-${seq}`],
    removes: { containers: [`c${seq}`], networks: [], tags: [], volumes: [] },
    ...more,
  })
const end = (seq: number, of: number, more: object = {}) =>
  JournalRecord.parse({
    kind: 'end',
    seq,
    at: seq * 10,
    of,
    outcome: 'done',
    ms: 1,
    detail: '',
    failure: null,
    to: null,
    changes: [],
    ...more,
  })
const mark = (seq: number) => ({ changes: [{ kind: 'mark', seq, name: 'good', note: '', pinned: true }] })

/** Three operations; the last one takes back the second, and marks it. */
const sound = [begin(1), end(2, 1), begin(3), end(4, 3), begin(5, { undoes: 3 }), end(6, 5, mark(3))] as const

test('a sound journal stays as it is, and so does one that another line was put into', () => {
  const kept = { records: sound, repeated: 0, missing: 0, closed: 0 }
  expect(repairRecords(sound)).toEqual(kept)
  expect(repairRecords([sound[0], sound[1], null, ...sound.slice(2)])).toEqual(kept)
  expect(repairRecords([])).toEqual({ records: [], repeated: 0, missing: 0, closed: 0 })
})

test('records that changed places are put in order, and no operation that has ended is left open', () => {
  const swapped = [sound[1], sound[0], sound[2], sound[4], sound[3], sound[5]]
  expect(repairRecords(swapped)).toEqual(repairRecords(sound))
})

test('what is known to have been written after the last record may have ended what is open', () => {
  expect(repairRecords(sound.slice(0, 3), 3)).toMatchObject({ missing: 0, closed: 0 })
  expect(repairRecords(sound.slice(0, 3), 4)).toMatchObject({ missing: 1, closed: 1 })
})

test('what refers to a record follows it to its new number', () => {
  const { records, missing } = repairRecords([null, null, ...sound.slice(2)])
  expect(missing).toBe(2)
  expect(records).toEqual([
    begin(1, { ...sound[2], seq: 1 }),
    { ...sound[3], seq: 2, of: 1 },
    { ...sound[4], seq: 3, undoes: 1 },
    { ...sound[5], seq: 4, of: 3, ...mark(1) },
  ])
})

test('what refers to a lost record refers to nothing', () => {
  const { records } = repairRecords([sound[0], sound[1], null, sound[3], sound[4], sound[5]])
  const state = foldAll(records)
  expect(records.map(record => record.seq)).toEqual([1, 2, 3, 4, 5])
  expect(state.entries.map(({ operation, outcome, undoes, mark }) => [operation, outcome, undoes, mark])).toEqual([
    ['op-1', 'done', null, null],
    ['op-5', 'done', null, null],
  ])
})

test('an end whose begin was lost still changes what it changed, and removes nothing', () => {
  const fleet = {
    id: 'f1',
    name: 'shop',
    createdAt: 0,
    from: 'sample',
    endpoint: 'default',
    services: [],
    dataServices: [],
  }
  const removes = { containers: ['c9'], networks: [], tags: [], volumes: [] }
  const { records } = repairRecords([null, end(2, 1, { changes: [{ kind: 'fleet', fleet }], removes })])
  const state = foldAll(records)
  expect([state.fleets.get('f1' as never)?.name, state.removals.size, state.entries]).toEqual(['shop', 0, []])
})

test('an operation whose end may be lost is interrupted, and nothing of it is removed later', () => {
  const { records, closed } = repairRecords([begin(1), null, begin(3), end(4, 3)])
  const state = foldAll(records)
  expect(closed).toBe(1)
  expect(state.entries.map(({ operation, outcome }) => [operation, outcome])).toEqual([
    ['op-1', 'interrupted'],
    ['op-3', 'done'],
  ])
  expect([state.claims.size, state.removals.size, records.at(-1)?.at]).toEqual([0, 0, 40])
})

test('an operation that was running when all else was sound still runs, with what it claims', () => {
  const { records, closed } = repairRecords([null, begin(2)])
  const state = foldAll(records)
  expect([closed, state.entries[0]?.outcome, state.claims.size, state.removals.size]).toEqual([0, 'running', 1, 1])
})

test('a record that stands there twice counts once', () => {
  const { records, repeated, missing, closed } = repairRecords([sound[0], ...sound])
  expect([records, repeated, missing, closed]).toEqual([sound, 1, 0, 0])
})

const losses = fc.array(fc.constantFrom('keep', 'keep', 'spoil', 'drop', 'twice'), { minLength: 30, maxLength: 30 })

test('whatever is lost, the numbers have no gap and every reference is to an earlier entry', () => {
  const all = Array.from({ length: 10 }, (_, index) => index * 3 + 1).flatMap(seq => [
    begin(seq, { undoes: seq > 3 ? seq - 3 : null }),
    begin(seq + 1),
    end(seq + 2, seq, mark(Math.max(1, seq - 2))),
  ])
  fc.assert(
    fc.property(losses, fates => {
      const lines = all.flatMap((record, index) => {
        const fate = fates[index]
        return fate === 'drop' ? [] : fate === 'spoil' ? [null] : fate === 'twice' ? [record, record] : [record]
      })
      const { records, repeated, closed } = repairRecords(lines)
      expect(records.map(record => JournalRecord.parse(record).seq)).toEqual(records.map((_, index) => index + 1))
      expect(repeated).toBe(fates.filter(fate => fate === 'twice').length)
      const begins = new Map(
        records.flatMap(record => (record.kind === 'begin' ? [[record.seq, record.operation]] : [])),
      )
      for (const record of records) {
        if (record.kind === 'begin' && record.undoes !== null)
          expect(begins.get(record.undoes)).toBe(`op-${Number(record.operation.slice(3)) - 3}`)
        for (const change of record.changes) if (change.kind === 'mark') expect(change.seq).toBeLessThan(record.seq)
      }
      // A repair of what was repaired changes nothing.
      expect(repairRecords(records)).toEqual({ records, repeated: 0, missing: 0, closed: 0 })
      expect(closed).toBe(foldAll(records).entries.filter(entry => entry.outcome === 'interrupted').length)
    }),
  )
})
