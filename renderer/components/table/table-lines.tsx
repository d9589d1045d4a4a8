import { UnstyledButton } from '@mantine/core'
import type { Column as SortedColumn } from '@tanstack/react-table'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, memo, type SyntheticEvent, useCallback, useRef } from 'react'
import type { Column } from './columns.ts'
import type { Line } from './lines.ts'
import classes from './table.module.css'
import { TableLine } from './table-line.tsx'
import type { TableProps } from './table-props.ts'
import { useLineKeys } from './use-line-keys.ts'
import type { Lines } from './use-lines.ts'

/** Heights in pixels, as the style sheet has them. */
const HEAD = 32
const ROW = 40
const GROUP = 36
const INNER_GROUP = 28

/** The column of the checkboxes. */
const SELECT = '20px'

/** The head that stays in sight, and of the lines only those that are. */
export function TableLines<Row>({ held, ...props }: TableProps<Row> & { readonly held: Lines<Row> }) {
  const { columns, openId = null, onOpen, onTouch } = props
  const { lines } = held
  const canSelect = props.bulk !== undefined
  const scroll = useRef<HTMLDivElement>(null)
  const focus = (index: number) => {
    rows.scrollToIndex(index)
    requestAnimationFrame(() =>
      scroll.current?.querySelector<HTMLElement>(`[data-line="${index}"]`)?.focus({ preventScroll: true }),
    )
  }
  const { active, onKeyDown, onClick } = useLineKeys({ held, canSelect, onOpen, focus })
  // As long as these are the same, a scroll measures nothing anew. A height goes with a line, not with its place.
  const getItemKey = useCallback((index: number) => lines[index]?.id ?? index, [lines])
  const estimateSize = useCallback((index: number) => heightOf(lines[index]), [lines])
  const rows = useVirtualizer({
    count: lines.length,
    estimateSize,
    getItemKey,
    overscan: 8,
    scrollMargin: HEAD,
    scrollPaddingStart: HEAD,
    getScrollElement: () => scroll.current,
    // The focused line stays rendered when it is scrolled out of sight.
    rangeExtractor: range => [...new Set([...defaultRangeExtractor(range), active])].sort((a, b) => a - b),
  })
  const touch = ({ target }: SyntheticEvent) => {
    const row = rowAt(target, lines)
    if (row !== undefined) onTouch?.(row)
  }
  return (
    <div ref={scroll} className={classes.scroll} data-opens={onOpen !== undefined || undefined}>
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: both of its roles support it */}
      <table
        className={classes.grid}
        role={props.groupsOf === undefined ? 'grid' : 'treegrid'}
        aria-label={props.label}
        aria-rowcount={lines.length + 1}
        aria-multiselectable={canSelect || undefined}
        style={{ '--columns': tracksOf(columns, canSelect) } as CSSProperties /* a variable of our own */}
        onKeyDownCapture={touch}
        onClickCapture={touch}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <thead className={classes.headGroup}>
          <tr className={classes.head} aria-rowindex={1}>
            {canSelect ? <SelectAll held={held} thing={props.thing} /> : null}
            {columns.map(column => (
              <TableHead
                key={column.id}
                column={column}
                sorted={held.table.getColumn(column.id)}
                direction={held.table.getColumn(column.id)?.getIsSorted() || null}
              />
            ))}
          </tr>
        </thead>
        <tbody className={classes.list} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start, key }) => {
            const line = lines[index]
            return line === undefined ? null : (
              <TableLine
                key={key}
                line={line}
                index={index}
                top={start - HEAD}
                columns={columns}
                name={canSelect ? (line.kind === 'row' ? props.rowName(line.row) : line.group.name) : null}
                selected={held.stateOf(line)}
                isActive={index === active}
                isOpen={line.kind === 'row' && line.id === openId}
                isTree={props.groupsOf !== undefined}
              />
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/** The row that something on the page is part of. */
function rowAt<Row>(target: EventTarget, lines: readonly Line<Row>[]): Row | undefined {
  const index = target instanceof Element ? target.closest<HTMLElement>('[data-line]')?.dataset.line : undefined
  const line = lines[Number(index)]
  return line?.kind === 'row' ? line.row : undefined
}

function heightOf(line: Line<unknown> | undefined): number {
  if (line?.kind !== 'group') return ROW
  return line.level === 1 ? GROUP : INNER_GROUP
}

function tracksOf(columns: readonly Column<never>[], canSelect: boolean): string {
  return [...(canSelect ? [SELECT] : []), ...columns.map(column => column.width)].join(' ')
}

function SelectAll<Row>({ held, thing }: { readonly held: Lines<Row>; readonly thing: string }) {
  const isAll = held.selected.length === held.shown
  return (
    <th scope="col" className={classes.select}>
      <input
        type="checkbox"
        checked={isAll}
        ref={box => {
          if (box !== null) box.indeterminate = !isAll && held.selected.length > 0
        }}
        onChange={isAll ? held.clear : held.selectAll}
        aria-label={`Select every ${thing} shown`}
      />
    </th>
  )
}

const directions = { asc: 'ascending', desc: 'descending' } as const

interface HeadProps<Row> {
  readonly column: Column<Row>
  readonly sorted: SortedColumn<Row> | undefined
  readonly direction: keyof typeof directions | null
}

function DrawnHead<Row>({ column, sorted, direction }: HeadProps<Row>) {
  const figure = column.isFigure || undefined
  if (column.sortBy === undefined) {
    return (
      <th scope="col" className={classes.column} data-figure={figure}>
        {column.title}
      </th>
    )
  }
  return (
    <th
      scope="col"
      className={classes.column}
      data-figure={figure}
      aria-sort={direction === null ? 'none' : directions[direction]}
    >
      <UnstyledButton className={classes.sort} onClick={sorted?.getToggleSortingHandler()}>
        {column.title}
        {direction === null ? null : <span aria-hidden>{direction === 'asc' ? '↑' : '↓'}</span>}
      </UnstyledButton>
    </th>
  )
}

// A component that is remembered keeps its type parameter only if it is told so.
const TableHead = memo(DrawnHead) as typeof DrawnHead
