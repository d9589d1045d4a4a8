import { create } from 'zustand'
import type { NetworkSummary, VolumeSummary } from '../../shared/contract/volumes.ts'
import type { Failure } from '../../shared/failure.ts'
import type { Name } from '../../shared/model/ids.ts'
import { follow } from '../session.ts'
import { keepSame } from './keep-same.ts'

/** Rows are null until they were heard once. */
interface Listed<Row> {
  /** Whose they are; the default one's if undefined. */
  readonly endpoint: Name | undefined
  readonly rows: readonly Row[] | null
  readonly failure: Failure | null
}

export const useVolumes = create<Listed<VolumeSummary>>()(() => ({ endpoint: undefined, rows: null, failure: null }))
export const useNetworks = create<Listed<NetworkSummary>>()(() => ({ endpoint: undefined, rows: null, failure: null }))

/** Follows the volumes while they are looked at. Returns its stop. */
export function followVolumes(endpoint: Name | undefined): () => void {
  useVolumes.setState(old => (old.endpoint === endpoint ? old : { endpoint, rows: null, failure: null }))
  return follow(
    'volumes.state',
    { endpoint },
    ({ volumes, failure }) =>
      useVolumes.setState(old => {
        const rows = volumes === null ? old.rows : keepSame(old.rows, volumes)
        return { rows, failure: worthTelling(rows, failure) }
      }),
    failure => useVolumes.setState({ failure }),
  )
}

export function followNetworks(endpoint: Name | undefined): () => void {
  useNetworks.setState(old => (old.endpoint === endpoint ? old : { endpoint, rows: null, failure: null }))
  return follow(
    'networks.state',
    { endpoint },
    ({ networks, failure }) =>
      useNetworks.setState(old => {
        const rows = networks === null ? old.rows : keepSame(old.rows, networks)
        return { rows, failure: worthTelling(rows, failure) }
      }),
    failure => useNetworks.setState({ failure }),
  )
}

/** Of a lost engine the banner tells already; a list that was seen before stays, and says nothing of its own. */
export function worthTelling(rows: readonly unknown[] | null, failure: Failure | null): Failure | null {
  return rows !== null && failure?.code === 'unreachable' ? null : failure
}
