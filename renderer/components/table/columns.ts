import type { ReactNode } from 'react'

/** A column. Keep the list of columns outside of the component, so that unchanged rows are not drawn again. */
export interface Column<Row> {
  readonly id: string
  readonly title: string
  /** Its width as a track of a CSS grid: `120px`, `minmax(160px, 2fr)`. */
  readonly width: string
  /** Content of the cell. Its links and buttons take `tabIndex`: only those of the active row are tab stops. */
  readonly cell: (row: Row, tabIndex: 0 | -1) => ReactNode
  /** Sort key; absent where order means nothing. */
  readonly sortBy?: (row: Row) => string | number
  /** Figures stand at the end of their column. */
  readonly isFigure?: boolean
}

/** A heading above rows. Its key is unique among its siblings. */
export interface Group {
  readonly key: string
  /** Accessible name, also used in the label of the checkbox that selects its rows. */
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
