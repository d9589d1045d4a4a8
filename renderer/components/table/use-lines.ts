import {
  type ColumnDef,
  getCoreRowModel,
  getSortedRowModel,
  type RowSelectionState,
  type SortingState,
  type Table,
  useReactTable,
} from '@tanstack/react-table'
import { useMemo, useState } from 'react'
import { type Column, compareValues, type Group, hasWords } from './columns.ts'
import { type Line, linesOf } from './lines.ts'

interface Given<Row> {
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  readonly rowId: (row: Row) => string
  readonly groupsOf: ((row: Row) => readonly Group[]) | undefined
  readonly searchText: ((row: Row) => string) | undefined
}

/** The rows as the person arranged them: search, order, folded groups, selection. */
export interface Lines<Row> {
  readonly lines: readonly Line<Row>[]
  /** Rows that hold what is looked for, folded or not. */
  readonly shown: number
  /** Selected rows that are visible: an action never touches hidden ones. */
  readonly selected: readonly Row[]
  readonly search: string
  setSearch(search: string): void
  readonly table: Table<Row>
  stateOf(line: Line<Row>): 'all' | 'some' | 'none'
  /** Selects the rows of a line, or lets go of them where all are selected. */
  toggle(line: Line<Row>): void
  /** Selects the rows of all lines between two, both included, besides what is selected already. */
  selectBetween(one: number, other: number): void
  selectAll(): void
  clear(): void
  fold(line: Line<Row>, isFolded: boolean): void
}

const none: ReadonlySet<string> = new Set()

export function useLines<Row>({ rows, columns, rowId, groupsOf, searchText }: Given<Row>): Lines<Row> {
  const [search, setSearch] = useState('')
  const [sorting, setSorting] = useState<SortingState>([])
  const [rowSelection, setRowSelection] = useState<RowSelectionState>({})
  const [folded, setFolded] = useState(none)
  const wanted = search.trim()
  const shown = useMemo(
    () => (wanted === '' || searchText === undefined ? rows : rows.filter(row => hasWords(searchText(row), wanted))),
    [rows, searchText, wanted],
  )
  const definitions = useMemo(() => columns.map(definitionOf), [columns])
  const table = useReactTable<Row>({
    // The table edits no list; its type does not say so.
    data: shown as Row[],
    columns: definitions,
    state: { sorting, rowSelection },
    onSortingChange: setSorting,
    onRowSelectionChange: setRowSelection,
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    enableMultiSort: false,
    sortDescFirst: false,
  })
  const sorted = table.getSortedRowModel().rows
  const ordered = useMemo(() => sorted.map(row => row.original), [sorted])
  const lines = useMemo(
    () => linesOf(ordered, { rowId, groupsOf, inOrder: shown, folded }),
    [ordered, rowId, groupsOf, shown, folded],
  )
  const isSelected = (row: Row) => Object.hasOwn(rowSelection, rowId(row))
  const choose = (chosen: readonly Row[]) => setRowSelection(selectionOf(chosen, rowId))
  const selected = useMemo(
    () => ordered.filter(row => Object.hasOwn(rowSelection, rowId(row))),
    [ordered, rowSelection, rowId],
  )
  return {
    lines,
    shown: shown.length,
    selected,
    search,
    setSearch,
    table,
    stateOf(line) {
      const own = rowsOf(line)
      const count = own.filter(isSelected).length
      return count === 0 ? 'none' : count === own.length ? 'all' : 'some'
    },
    toggle(line) {
      const own = rowsOf(line)
      choose(own.every(isSelected) ? selected.filter(row => !own.includes(row)) : [...selected, ...own])
    },
    selectBetween(one, other) {
      const between = lines.slice(Math.min(one, other), Math.max(one, other) + 1)
      choose([...selected, ...between.flatMap(line => (line.kind === 'row' ? [line.row] : []))])
    },
    selectAll: () => choose(ordered),
    clear: () => choose([]),
    fold(line, isFolded) {
      setFolded(old => new Set(isFolded ? [...old, line.id] : [...old].filter(id => id !== line.id)))
    },
  }
}

function rowsOf<Row>(line: Line<Row>): readonly Row[] {
  return line.kind === 'row' ? [line.row] : line.rows
}

function selectionOf<Row>(rows: readonly Row[], rowId: (row: Row) => string): RowSelectionState {
  return Object.fromEntries(rows.map(row => [rowId(row), true]))
}

function definitionOf<Row>({ id, sortBy }: Column<Row>): ColumnDef<Row> {
  if (sortBy === undefined) return { id, enableSorting: false }
  return { id, accessorFn: sortBy, sortingFn: (a, b) => compareValues(a.getValue(id), b.getValue(id)) }
}
