import { create } from 'zustand'
import type { ListedContainer } from '../../shared/contract/containers.ts'
import type { Failure } from '../../shared/failure.ts'
import type { Name } from '../../shared/model/ids.ts'
import { follow } from '../session.ts'
import { keepSame } from './keep-same.ts'

export const detailTabs = ['overview', 'processes', 'layers', 'json', 'terminal'] as const
export type DetailTab = (typeof detailTabs)[number]

interface ContainersView {
  /** Whose they are; the default one if undefined. */
  readonly endpoint: Name | undefined
  /** Null until they were heard once. */
  readonly rows: readonly ListedContainer[] | null
  readonly failure: Failure | null
  /** The container that is looked at from near, by id. */
  readonly shownId: string | null
  readonly tab: DetailTab
}

export const useContainers = create<ContainersView>()(() => ({
  endpoint: undefined,
  rows: null,
  failure: null,
  shownId: null,
  tab: 'overview',
}))

/** Follows the containers of an endpoint while they are looked at. Returns its stop. */
export function followContainers(endpoint: Name | undefined): () => void {
  if (useContainers.getState().endpoint !== endpoint) useContainers.setState({ endpoint, rows: null, failure: null })
  return follow(
    'containers.state',
    { endpoint },
    rows =>
      useContainers.setState(old => ({
        rows: keepRows(old.rows, rows),
        failure: null,
        shownId: rows.some(({ id }) => id === old.shownId) ? old.shownId : null,
      })),
    failure => useContainers.setState({ failure }),
  )
}

/** Rows that say the same stay the same objects, wherever they stand by now. */
function keepRows(before: readonly ListedContainer[] | null, rows: readonly ListedContainer[]) {
  const known = new Map(before?.map(row => [row.id, row]))
  return keepSame(
    before,
    rows.map(row => keepSame(known.get(row.id), row)),
  )
}

export function showContainer(id: string | null, tab?: DetailTab): void {
  useContainers.setState(old => ({ shownId: id, tab: tab ?? old.tab }))
}
