import { type ReactNode, useCallback, useMemo } from 'react'
import type { Name } from '../../../shared/model/ids.ts'
import type { Placed } from '../../../shared/rules/all-endpoints.ts'
import { aimAt, useListedPlaces, useRoomFeed } from '../../state/endpoints.ts'
import type { Listed } from '../../state/listed.ts'
import { Room } from '../room.tsx'
import { Aimed, AllEndpoints, SilentEndpoints, withEndpoint } from './all-endpoints.tsx'
import { Table } from './table.tsx'
import type { TableProps } from './table-props.ts'

interface Props<Row> extends Omit<TableProps<Row>, 'label' | 'rows' | 'failure'> {
  readonly title: string
  /** Follows the rows at endpoints into the store below. The same from one drawing to the next. */
  readonly follow: (places: readonly Name[]) => () => void
  readonly useStore: <T>(pick: (held: Listed<Row>) => T) => T
  /** Below the table. */
  readonly children?: ReactNode
}

/** A room that is one list of what an endpoint has, or all of them have. Its tools are for one endpoint. */
export function TableRoom<Row>({ title, follow, useStore, children, ...table }: Props<Row>) {
  useRoomFeed(follow)
  const rows = useStore(held => held.rows)
  const failure = useStore(held => held.failure)
  const silent = useStore(held => held.silent)
  const isSpread = useListedPlaces().length > 1
  const placed = usePlaced({ ...table, isSpread })
  return (
    <Room title={title}>
      <SilentEndpoints silent={silent} />
      <Table<Placed<Row>>
        {...table}
        {...placed}
        label={title}
        rows={rows}
        failure={failure}
        onTouch={touch}
        toolbar={
          <>
            {isSpread ? null : table.toolbar}
            <AllEndpoints />
          </>
        }
      />
      {children}
    </Room>
  )
}

type TableParts<Row> = Pick<TableProps<Row>, 'columns' | 'rowId' | 'searchText' | 'bulk'>

/** The parts of a table that tell rows of several endpoints apart. */
export function usePlaced<Row>({
  columns,
  rowId,
  searchText,
  bulk,
  isSpread,
}: TableParts<Row> & { readonly isSpread: boolean }): TableParts<Placed<Row>> {
  const shown = useMemo(() => (isSpread ? withEndpoint(columns) : columns), [columns, isSpread])
  const id = useCallback((row: Placed<Row>) => `${row.endpoint}/${rowId(row)}`, [rowId])
  const text = useCallback((row: Placed<Row>) => `${searchText?.(row) ?? ''} ${row.endpoint}`, [searchText])
  return {
    columns: shown,
    rowId: id,
    ...(searchText !== undefined && { searchText: isSpread ? text : searchText }),
    ...(bulk !== undefined && {
      bulk: (selected: readonly Placed<Row>[]) => <Aimed rows={selected}>{bulk(selected)}</Aimed>,
    }),
  }
}

export function touch(row: { readonly endpoint: Name }): void {
  aimAt([row])
}
