import type { FleetId, Version } from '../../../shared/model/ids.ts'
import type { Drift } from '../../../shared/model/views.ts'
import { driftText } from '../../../shared/rules/drift.ts'
import type { Parts } from '../parts.ts'

/** The subject of the drift: a set, or the things of a fleet beside its sets. The id names it in the journal. */
interface DriftSubject {
  readonly id: string
  readonly fleetId: FleetId
  readonly version: Version | null
}

/** Gives drift the time when it was first seen; after a restart the journal tells it. */
export function timed(
  parts: Parts,
  { id, before }: { readonly id: string; readonly before: readonly Drift[] | undefined },
  found: readonly Drift[],
): readonly Drift[] {
  const seen = new Map((before ?? []).map(one => [keyOf(one), one.at]))
  const told = lastTold(parts, id)
  const fresh = before === undefined && told?.detail === driftText(found) ? told.at : parts.now()
  return found.map(one => ({ ...one, at: one.at ?? seen.get(keyOf(one)) ?? fresh }))
}

function keyOf({ container, kind, path, detail }: Drift): string {
  return JSON.stringify([container, kind, path, detail])
}

function lastTold(parts: Parts, id: string) {
  const { entries } = parts.store.journal.state()
  return entries.findLast(entry => entry.op === 'drift.found' && entry.operation === id)
}

/** New drift is an entry of the journal, once: what was told last of this place is not told again. */
export function recordFound(parts: Parts, place: DriftSubject, found: readonly Drift[]): void {
  const fleet = parts.store.journal.state().fleets.get(place.fleetId)
  // A data service that stops and starts again, as with its engine, is a state and no lasting difference.
  const drift = found.filter(({ kind }) => kind !== 'stopped')
  const detail = driftText(drift)
  const isTold = lastTold(parts, place.id)?.detail === detail
  if (fleet === undefined || drift.length === 0 || isTold || parts.store.journal.readOnly() !== null) return
  const begin = parts.store.journal.begin({
    op: 'drift.found',
    fleetId: fleet.id,
    fleet: fleet.name,
    operation: place.id,
    cause: 'scan',
    to: place.version,
  })
  parts.store.journal.end({ of: begin.seq, outcome: 'done', ms: 0, detail, to: place.version })
}
