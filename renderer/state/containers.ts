import { create } from 'zustand'
import type { ListedContainer } from '../../shared/contract/containers.ts'
import type { Name } from '../../shared/model/ids.ts'
import { follow } from '../session.ts'
import { hearRows, type Listed, listedOf, nothingListed } from './listed.ts'

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

/** Follows the containers of an endpoint while they are looked at. Returns its stop. */
export function followContainers(endpoint: Name | undefined): () => void {
  useContainers.setState(old => listedOf(old, endpoint))
  return follow(
    'containers.state',
    { endpoint },
    rows =>
      useContainers.setState(old => ({
        ...hearRows(old, { rows, failure: null }, ({ id }) => id),
        shownId: rows.some(({ id }) => id === old.shownId) ? old.shownId : null,
      })),
    failure => useContainers.setState(old => hearRows(old, { rows: null, failure }, ({ id }) => id)),
  )
}

export function showContainer(id: string | null, tab?: DetailTab): void {
  useContainers.setState(old => ({ shownId: id, tab: tab ?? old.tab }))
}
