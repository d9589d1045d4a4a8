import type { SetId } from '../model/ids.ts'

/**
 * How often a set is looked at when nothing hints at a change, and while somebody is busy in it; how long after a hint,
 * and how far apart at least. Milliseconds.
 */
export const driftPace = { everyMs: 30_000, busyMs: 3_000, settleMs: 500, apartMs: 2_000 } as const

/** What is known of the sets, in milliseconds of one clock. */
export interface Scanned {
  /** When each was looked at last. */
  readonly last: ReadonlyMap<SetId, number>
  /** When something hinted at a change first since then. */
  readonly hints: ReadonlyMap<SetId, number>
  /** Sets in whose containers commands run. */
  readonly busy: ReadonlySet<SetId>
}

/** Which set is looked at next, and when: the one that is due first. */
export function nextScan(sets: readonly SetId[], scanned: Scanned): { setId: SetId; at: number } | undefined {
  let next: { setId: SetId; at: number } | undefined
  for (const setId of sets) {
    const at = dueAt(setId, scanned)
    if (next === undefined || at < next.at) next = { setId, at }
  }
  return next
}

function dueAt(setId: SetId, { last, hints, busy }: Scanned): number {
  const [before, hint] = [last.get(setId), hints.get(setId)]
  if (before === undefined) return 0
  const pause = busy.has(setId) ? driftPace.busyMs : driftPace.everyMs
  if (hint === undefined) return before + pause
  return Math.min(before + pause, Math.max(hint + driftPace.settleMs, before + driftPace.apartMs))
}
