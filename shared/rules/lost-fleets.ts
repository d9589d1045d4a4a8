import type { Snapshot } from '../model/snapshot.ts'
import { count } from './count.ts'
import type { State } from './fold.ts'

/** The identity of a manifest in the engine. */
export type Manifest = Pick<Snapshot, 'fleetId' | 'fleet' | 'version' | 'number'>

/**
 * The manifests of fleets that this journal has never heard of, though they are of this home: the journal was lost,
 * emptied, or replaced by an older one. A fleet that was removed has entries, and is not lost.
 */
export function lostManifests(state: State, manifests: readonly Manifest[]): readonly Manifest[] {
  const known = new Set([...state.fleets.keys(), ...state.trash.keys(), ...state.entries.map(({ fleetId }) => fleetId)])
  return manifests.filter(({ fleetId }) => !known.has(fleetId))
}

/** `the journal does not know shop (v1, v2)`: what is lost, in a line; null where nothing is. */
export function lostFleetsText(lost: readonly Manifest[]): string | null {
  if (lost.length === 0) return null
  const fleets = [...new Set(lost.map(({ fleet }) => fleet))].map(fleet => {
    const own = lost.filter(manifest => manifest.fleet === fleet).toSorted((a, b) => a.number - b.number)
    return `${fleet} (${own.map(({ version }) => version).join(', ')})`
  })
  return `The journal of this home does not know ${fleets.join(', ')}, which the engine holds`
}

/** The sentence about a journal that is gone, before the engine has told which fleets it holds. */
export function lostJournalText(records: number): string {
  return `The journal of this home is gone: ${count(records, 'record')} had been written. The engine tells which fleets it held`
}
