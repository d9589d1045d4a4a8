import { create } from 'zustand'
import type { NetworkSummary, VolumeSummary } from '../../shared/contract/volumes.ts'
import type { Name } from '../../shared/model/ids.ts'
import { follow } from '../session.ts'
import { followPlaces, type Listed, nothingListed } from './listed.ts'

export const useVolumes = create<Listed<VolumeSummary>>()(() => nothingListed)
export const useNetworks = create<Listed<NetworkSummary>>()(() => nothingListed)

/** Follows the volumes while they are looked at. Returns its stop. */
export function followVolumes(places: readonly Name[]): () => void {
  return followPlaces<VolumeSummary>(useVolumes, {
    places,
    idOf: ({ name }) => name,
    follow: (endpoint, tell) =>
      follow(
        'volumes.state',
        { endpoint },
        ({ volumes: rows, failure }) => tell({ rows, failure }),
        failure => tell({ rows: null, failure }),
      ),
  })
}

export function followNetworks(places: readonly Name[]): () => void {
  return followPlaces<NetworkSummary>(useNetworks, {
    places,
    idOf: ({ id }) => id,
    follow: (endpoint, tell) =>
      follow(
        'networks.state',
        { endpoint },
        ({ networks: rows, failure }) => tell({ rows, failure }),
        failure => tell({ rows: null, failure }),
      ),
  })
}
