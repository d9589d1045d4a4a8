import type { RecordedSet } from '../model/container-set.ts'
import type { Version } from '../model/ids.ts'
import type { JournalEntry } from '../model/journal.ts'
import type { Route } from '../model/route.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { reachableVersions } from './history.ts'

export interface SweepInput {
  readonly sets: readonly RecordedSet[]
  readonly routes: readonly Pick<Route, 'id' | 'setId'>[]
  /** One fleet's entries, oldest first. */
  readonly entries: readonly JournalEntry[]
  readonly snapshots: readonly Snapshot[]
  /** How many sets stay running beside the live one. */
  readonly keepWarm: number
}

/** The sets and snapshots to remove, each with the reason. Everything else stays. */
export interface Sweep {
  readonly sets: readonly { readonly set: RecordedSet; readonly reason: string }[]
  readonly snapshots: readonly { readonly snapshot: Snapshot; readonly reason: string }[]
}

/**
 * Sets: all but the live ones, the warm ones that undo would point at first, and the newest if it waits to go live.
 * Snapshots: those that no undo, no redo, no pinned point, no set that stays and no later snapshot goes back to.
 */
export function chooseSweep(input: SweepInput): Sweep {
  const kept = keptSets(input)
  const doomed = input.sets.filter(set => !kept.has(set))
  const needed = neededSnapshots(input, [...kept])
  return {
    sets: doomed.map(set => ({ set, reason: reasonOf(set, input) })),
    snapshots: input.snapshots
      .filter(snapshot => !needed.has(snapshot.version))
      .map(snapshot => ({ snapshot, reason: 'no undo, set or later snapshot needs it' })),
  }
}

function keptSets({ sets, routes, entries, snapshots, keepWarm }: SweepInput): ReadonlySet<RecordedSet> {
  const pointedAt = new Set(routes.map(route => route.setId))
  const live = sets.filter(set => pointedAt.has(set.id))
  const reachable = reachableVersions({ entries, routes })
  const order = [...reachable]
  const rank = (set: RecordedSet) => (order.includes(set.version) ? order.indexOf(set.version) : order.length)
  const warm = sets
    .filter(set => !pointedAt.has(set.id) && set.state === 'running')
    .sort((a, b) => rank(a) - rank(b) || b.number - a.number)
  const held = new Set(snapshots.map(snapshot => snapshot.version))
  // Without its snapshot a set cannot come back: undo would lose its way.
  const irreplaceable = sets.filter(set => reachable.has(set.version) && !held.has(set.version))
  return new Set([...live, ...warm.slice(0, keepWarm), ...candidateOf(warm, live, entries), ...irreplaceable])
}

/** The newest set, when it is newer than what is live and was never live itself: someone is about to switch to it. */
function candidateOf(
  warm: readonly RecordedSet[],
  live: readonly RecordedSet[],
  entries: readonly JournalEntry[],
): readonly RecordedSet[] {
  const wasLive = new Set(entries.flatMap(entry => entry.moves.map(move => move.to)))
  const newest = warm.toSorted((a, b) => b.number - a.number)[0]
  if (newest === undefined || wasLive.has(newest.id)) return []
  return live.every(set => set.number < newest.number) ? [newest] : []
}

function neededSnapshots(
  { entries, routes, snapshots }: SweepInput,
  sets: readonly RecordedSet[],
): ReadonlySet<Version> {
  const pinned = entries.filter(entry => entry.mark?.pinned === true).flatMap(entry => [entry.from, entry.to])
  const newest = snapshots.toSorted((a, b) => b.number - a.number)[0]
  const needed = new Set<Version | null | undefined>([
    ...reachableVersions({ entries, routes }),
    ...sets.map(set => set.version),
    ...pinned,
    newest?.version,
  ])
  // Newest first: a parent is always older than its child, so one pass follows every line to its beginning.
  for (const snapshot of snapshots.toSorted((a, b) => b.number - a.number)) {
    if (needed.has(snapshot.version)) needed.add(snapshot.parent)
  }
  return new Set([...needed].filter(version => version != null))
}

function reasonOf(set: RecordedSet, { keepWarm, snapshots }: SweepInput): string {
  const isHeld = snapshots.some(snapshot => snapshot.version === set.version)
  const after = isHeld ? `the snapshot ${set.version} can bring it back` : 'nothing points back to it'
  if (set.state === 'stopped') return `it is stopped; ${after}`
  return keepWarm === 1
    ? `one set is kept warm, and this is another; ${after}`
    : `${keepWarm} sets are kept warm, and this is another; ${after}`
}
