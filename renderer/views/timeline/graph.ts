import type { JournalEntry } from '../../../shared/model/journal.ts'

/** A point of the timeline. Lane 0 is what stands; a lane further down is what was taken back. */
export interface Point {
  readonly entry: JournalEntry
  readonly lane: number
}

/** A line between two points, by their places. */
export interface Edge {
  readonly from: number
  readonly to: number
  /** `stem` goes on, `branch` leaves for what was taken back later, `back` is the undo itself. */
  readonly kind: 'stem' | 'branch' | 'back'
}

export interface Graph {
  readonly points: readonly Point[]
  /** `edges[i]` is the line that comes to point `i` from the one before it. */
  readonly edges: readonly Edge[]
  /** Lines that pass over points that lie on a lower lane, in the order of their ends. */
  readonly spans: readonly Edge[]
  readonly lanes: number
}

const DEEPEST = 2

/** The journal as a graph: where somebody went forward and back, the way that was taken back hangs below the stem. */
export function timelineGraph(entries: readonly JournalEntry[]): Graph {
  const depth = depths(entries)
  const points = entries.map((entry, index) => ({ entry, lane: Math.min(DEEPEST, depth[index] ?? 0) }))
  const edges: Edge[] = []
  const spans: Edge[] = []
  const lastOn = [-1, -1, -1]
  for (const [index, { lane }] of points.entries()) {
    const before = points[index - 1]
    if (before !== undefined) {
      const kind = before.lane === lane ? 'stem' : before.lane < lane ? 'branch' : 'back'
      edges.push({ from: index - 1, to: index, kind })
      const last = lastOn[lane] ?? -1
      if (kind === 'back' && last >= 0) spans.push({ from: last, to: index, kind: 'stem' })
    }
    lastOn[lane] = index
    // Points on lower lanes before belong to another branch.
    for (let below = lane + 1; below <= DEEPEST; below += 1) lastOn[below] = -1
  }
  return { points, edges, spans, lanes: 1 + points.reduce((most, point) => Math.max(most, point.lane), 0) }
}

/** For each entry, how many undos took back the stretch that it lies in. */
function depths(entries: readonly JournalEntry[]): number[] {
  const places = new Map(entries.map((entry, index) => [entry.seq, index]))
  const redone = new Set(entries.flatMap(entry => (entry.direction === 'redo' ? [entry.undoes] : [])))
  const change = Array<number>(entries.length + 1).fill(0)
  for (const [index, entry] of entries.entries()) {
    if (entry.undoes === null || entry.outcome !== 'done' || redone.has(entry.seq)) continue
    const start = places.get(entry.undoes)
    if (start === undefined) continue
    change[start] = (change[start] ?? 0) + 1
    change[index] = (change[index] ?? 0) - 1
  }
  let depth = 0
  return entries.map((_, index) => {
    depth += change[index] ?? 0
    return depth
  })
}
