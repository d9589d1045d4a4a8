import { create } from 'zustand'
import type { Item } from '../../shared/contract.ts'
import type { JournalEntry } from '../../shared/model/journal.ts'

/** The followed fleet's journal, oldest first; null until it was heard once. */
export const useJournal = create<{ readonly entries: readonly JournalEntry[] | null }>()(() => ({ entries: null }))

/** The journal with what was heard: new entries are put in by their number, changed ones take the old one's place. */
export function mergeEntries(known: readonly JournalEntry[], heard: Item<'fleet.journal'>): readonly JournalEntry[] {
  if (heard.reset) return [...heard.entries].sort((a, b) => a.seq - b.seq)
  const last = known.at(-1)?.seq ?? 0
  const changed = new Map(heard.entries.filter(entry => entry.seq <= last).map(entry => [entry.seq, entry]))
  const added = heard.entries.filter(entry => entry.seq > last).sort((a, b) => a.seq - b.seq)
  const kept = changed.size === 0 ? known : known.map(entry => changed.get(entry.seq) ?? entry)
  return [...kept, ...added]
}
