import type { ReactNode } from 'react'
import type { Failure } from '../../../shared/failure.ts'
import type { Column, Group } from './columns.ts'

/**
 * A list of things with columns, for thousands of rows. Functions and columns are to be the same from one drawing to the
 * next: keep them outside of the component. Keys: arrows, Page Up and Down, Home and End walk; Shift with them selects a
 * range, Space a row or a group, Ctrl+A all, Escape none; Enter opens.
 */
export interface TableProps<Row> {
  /** Accessible name: `Containers`. */
  readonly label: string
  /** Singular noun for a row: `container`. */
  readonly thing: string
  /** In their own order, which holds until a column is chosen to sort by. Null until they are known. */
  readonly rows: readonly Row[] | null
  readonly columns: readonly Column<Row>[]
  readonly rowId: (row: Row) => string
  readonly rowName: (row: Row) => string
  /** Headings above the row, outermost first. Groups stand in the order of their first rows. */
  readonly groupsOf?: (row: Row) => readonly Group[]
  /** Where the filter looks; there is no filter without it. */
  readonly searchText?: (row: Row) => string
  /** Shown where there are no rows at all. */
  readonly empty: ReactNode
  /** Why the rows are not known, or not known any more. */
  readonly failure?: Failure | null
  /** Beside the filter. */
  readonly toolbar?: ReactNode
  /** In place of the toolbar while rows are selected; without it nothing can be selected. */
  readonly bulk?: (selected: readonly Row[]) => ReactNode
  readonly openId?: string | null
  readonly onOpen?: (row: Row) => void
  /** Hears of the row that a click or a key is meant for, before anything is done with it. */
  readonly onTouch?: ((row: Row) => void) | undefined
}
