import { create } from 'zustand'
import type { NetworkSummary, VolumeSummary } from '../../shared/contract/volumes.ts'
import type { Failure } from '../../shared/failure.ts'
import { follow } from '../session.ts'
import { keepSame } from './keep-same.ts'

/** Rows are null until they were heard once. */
interface Listed<Row> {
  readonly rows: readonly Row[] | null
  readonly failure: Failure | null
}

export const useVolumes = create<Listed<VolumeSummary>>()(() => ({ rows: null, failure: null }))
export const useNetworks = create<Listed<NetworkSummary>>()(() => ({ rows: null, failure: null }))

/** Follows the volumes while they are looked at. Returns its stop. */
export function followVolumes(): () => void {
  return follow(
    'volumes.state',
    {},
    ({ volumes, failure }) =>
      useVolumes.setState(old => {
        const rows = volumes === null ? old.rows : keepSame(old.rows, volumes)
        return { rows, failure: worthTelling(rows, failure) }
      }),
    failure => useVolumes.setState({ failure }),
  )
}

export function followNetworks(): () => void {
  return follow(
    'networks.state',
    {},
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
