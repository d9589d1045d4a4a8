import { ActionIcon, Button, Skeleton, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { countWords } from '../../words/amounts.ts'
import { inert } from '../../words/inert.ts'
import { Problem } from '../problem.tsx'
import classes from './table.module.css'
import { TableLines } from './table-lines.tsx'
import type { TableProps } from './table-props.ts'
import { useLines } from './use-lines.ts'

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
