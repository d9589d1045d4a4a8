import type { Group } from './columns.ts'

/** A line of a table: a heading or a row. */
export type Line<Row> =
  | {
      readonly kind: 'group'
      /** The keys of the group and of those around it. */
      readonly id: string
      readonly group: Group
      /** From 1. */
      readonly level: number
      readonly rows: readonly Row[]
      readonly isFolded: boolean
    }
  | { readonly kind: 'row'; readonly id: string; readonly row: Row; readonly level: number }

interface Grouping<Row> {
  readonly rowId: (row: Row) => string
  readonly groupsOf: ((row: Row) => readonly Group[]) | undefined
  /** The rows in their own order: groups stand in the order of their first rows, however rows are sorted. */
  readonly inOrder: readonly Row[]
  readonly folded: ReadonlySet<string>
}

/** The lines of a table: sorted rows under the headings that they belong to, without those in folded groups. */
export function linesOf<Row>(sorted: readonly Row[], grouping: Grouping<Row>): readonly Line<Row>[] {
  const { groupsOf, rowId } = grouping
  if (groupsOf === undefined) return sorted.map(row => ({ kind: 'row', id: rowId(row), row, level: 1 }))
  const paths = new Map(grouping.inOrder.map(row => [row, groupsOf(row)]))
  const ranks = new Map<string, number>()
  for (const path of paths.values()) {
    for (let level = 1; level <= path.length; level += 1) {
      const id = idOf(path, level)
      if (!ranks.has(id)) ranks.set(id, ranks.size)
    }
  }
  return linesAt(sorted, 0, { rowId, paths, ranks, folded: grouping.folded })
}

interface Walk<Row> {
  readonly rowId: (row: Row) => string
  readonly paths: ReadonlyMap<Row, readonly Group[]>
  readonly ranks: ReadonlyMap<string, number>
  readonly folded: ReadonlySet<string>
}

function linesAt<Row>(rows: readonly Row[], level: number, walk: Walk<Row>): Line<Row>[] {
  const loose: Line<Row>[] = []
  const groups = new Map<string, { group: Group; rows: Row[] }>()
  for (const row of rows) {
    const path = walk.paths.get(row) ?? []
    const group = path[level]
    if (group === undefined) {
      loose.push({ kind: 'row', id: walk.rowId(row), row, level: level + 1 })
      continue
    }
    const id = idOf(path, level + 1)
    const known = groups.get(id)
    if (known === undefined) groups.set(id, { group, rows: [row] })
    else known.rows.push(row)
  }
  const ordered = [...groups].sort(([a], [b]) => (walk.ranks.get(a) ?? 0) - (walk.ranks.get(b) ?? 0))
  const below = ordered.flatMap(([id, { group, rows: own }]): Line<Row>[] => {
    const isFolded = walk.folded.has(id)
    const heading = { kind: 'group', id, group, level: level + 1, rows: own, isFolded } as const
    return isFolded ? [heading] : [heading, ...linesAt(own, level + 1, walk)]
  })
  return [...loose, ...below]
}

/** Keys come from strangers: as JSON no two paths read the same. */
function idOf(path: readonly Group[], level: number): string {
  return JSON.stringify(path.slice(0, level).map(group => group.key))
}
