import { create } from 'zustand'
import type { ListedContainer } from '../../shared/contract/containers.ts'
import type { Name } from '../../shared/model/ids.ts'
import { follow } from '../session.ts'
import { followPlaces, type Listed, nothingListed } from './listed.ts'

export const detailTabs = ['overview', 'processes', 'files', 'layers', 'json', 'terminal'] as const
export type DetailTab = (typeof detailTabs)[number]

interface ContainersView extends Listed<ListedContainer> {
  /** The container that is looked at from near, by id. */
  readonly shownId: string | null
  readonly tab: DetailTab
}

export const useContainers = create<ContainersView>()(() => ({
  ...nothingListed,
  shownId: null,
  tab: 'overview',
}))

/** Follows the containers of endpoints while they are looked at. Returns its stop. */
export function followContainers(places: readonly Name[]): () => void {
  return followPlaces<ListedContainer>(useContainers, {
    places,
    idOf: ({ id }) => id,
    follow: (endpoint, tell) =>
      follow(
        'containers.state',
        { endpoint },
        rows => {
          tell({ rows, failure: null })
          useContainers.setState(old => (old.rows?.some(({ id }) => id === old.shownId) ? old : { shownId: null }))
        },
        failure => tell({ rows: null, failure }),
      ),
  })
}

export function showContainer(id: string | null, tab?: DetailTab): void {
  useContainers.setState(old => ({ shownId: id, tab: tab ?? old.tab }))
}
