import type { JournalEntry } from '../../../shared/model/journal.ts'
import { durationWords } from '../../words/amounts.ts'
import { inert } from '../../words/inert.ts'
import { exactWords } from '../../words/times.ts'

const outcomes: Readonly<Record<JournalEntry['outcome'], string>> = {
  running: 'under way',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
}

/** The tooltip of a journal entry. */
export function hoverWords(entry: JournalEntry): string {
  const took = entry.ms === null ? '' : ` in ${durationWords(entry.ms)}`
  const detail = entry.failure?.message ?? entry.detail
  const by = entry.cause === 'user' ? '' : `, by ${entry.cause}`
  return inert(`${exactWords(entry.at)}, ${outcomes[entry.outcome]}${took}${by}${detail === '' ? '' : `. ${detail}`}`)
}
