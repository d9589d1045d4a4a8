import type { JournalEntry, Operation } from '../model/journal.ts'
import { operations, type Undoing } from '../model/operations.ts'

/** `launch of v7`: an entry's operation as a noun. */
export function phraseOf(entry: Pick<JournalEntry, 'op' | 'from' | 'to' | 'subject'>): string {
  return operations[entry.op].phrase.replace('$', () => aboutOf(entry))
}

function aboutOf({ from, to, subject }: Pick<JournalEntry, 'from' | 'to' | 'subject'>): string {
  if (subject?.kind === 'name') return subject.after
  if (subject?.kind === 'route') return (subject.after ?? subject.before)?.hostname ?? ''
  return to ?? from ?? 'nothing'
}

export function undoingOf(op: Operation): Undoing {
  return operations[op].undo
}

export function isSwitch({ op }: Pick<JournalEntry, 'op'>): boolean {
  return op === 'route.switch'
}

/** The name and the title of an operation: `Launch shop v7`. */
export function named<Op extends Operation>(op: Op, about = ''): { readonly op: Op; readonly title: string } {
  return { op, title: operations[op].title.replace('$', () => about) }
}
