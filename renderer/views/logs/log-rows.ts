import type { LogLine } from '../../../shared/logs.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import { isSwitch } from '../../../shared/rules/operations.ts'
import type { LogMoment } from '../../state/logs.ts'

export type Row =
  | { readonly kind: 'line'; readonly line: LogLine }
  | { readonly kind: 'switch'; readonly at: number; readonly from: string | null; readonly to: string | null }
  | ({ readonly kind: 'moment' } & LogMoment)

type Mark = Exclude<Row, { readonly kind: 'line' }>

/** Lines, with the switches that happened between them, and the moment that the log was opened at. */
export function rowsOf(
  lines: readonly LogLine[],
  entries: readonly JournalEntry[],
  moment: LogMoment | null = null,
): readonly Row[] {
  const [first, last] = [lines[0]?.at, lines.at(-1)?.at]
  if (first === undefined || last === undefined) return []
  const marks = entries
    .filter(entry => isSwitch(entry) && entry.outcome === 'done' && entry.at >= first && entry.at <= last)
    .filter(({ at }) => at !== moment?.at)
    .map(({ at, from, to }): Mark => ({ kind: 'switch', at, from, to }))
  if (moment !== null) marks.push({ kind: 'moment', ...moment })
  marks.sort((a, b) => a.at - b.at)
  const rows: Row[] = []
  for (const line of lines) {
    while (marks[0] !== undefined && marks[0].at < line.at) rows.push(...marks.splice(0, 1))
    rows.push({ kind: 'line', line })
  }
  // A moment after all lines still has its place; a switch does not, there is nothing of the other version yet.
  return [...rows, ...marks.filter(mark => mark.kind === 'moment')]
}
