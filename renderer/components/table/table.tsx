import { ActionIcon, Button, Skeleton, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Failure } from '../../../shared/failure.ts'
import { countWords } from '../../words/amounts.ts'
import { inert } from '../../words/inert.ts'
import { Problem } from '../problem.tsx'
import type { Column, Group } from './columns.ts'
import classes from './table.module.css'
import { TableLines } from './table-lines.tsx'
import { useLines } from './use-lines.ts'

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

const noRows: readonly never[] = []

export function Table<Row>(props: TableProps<Row>) {
  const { rows, columns, rowId, groupsOf, searchText, failure } = props
  const held = useLines({ rows: rows ?? noRows, columns, rowId, groupsOf, searchText })
  return (
    <div className={classes.table}>
      <div className={classes.bar}>
        {searchText === undefined ? null : (
          <TextInput
            className={classes.filter}
            placeholder="Filter"
            aria-label={`Filter the ${props.thing}s`}
            value={held.search}
            onChange={event => held.setSearch(event.currentTarget.value)}
            onKeyDown={event => event.key === 'Escape' && held.setSearch('')}
          />
        )}
        {held.selected.length === 0 || props.bulk === undefined ? (
          props.toolbar
        ) : (
          <div className={classes.chosen}>
            <strong>{held.selected.length} selected</strong>
            {props.bulk(held.selected)}
            <ActionIcon variant="subtle" color="gray" aria-label="Clear the selection" onClick={held.clear}>
              <IconX size={16} />
            </ActionIcon>
          </div>
        )}
        <span className={classes.told} role="status">
          {rows === null ? '' : toldWords(props.thing, held.shown, rows.length)}
        </span>
      </div>
      {failure == null ? null : (
        <div className={classes.problem}>
          <Problem failure={failure} />
        </div>
      )}
      {rows === null && failure == null ? <Waiting /> : null}
      {rows !== null && rows.length === 0 ? <div className={classes.nothing}>{props.empty}</div> : null}
      {rows !== null && rows.length > 0 && held.shown === 0 ? (
        <div className={classes.nothing}>
          <p>
            No {props.thing} has “{inert(held.search.trim())}” in it
          </p>
          <Button onClick={() => held.setSearch('')}>Show all</Button>
        </div>
      ) : null}
      {held.shown > 0 ? <TableLines {...props} held={held} /> : null}
    </div>
  )
}

function toldWords(thing: string, shown: number, all: number): string {
  return shown === all ? countWords(all, thing) : `${shown} of ${countWords(all, thing)}`
}

function Waiting() {
  return (
    <div className={classes.waiting} role="status" aria-busy aria-label="Being listed">
      {['a', 'b', 'c', 'd', 'e', 'f'].map(key => (
        <Skeleton key={key} height={24} radius="sm" />
      ))}
    </div>
  )
}
