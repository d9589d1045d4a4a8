import { expect, test } from 'vitest'
import { mergeEntries } from '../../../renderer/state/journal.ts'
import { timelineGraph } from '../../../renderer/views/timeline/graph.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import { entryOf, version } from '../../support/fake-app/build.ts'

const entry = (seq: number, op: JournalEntry['op'], to: number, undoes: number | null = null) =>
  entryOf({ seq, at: seq, fleet: 'shop', op, to: version(to), undoes })

const lanes = (entries: JournalEntry[]) => timelineGraph(entries).points.map(point => point.lane)

test('a way that was taken back hangs below the stem, and the stem passes over it', () => {
  const graph = timelineGraph([
    entry(1, 'route.switch', 1),
    entry(2, 'route.switch', 2),
    entry(3, 'sweep.run', 2),
    entry(4, 'route.switch', 1, 2),
  ])
  expect(graph.points.map(point => point.lane)).toEqual([0, 1, 1, 0])
  expect(graph.edges.map(edge => edge.kind)).toEqual(['branch', 'stem', 'back'])
  expect(graph.spans).toEqual([{ from: 0, to: 3, kind: 'stem' }])
})

test('a redo puts the way back on the stem, and what hangs is the undo', () => {
  expect(
    lanes([
      entry(1, 'route.switch', 1),
      entry(2, 'route.switch', 2),
      entry(3, 'route.switch', 1, 2),
      { ...entry(4, 'route.switch', 2, 3), direction: 'redo' },
    ]),
  ).toEqual([0, 0, 1, 0])
})

test('two undos in a row hang one below the other', () => {
  expect(
    lanes([
      entry(1, 'route.switch', 1),
      entry(2, 'route.switch', 2),
      entry(3, 'route.switch', 3),
      entry(4, 'route.switch', 2, 3),
      entry(5, 'route.switch', 1, 2),
    ]),
  ).toEqual([0, 1, 2, 1, 0])
})

test("new entries are put in by their number, and an end takes its beginning's place", () => {
  const known = [entry(1, 'route.switch', 1), entry(2, 'set.launch', 2)]
  const ended = { ...entry(2, 'set.launch', 2), ms: 40 }
  const merged = mergeEntries(known, {
    reset: false,
    entries: [entry(4, 'sweep.run', 1), ended, entry(3, 'sweep.run', 1)],
  })
  expect(merged.map(one => [one.seq, one.ms])).toEqual([
    [1, 2],
    [2, 40],
    [3, 2],
    [4, 2],
  ])
  expect(mergeEntries(merged, { reset: true, entries: [] })).toEqual([])
})
