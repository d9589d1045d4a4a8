import { create } from 'zustand'
import type { NetworkSummary, VolumeSummary } from '../../shared/contract/volumes.ts'
import type { Name } from '../../shared/model/ids.ts'
import { follow } from '../session.ts'
import { hearRows, type Listed, listedOf, nothingListed } from './listed.ts'

export const useVolumes = create<Listed<VolumeSummary>>()(() => nothingListed)
export const useNetworks = create<Listed<NetworkSummary>>()(() => nothingListed)

/** Follows the volumes while they are looked at. Returns its stop. */
export function followVolumes(endpoint: Name | undefined): () => void {
  useVolumes.setState(old => listedOf(old, endpoint))
  return follow(
    'volumes.state',
    { endpoint },
    ({ volumes: rows, failure }) => useVolumes.setState(old => hearRows(old, { rows, failure }, ({ name }) => name)),
    failure => useVolumes.setState({ failure }),
  )
}

export function followNetworks(endpoint: Name | undefined): () => void {
  useNetworks.setState(old => listedOf(old, endpoint))
  return follow(
    'networks.state',
    { endpoint },
    ({ networks: rows, failure }) => useNetworks.setState(old => hearRows(old, { rows, failure }, ({ id }) => id)),
    failure => useNetworks.setState({ failure }),
  )
}
