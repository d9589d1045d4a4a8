import type { JournalEntry } from '../../shared/model/journal.ts'
import { isSwitch, phraseOf } from '../../shared/rules/operations.ts'

/** An entry in a few words: `launch of v7`, `undo → v6`. */
export function entryWords(entry: JournalEntry): string {
  const words = labelWords(entry)
  return entry.outcome === 'failed' || entry.outcome === 'cancelled' ? `${words} ${entry.outcome}` : words
}

/** An entry where its symbol tells the outcome. */
export function labelWords(entry: JournalEntry): string {
  if (entry.op === 'drift.found' && entry.to === null) return 'drift beside the versions'
  if (entry.direction === null) return phraseOf(entry)
  return isSwitch(entry) ? `${entry.direction} → ${entry.to}` : `${entry.direction}: ${phraseOf(entry)}`
}

export type EntryKind = 'snapshot' | 'launch' | 'switch' | 'undo' | 'trouble' | 'drift' | 'other'

/** The symbol of an entry. */
export function entryKind(entry: JournalEntry): EntryKind {
  if (entry.outcome === 'failed' || entry.outcome === 'interrupted') return 'trouble'
  if (entry.op === 'snapshot.take') return 'snapshot'
  if (isSwitch(entry)) return entry.direction === null ? 'switch' : 'undo'
  if (entry.op === 'drift.found') return 'drift'
  return entry.op === 'set.launch' || entry.op === 'set.start' || entry.op === 'set.heal' ? 'launch' : 'other'
}
