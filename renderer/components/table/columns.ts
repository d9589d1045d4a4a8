import type { ReactNode } from 'react'

/** One column. Keep the list outside of the component: rows that have not changed are then not drawn again. */
export interface Column<Row> {
  readonly id: string
  readonly title: string
  /** Its width as a track of a CSS grid: `120px`, `minmax(160px, 2fr)`. */
  readonly width: string
  /** What stands in it. Links and buttons in it take `tabIndex`: only those of the active row are tab stops. */
  readonly cell: (row: Row, tabIndex: 0 | -1) => ReactNode
  /** What it is sorted by; absent where order means nothing. */
  readonly sortBy?: (row: Row) => string | number
  /** Figures stand at the end of their column. */
  readonly isFigure?: boolean
}

/** A heading above rows. Its key is unique among its siblings. */
export interface Group {
  readonly key: string
  /** What a screen reader calls it, and what is said of it to select its rows. */
  readonly name: string
  readonly title: ReactNode
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** `web-2` before `web-10`; figures by size. */
export function compareValues(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  return collator.compare(String(one), String(other))
}

/** Whether every word that is looked for is in the text. */
export function hasWords(text: string, search: string): boolean {
  const lower = text.toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every(word => lower.includes(word))
}
