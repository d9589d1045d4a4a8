import type { Direction, HistoryDecision, HistoryStep } from '../../shared/model/history.ts'
import type { JournalEntry } from '../../shared/model/journal.ts'
import type { FleetView } from '../../shared/model/views.ts'
import { effectDetail } from '../../shared/rules/effects.ts'
import { decideReturn, decideStep } from '../../shared/rules/history.ts'

/** The effect of the Undo or Redo button, or the reason why there is none. */
export interface Offer {
  /** Null where nothing can be done. */
  readonly step: HistoryStep | null
  readonly words: string
  readonly why: string
}

type Entries = readonly JournalEntry[] | null

/** The app's answer to Undo, worked out from what the feeds show. */
export function stepOffer(view: FleetView | null, entries: Entries, direction: Direction): Offer {
  return offerOf(view, entries, direction === 'undo' ? 'Undo' : 'Redo', facts => decideStep(facts, direction))
}

/** The effect of returning to the moment after an entry. */
export function returnOffer(view: FleetView | null, entries: Entries, seq: number): Offer {
  return offerOf(view, entries, 'Return here', facts => decideReturn(facts, seq))
}

function offerOf(
  view: FleetView | null,
  entries: Entries,
  words: string,
  decide: (facts: FleetView & { readonly entries: readonly JournalEntry[] }) => HistoryDecision,
): Offer {
  if (view === null || entries === null) return { step: null, words, why: 'No fleet is chosen' }
  const decision = decide({ ...view, entries })
  if (decision.kind === 'refuse') return { step: null, words, why: decision.text }
  const why = [effectDetail(decision.effect), ...decision.notes].join('. ')
  return { step: decision, words: decision.text, why }
}
