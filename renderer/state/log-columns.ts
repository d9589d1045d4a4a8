import { create } from 'zustand'

interface LogColumns {
  /** Fields of JSON lines that have a column of their own, in the order in which they were chosen. */
  readonly columns: readonly string[]
  /** JSON lines are shown as they were written. */
  readonly isRaw: boolean
}

export const useLogColumns = create<LogColumns>()(() => ({ columns: [], isRaw: false }))

export function toggleColumn(name: string): void {
  useLogColumns.setState(({ columns }) => ({
    columns: columns.includes(name) ? columns.filter(one => one !== name) : [...columns, name],
  }))
}
