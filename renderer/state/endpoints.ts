import { useLayoutEffect } from 'react'
import { create } from 'zustand'
import type { EndpointView } from '../../shared/endpoints.ts'
import { DEFAULT_ENDPOINT, type Name } from '../../shared/model/ids.ts'
import { useConnection } from './connection.ts'
import { useFleet } from './fleet.ts'
import { type Screen, useView } from './view.ts'

/** Empty until the list was heard once. */
export const useEndpoints = create<{ readonly endpoints: readonly EndpointView[] }>()(() => ({ endpoints: [] }))

/** The endpoint that what is shown is about: the fleet's own, or the one that the rooms show. Null before it is known. */
export function usePlace(): EndpointView | null {
  const ofFleet = useFleet(state => state.view?.fleet.endpoint)
  const chosen = useView(view => view.endpoint)
  const isFleet = useView(view => aboutFleet(view.screen))
  const name = (isFleet ? ofFleet : chosen) ?? chosen ?? DEFAULT_ENDPOINT
  return useEndpoints(state => state.endpoints.find(one => one.name === name) ?? null)
}

function aboutFleet(screen: Screen): boolean {
  return screen === 'fleet'
}

/** Whether it must be said which endpoint is meant. */
export function useIsSpread(): boolean {
  return useEndpoints(state => state.endpoints.length > 1 || state.endpoints.some(({ isRemote }) => isRemote))
}

/** Whether what is shown may have changed since: its engine does not answer, or the app does not. */
export function useIsStale(): boolean {
  const isAppLost = useConnection(connection => connection.state === 'lost')
  const isEngineLost = usePlace()?.state.state === 'lost'
  return isAppLost || isEngineLost
}

/** Follows what a room shows of the chosen endpoint. Before it is painted: nothing of another one is seen. */
export function useRoomFeed(follow: (endpoint: Name | undefined) => () => void): void {
  const endpoint = useView(view => view.endpoint ?? undefined)
  useLayoutEffect(() => follow(endpoint), [follow, endpoint])
}

/**
 * Adds the current endpoint to a call's input: the fleet's own on the fleet screen, otherwise the one chosen in the
 * sidebar.
 */
export function atPlace(): { readonly endpoint?: Name } {
  const { endpoint: chosen, screen } = useView.getState()
  const endpoint = (aboutFleet(screen) ? useFleet.getState().view?.fleet.endpoint : chosen) ?? chosen
  return endpoint === null ? {} : { endpoint }
}
