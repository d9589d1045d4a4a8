import type { ReactNode } from 'react'
import type { Name } from '../../../shared/model/ids.ts'
import { useRoomFeed } from '../../state/endpoints.ts'
import type { Listed } from '../../state/listed.ts'
import { Room } from '../room.tsx'
import { Table, type TableProps } from './table.tsx'

interface Props<Row> extends Omit<TableProps<Row>, 'label' | 'rows' | 'failure'> {
  readonly title: string
  /** Follows the rows at an endpoint into the store below. The same from one drawing to the next. */
  readonly follow: (endpoint: Name | undefined) => () => void
  readonly useStore: <T>(pick: (held: Listed<Row>) => T) => T
  /** Below the table. */
  readonly children?: ReactNode
}

/** A room that is one list of what an endpoint has. */
export function TableRoom<Row>({ title, follow, useStore, children, ...table }: Props<Row>) {
  useRoomFeed(follow)
  const rows = useStore(held => held.rows)
  const failure = useStore(held => held.failure)
  return (
    <Room title={title}>
      <Table label={title} rows={rows} failure={failure} {...table} />
      {children}
    </Room>
  )
}
