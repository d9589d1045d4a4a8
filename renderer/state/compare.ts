import { create } from 'zustand'
import type { Version } from '../../shared/model/ids.ts'
import type { Snapshot } from '../../shared/model/snapshot.ts'
import type { FleetView } from '../../shared/model/views.ts'
import { manifestKey, useManifests, wantManifest } from './manifests.ts'
import { defaultPair } from './versions.ts'
import { useView } from './view.ts'

export interface Pair {
  readonly from: Version
  readonly to: Version
}

/** The pair that the fleet itself suggests, kept as one object for as long as it is the same. */
export const useSuggestion = create<{ readonly pair: Pair | null }>()(() => ({ pair: null }))

/** Called with each picture of the fleet: reads the manifests of the pair that it suggests. */
export function suggest(view: FleetView): void {
  const pair = defaultPair(view)
  const old = useSuggestion.getState().pair
  if (pair?.from !== old?.from || pair?.to !== old?.to) useSuggestion.setState({ pair })
  if (pair !== null) wantPair(view.fleet.name, pair)
}

/** Compares two versions that a person chose. */
export function compare(fleet: string, pair: Pair): void {
  useView.setState({ compare: pair })
  wantPair(fleet, pair)
}

export function compareAsSuggested(): void {
  useView.setState({ compare: null })
}

function wantPair(fleet: string, { from, to }: Pair): void {
  wantManifest(fleet, from)
  wantManifest(fleet, to)
}

/** The manifest of a version, null until it is here. */
export function useManifest(fleet: string, version: Version | undefined): Snapshot | null {
  return useManifests(state => {
    const manifest = version === undefined ? undefined : state.byKey[manifestKey(fleet, version)]
    return manifest?.state === 'here' ? manifest.snapshot : null
  })
}
