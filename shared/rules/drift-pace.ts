import type { FleetId, SetId } from '../model/ids.ts'

/** The target of a scan: a set, or the things of a fleet beside its sets. */
export type ScanTarget = SetId | FleetId

/**
 * How often a target is looked at when nothing hints at a change, and while somebody is busy in it; how long after a hint,
 * and how far apart at least. Milliseconds.
 */
export const driftPace = { everyMs: 30_000, busyMs: 3_000, settleMs: 500, apartMs: 2_000 } as const

/** Scans and hints of the targets, in milliseconds of one clock. */
export interface Scanned {
  /** When each was looked at last. */
  readonly last: ReadonlyMap<ScanTarget, number>
  /** When something hinted at a change first since then. */
  readonly hints: ReadonlyMap<ScanTarget, number>
  /** Sets in whose containers commands run. */
  readonly busy: ReadonlySet<ScanTarget>
}

/** Which target is looked at next, and when: the one that is due first. */
export function nextScan(
  targets: readonly ScanTarget[],
  scanned: Scanned,
): { target: ScanTarget; at: number } | undefined {
  let next: { target: ScanTarget; at: number } | undefined
  for (const target of targets) {
    const at = dueAt(target, scanned)
    if (next === undefined || at < next.at) next = { target, at }
  }
  return next
}

function dueAt(target: ScanTarget, { last, hints, busy }: Scanned): number {
  const [before, hint] = [last.get(target), hints.get(target)]
  if (before === undefined) return 0
  const pause = busy.has(target) ? driftPace.busyMs : driftPace.everyMs
  if (hint === undefined) return before + pause
  return Math.min(before + pause, Math.max(hint + driftPace.settleMs, before + driftPace.apartMs))
}
