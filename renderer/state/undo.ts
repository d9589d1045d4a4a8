import type { FleetView, JournalEntry } from '../../shared/model.ts'
import { decideRedo, decideReturn, decideUndo, type Sight, type UndoDecision } from '../../shared/rules/undo.ts'

/** What the Undo or Redo button would do, or why it cannot. */
export interface Offer {
  readonly can: boolean
  readonly words: string
  readonly why: string
}

type Entries = readonly JournalEntry[] | null

/** The rule that main applies when it is asked, on what the feeds show. */
export function undoOffer(view: FleetView | null, entries: Entries): Offer {
  return offer(view, entries, 'Undo', decideUndo)
}

export function redoOffer(view: FleetView | null, entries: Entries): Offer {
  return offer(view, entries, 'Redo', decideRedo)
}

/** What returning to the moment after an entry would do. */
export function returnOffer(view: FleetView | null, entries: Entries, seq: number): Offer {
  return offer(view, entries, 'Return here', sight => decideReturn(sight, seq))
}

function offer(view: FleetView | null, entries: Entries, verb: string, decide: (sight: Sight) => UndoDecision): Offer {
  if (view === null || entries === null) return { can: false, words: verb, why: 'No fleet is chosen' }
  const { routes, sets, snapshots } = view
  const decision = decide({ entries, routes, sets, snapshots })
  if (decision.kind === 'refuse') return { can: false, words: verb, why: decision.text }
  const { toVersion, needsLaunch } = decision
  const why = needsLaunch
    ? `${toVersion} is cold: it is launched from its snapshot and checked first, then the routes point at it`
    : `Points the routes at ${toVersion} again, in milliseconds`
  return { can: true, words: decision.text, why }
}
