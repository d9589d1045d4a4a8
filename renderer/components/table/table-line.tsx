import { IconChevronRight } from '@tabler/icons-react'
import { type CSSProperties, memo } from 'react'
import { inert } from '../../words/inert.ts'
import type { Column } from './columns.ts'
import type { Line } from './lines.ts'
import classes from './table.module.css'

interface Props<Row> {
  readonly line: Line<Row>
  /** Its place among all lines, from 0. */
  readonly index: number
  /** Pixels from the top of the list. */
  readonly top: number
  readonly columns: readonly Column<Row>[]
  /** Accessible name of its checkbox; null in tables without selection. */
  readonly name: string | null
  readonly selected: 'all' | 'some' | 'none'
  readonly isActive: boolean
  readonly isOpen: boolean
  /** Whether the list has groups. */
  readonly isTree: boolean
}

/** A heading or a row. What is done to it is heard by the list around it. */
function DrawnLine<Row>(props: Props<Row>) {
  const { line, index, top, isActive, selected, name } = props
  const isRow = line.kind === 'row'
  return (
    <tr
      className={isRow ? classes.row : classes.group}
      style={{ transform: `translateY(${top}px)`, '--level': line.level } as CSSProperties /* a variable of our own */}
      data-line={index}
      data-level={line.level}
      data-open={props.isOpen || undefined}
      // The head is the first row.
      aria-rowindex={index + 2}
      // Levels are a tree's: without groups it is a plain grid.
      aria-level={props.isTree ? line.level : undefined}
      aria-expanded={isRow ? undefined : !line.isFolded}
      aria-selected={name === null ? undefined : selected === 'all'}
      tabIndex={isActive ? 0 : -1}
    >
      {name === null ? null : (
        <td className={classes.select} data-select>
          <input
            type="checkbox"
            tabIndex={-1}
            checked={selected === 'all'}
            ref={box => {
              if (box !== null) box.indeterminate = selected === 'some'
            }}
            readOnly
            aria-label={`Select ${inert(name)}`}
          />
        </td>
      )}
      {isRow ? <Cells row={line.row} columns={props.columns} tabIndex={isActive ? 0 : -1} /> : <Heading line={line} />}
    </tr>
  )
}

// A component that is remembered keeps its type parameter only if it is told so.
export const TableLine = memo(DrawnLine) as typeof DrawnLine

function Cells<Row>({
  row,
  columns,
  tabIndex,
}: {
  readonly row: Row
  readonly columns: readonly Column<Row>[]
  readonly tabIndex: 0 | -1
}) {
  return columns.map(column => (
    <td key={column.id} className={classes.cell} data-figure={column.isFigure || undefined}>
      {column.cell(row, tabIndex)}
    </td>
  ))
}

function Heading<Row>({ line }: { readonly line: Line<Row> & { readonly kind: 'group' } }) {
  return (
    <td className={classes.heading}>
      <IconChevronRight size={14} aria-hidden className={classes.fold} />
      {line.group.title}
      <span className={classes.count}>{line.rows.length}</span>
    </td>
  )
}
