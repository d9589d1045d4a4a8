import { count } from '../../../shared/rules/count.ts'
import type { JournalContent, RepairPlan } from '../../store/journal-repair.ts'
import { clean, clock, table } from './text.ts'

/** The contents of the journal and its backups, and the records that a repair would keep and lose. */
export function repairText(plan: RepairPlan, isNeeded: boolean): string {
  const files = [plan.journal, ...plan.backups].map(contentRow)
  const held = table(['FILE', 'RECORDS', 'DAMAGED LINES', 'LAST RECORD'], files, '')
  return `${held}\n\n${isNeeded ? outcomeText(plan) : 'The journal is sound: there is nothing to repair'}`
}

function contentRow({ file, records, damagedLines, lastAt }: JournalContent): string[] {
  return [file, String(records), String(damagedLines), lastAt === null ? '-' : clock(lastAt)]
}

function outcomeText({ source, kept, missing, repeated, closed }: RepairPlan): string {
  const lines = [`The new journal is made from ${clean(source)}: ${count(kept, 'record')} kept, ${missing} missing`]
  if (repeated > 0) lines.push(`Left out because it stood there twice: ${count(repeated, 'record')}`)
  if (closed > 0) lines.push(`Recorded as interrupted because the end may be lost: ${count(closed, 'operation')}`)
  return lines.join('\n')
}
