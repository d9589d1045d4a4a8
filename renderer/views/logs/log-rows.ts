import type { LogLine } from '../../../shared/logs.ts'
import type { JournalEntry } from '../../../shared/model.ts'

export type Row =
  | { readonly kind: 'line'; readonly line: LogLine }
  | { readonly kind: 'switch'; readonly at: number; readonly from: string | null; readonly to: string | null }

const ops = ['route.switch', 'route.undo', 'route.redo']

/** Lines, with the switches that happened between them. */
export function rowsOf(lines: readonly LogLine[], entries: readonly JournalEntry[]): readonly Row[] {
  const [first, last] = [lines[0]?.at, lines.at(-1)?.at]
  if (first === undefined || last === undefined) return []
  const switches = entries
    .filter(({ op, outcome, at }) => ops.includes(op) && outcome === 'done' && at >= first && at <= last)
    .sort((a, b) => a.at - b.at)
  const rows: Row[] = []
  for (const line of lines) {
    for (let next = switches[0]; next !== undefined && next.at < line.at; next = switches[0]) {
      rows.push({ kind: 'switch', at: next.at, from: next.from, to: next.to })
      switches.shift()
    }
    rows.push({ kind: 'line', line })
  }
  return rows
}
