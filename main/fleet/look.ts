import type { Parsed } from '../../shared/contract.ts'
import { fail } from '../../shared/failure.ts'
import type { CheckReport } from '../../shared/model/checks.ts'
import type { ContainerSet } from '../../shared/model/container-set.ts'
import type { JournalEntry } from '../../shared/model/journal.ts'
import type { Route } from '../../shared/model/route.ts'
import type { Snapshot } from '../../shared/model/snapshot.ts'
import type { SnapshotSummary } from '../../shared/model/views.ts'
import { reportText } from '../../shared/rules/checks.ts'
import { fleetNamed, routesOf, setOf, snapshotOf, snapshotsOf } from '../../shared/rules/lookup.ts'
import { named } from '../../shared/rules/operations.ts'
import { setViews, summaryOf } from '../../shared/rules/view.ts'
import type { Caller } from './caller.ts'
import { seenNow } from './containers/seen.ts'
import type { Parts } from './parts.ts'
import { withDataServices } from './sets/check-data.ts'
import { validate } from './sets/validate.ts'
import { tell } from './tell.ts'

export function listSnapshots(parts: Parts, name: string): SnapshotSummary[] {
  const state = parts.store.journal.state()
  return snapshotsOf(state, fleetNamed(state, name).id).map(summaryOf)
}

export function showSnapshot(parts: Parts, input: Parsed<'snapshot.show'>): Snapshot {
  const state = parts.store.journal.state()
  return snapshotOf(state, fleetNamed(state, input.fleet), input.version)
}

export function listSets(parts: Parts, name: string): ContainerSet[] {
  const state = parts.store.journal.state()
  return setViews(state, seenNow(parts), fleetNamed(state, name))
}

export function listRoutes(parts: Parts, name: string): Route[] {
  const state = parts.store.journal.state()
  return [...routesOf(state, fleetNamed(state, name).id)]
}

export function journalOf(parts: Parts, name: string): JournalEntry[] {
  const state = parts.store.journal.state()
  const { id } = fleetNamed(state, name)
  return state.entries.filter(entry => entry.fleetId === id)
}

/** Runs every check of a launched set again, and looks at its data services; the report stays with the set. */
export async function checkSet(parts: Parts, input: Parsed<'set.check'>, caller: Caller): Promise<CheckReport> {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, input.fleet)
  const { id } = setOf(state, fleet, input.version)
  const story = { ...named('set.check', `${fleet.name} ${input.version}`), fleet, to: input.version }
  return tell(parts, caller, story, async ({ signal }) => {
    const set = setOf(parts.store.journal.state(), fleet, input.version)
    const snapshot = snapshotOf(state, fleet, input.version)
    const ofSet = await validate(parts, { set, snapshot, signal, depth: 'whole' })
    const report = await withDataServices(parts, fleet, ofSet, signal)
    const now = parts.store.journal.state().sets.get(id) ?? fail('not-found', `${input.version} was removed meanwhile`)
    return {
      value: report,
      detail: reportText(report),
      changes: [{ kind: 'set', set: { ...now, report } }],
      to: input.version,
    }
  })
}

/** Settings that are not named stay as they are. */
export function saveSettings(parts: Parts, input: Parsed<'app.settings'>): void {
  const now = parts.store.documents.settings()
  parts.store.documents.saveSettings({
    ...now,
    keepWarm: input.keepWarm ?? now.keepWarm,
    trashDays: input.trashDays ?? now.trashDays,
    logMegabytes: input.logMegabytes ?? now.logMegabytes,
    logDays: input.logDays ?? now.logDays,
  })
  parts.live.changed()
}

/** Names, notes and pins are kept with the point of the journal that they are about. */
export function markPoint(parts: Parts, { fleet: name, seq, ...mark }: Parsed<'journal.mark'>): void {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, name)
  if (!state.entries.some(entry => entry.seq === seq && entry.fleetId === fleet.id))
    fail('not-found', `${name} has no entry ${seq}`)
  const begin = parts.store.journal.begin({
    op: 'journal.mark',
    fleetId: fleet.id,
    fleet: name,
    operation: parts.newId(),
    cause: 'user',
  })
  parts.store.journal.end({
    of: begin.seq,
    outcome: 'done',
    ms: 0,
    detail: `entry ${seq}`,
    changes: [{ kind: 'mark', seq, ...mark }],
  })
}
