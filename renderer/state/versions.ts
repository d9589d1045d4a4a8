import type { ContainerSet } from '../../shared/model/container-set.ts'
import type { Version } from '../../shared/model/ids.ts'
import type { Drift, FleetView, SnapshotSummary } from '../../shared/model/views.ts'
import type { VersionState } from '../words/states.ts'

/* Parts of a fleet as selectors take them: each returns an object of the feed itself, or a plain value. */

export function snapshotIn(view: FleetView | null, version: Version): SnapshotSummary | undefined {
  return view?.snapshots.find(snapshot => snapshot.version === version)
}

export function setIn(view: FleetView | null, version: Version): ContainerSet | undefined {
  return view?.sets.find(set => set.version === version)
}

export function stateIn(view: FleetView | null, version: Version): VersionState {
  return setIn(view, version)?.state ?? 'cold'
}

/** Whether nothing is known of its containers: the engine does not answer. */
export function isUnknownSet(set: ContainerSet | undefined): boolean {
  return set?.containers.some(({ state }) => state === 'unknown') === true
}

export function liveVersion(view: FleetView | null): Version | null {
  return view?.sets.find(set => set.state === 'live')?.version ?? null
}

/** The version that would go live next: the newest that is newer than the live one, or the newest while nothing is. */
export function candidateVersion(view: FleetView | null): Version | null {
  const newest = view?.snapshots.reduce<SnapshotSummary | null>(
    (best, one) => (best === null || one.number > best.number ? one : best),
    null,
  )
  const live = liveVersion(view)
  if (newest === null || newest === undefined || newest.version === live) return null
  const liveNumber = live === null ? 0 : Number(live.slice(1))
  return newest.number > liveNumber ? newest.version : null
}

export function canGoLive(state: VersionState): boolean {
  return state === 'warm' || state === 'checking' || state === 'failed'
}

/** The drift of a set; empty for a version without one. */
export function driftIn(view: FleetView | null, version: Version): readonly Drift[] {
  const set = setIn(view, version)
  return set === undefined ? [] : (view?.drift.filter(drift => drift.setId === set.id) ?? [])
}

const numbered = new WeakMap<FleetView['snapshots'], readonly Version[]>()

/** Versions in the order they were made. The same list for the same snapshots. */
export function versionsIn(view: FleetView | null): readonly Version[] {
  if (view === null) return none
  const known = numbered.get(view.snapshots)
  if (known !== undefined) return known
  const versions = [...view.snapshots].sort((a, b) => a.number - b.number).map(snapshot => snapshot.version)
  numbered.set(view.snapshots, versions)
  return versions
}

const none: readonly Version[] = []

/** The pair that is compared where nobody chose one: live and candidate, else what came before and live. */
export function defaultPair(view: FleetView | null): { readonly from: Version; readonly to: Version } | null {
  const live = liveVersion(view)
  const candidate = candidateVersion(view)
  const versions = versionsIn(view)
  if (live !== null && candidate !== null) return { from: live, to: candidate }
  const to = live ?? candidate ?? versions.at(-1)
  if (to === undefined) return null
  const parent = snapshotIn(view, to)?.parent ?? versions[versions.indexOf(to) - 1]
  return parent === undefined || parent === null ? null : { from: parent, to }
}
