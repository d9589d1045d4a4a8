import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fail } from '../../shared/failure.ts'
import type { JournalRecord } from '../../shared/model/journal.ts'
import { type RepairedRecords, repairRecords } from '../../shared/rules/repair-records.ts'
import { fileTime, replaceFile } from './durable.ts'
import { UPDATE_HINT } from './home-format.ts'
import { backupsOf } from './journal-backup.ts'
import { forgetJournalHead, readJournalHead } from './journal-head.ts'
import { parseRecord, parseRecords } from './journal-records.ts'
import { encodeLine, scanLines } from './record-line.ts'

/** The contents of one file of records. */
export interface JournalContent {
  readonly file: string
  /** Records that can be read. */
  readonly records: number
  /** Lines that cannot. */
  readonly damagedLines: number
  /** When the last record was written, in milliseconds since the epoch. */
  readonly lastAt: number | null
  readonly isSound: boolean
}

/** The effect that a repair would have on a home's journal. */
export interface RepairPlan {
  readonly journal: JournalContent
  /** Newest first. */
  readonly backups: readonly JournalContent[]
  /** The file whose records make the new journal. */
  readonly source: string
  /** How many of its records are in the new journal. */
  readonly kept: number
  /** How many were lost from it, by the numbers of those that are left. */
  readonly missing: number
  readonly repeated: number
  /** Operations that are recorded as interrupted, because their ends may have been lost. */
  readonly closed: number
}

interface Repair {
  readonly plan: RepairPlan
  readonly records: readonly JournalRecord[]
}

/** Looks at the journal and its backups. `backup` names one of those to make the new journal from. */
export function planRepair(home: string, backup?: string): RepairPlan {
  return prepareRepair(home, backup).plan
}

/** Writes the new journal and returns where the old one is kept; null where there was none. */
export function repairJournal(home: string, now: number, backup?: string): string | null {
  const { records, plan } = prepareRepair(home, backup)
  if (records.length === 0)
    fail('refused', `${plan.source} holds no record that can be read`, {
      hint: 'Use a backup (--from), or move the journal away and run "flotilla rebuild"',
    })
  const path = join(home, 'journal')
  const aside = existsSync(path) ? `${path}.damaged-${fileTime(now)}` : null
  if (aside !== null) replaceFile(aside, readFileSync(path))
  forgetJournalHead(path)
  replaceFile(path, Buffer.concat(records.map(record => encodeLine(JSON.stringify(record)))))
  return aside
}

function prepareRepair(home: string, backup: string | undefined): Repair {
  const path = join(home, 'journal')
  const backups = backupsOf(path)
  if (backup !== undefined && !backups.includes(backup))
    fail('not-found', `${home} has no backup ${backup}`, { hint: `Backups: ${backups.join(', ') || 'none'}` })
  const head = readJournalHead(path)
  const journal = contentOf(path, head)
  const others = backups.map(name => contentOf(join(dirname(path), name)))
  const isEmptied = journal.records === 0 && others.some(({ records }) => records > 0)
  const source = backup ?? (isEmptied ? others[0]?.file : undefined) ?? journal.file
  const { records, missing, repeated, closed } = readRepaired(join(home, source), head)
  const kept = records.length - closed
  const isSound = journal.isSound && !isEmptied
  return {
    records,
    plan: { journal: { ...journal, isSound }, backups: others, source, kept, missing, repeated, closed },
  }
}

function readRepaired(path: string, head: number): RepairedRecords {
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
  const { lines, end, lineCount } = scanLines(bytes)
  const { unknown } = parseRecords(lines)
  if (unknown !== null)
    fail('conflict', `${path} was written by a newer Flotilla: a repair would lose its records`, { hint: UPDATE_HINT })
  const records = new Map(lines.map(({ number, text }) => [number, parseRecord(text)]))
  // A line that was being written when the machine stopped was never part of the journal.
  const counted = end.kind === 'torn' ? lineCount - 1 : lineCount
  return repairRecords(
    Array.from({ length: counted }, (_, index) => records.get(index + 1) ?? null),
    head,
  )
}

/** `head` is the number of the last record that was written, where it is known; a backup ends before it. */
function contentOf(path: string, head = 0): JournalContent {
  const { lines, end, lineCount } = scanLines(existsSync(path) ? readFileSync(path) : Buffer.alloc(0))
  const { records, complaint, unknown } = parseRecords(lines)
  return {
    file: basename(path),
    records: records.length,
    damagedLines: lineCount - records.length - (end.kind === 'torn' ? 1 : 0),
    lastAt: records.at(-1)?.at ?? null,
    isSound: end.kind !== 'damaged' && complaint === null && unknown === null && head <= (records.at(-1)?.seq ?? 0),
  }
}
