import { create } from 'zustand'
import { type Failure, toFailure } from '../../shared/failure.ts'
import type { Version } from '../../shared/model/ids.ts'
import type { Snapshot } from '../../shared/model/snapshot.ts'
import { call } from '../session.ts'

type Manifest =
  | { readonly state: 'loading' }
  | { readonly state: 'here'; readonly snapshot: Snapshot }
  | { readonly state: 'failed'; readonly failure: Failure }

interface Manifests {
  /** By `fleet/version`. A snapshot never changes, so what was read once stays. */
  readonly byKey: Readonly<Record<string, Manifest>>
}

export const useManifests = create<Manifests>()(() => ({ byKey: {} }))

export function manifestKey(fleet: string, version: string): string {
  return `${fleet}/${version}`
}

/** Reads a version's manifest unless it is here or on its way. */
export function wantManifest(fleet: string, version: Version): void {
  const key = manifestKey(fleet, version)
  const known = useManifests.getState().byKey[key]
  if (known !== undefined && known.state !== 'failed') return
  put(key, { state: 'loading' })
  call('snapshot.show', { fleet, version }).then(
    snapshot => put(key, { state: 'here', snapshot }),
    error => put(key, { state: 'failed', failure: toFailure(error) }),
  )
}

/** A fleet of the same name may be another one after it was removed. */
export function forgetManifests(): void {
  useManifests.setState({ byKey: {} })
}

function put(key: string, manifest: Manifest): void {
  useManifests.setState(old => ({ byKey: { ...old.byKey, [key]: manifest } }))
}
