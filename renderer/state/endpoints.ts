import { useLayoutEffect, useMemo } from 'react'
import { create } from 'zustand'
import type { EndpointView } from '../../shared/endpoints.ts'
import { DEFAULT_ENDPOINT, type Name } from '../../shared/model/ids.ts'
import { listedEndpoints } from '../../shared/rules/all-endpoints.ts'
import { useConnection } from './connection.ts'
import { useFleet } from './fleet.ts'
import { type Screen, useView } from './view.ts'

/** Empty until the list was heard once. */
export const useEndpoints = create<{ readonly endpoints: readonly EndpointView[] }>()(() => ({ endpoints: [] }))

/** The endpoint that what is shown is about: the fleet's own, or the one that the rooms show. Null before it is known. */
export function usePlace(): EndpointView | null {
  const ofFleet = useFleet(state => state.view?.fleet.endpoint)
  const chosen = useView(view => view.about ?? view.endpoint)
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
  // Of a list of all endpoints it is told which of them do not answer.
  const isOfAll = useView(view => view.isAllListed && !aboutFleet(view.screen))
  return isAppLost || (isEngineLost && !isOfAll)
}

/** The endpoints that a list could show at once, as one text that is the same while they are. */
function namesOf(endpoints: readonly EndpointView[]): string {
  return listedEndpoints(endpoints)
    .map(({ name }) => name)
    .join(' ')
}

/** Whether there are several endpoints to list at once. */
export function useCanListAll(): boolean {
  return useEndpoints(state => listedEndpoints(state.endpoints).length > 1)
}

/** The endpoints that the lists of the rooms show: the chosen one, or all. */
export function useListedPlaces(): readonly Name[] {
  const chosen = useView(view => view.endpoint ?? DEFAULT_ENDPOINT)
  const isAll = useView(view => view.isAllListed)
  const names = useEndpoints(state => namesOf(state.endpoints))
  return useMemo(() => (isAll && names.includes(' ') ? names.split(' ') : [chosen]), [isAll, names, chosen])
}

/** Follows what a room shows of its endpoints. Before it is painted: nothing of another one is seen. */
export function useRoomFeed(follow: (places: readonly Name[]) => () => void): void {
  const places = useListedPlaces()
  useLayoutEffect(() => follow(places), [follow, places])
}

export function listAll(isAllListed: boolean): void {
  useView.setState({ isAllListed, about: null })
}

/** Directs the next action to the endpoint of these rows, where a list has several endpoints. */
export function aimAt(rows: readonly { readonly endpoint: Name }[]): void {
  const [first] = rows
  if (useView.getState().isAllListed && first !== undefined) useView.setState({ about: first.endpoint })
}

/**
 * Adds the current endpoint to a call's input: the fleet's own on the fleet screen, otherwise the one chosen in the
 * sidebar.
 */
export function atPlace(): { readonly endpoint?: Name } {
  const { about, endpoint: shown, screen } = useView.getState()
  const chosen = about ?? shown
  const endpoint = (aboutFleet(screen) ? useFleet.getState().view?.fleet.endpoint : chosen) ?? chosen
  return endpoint === null ? {} : { endpoint }
}
