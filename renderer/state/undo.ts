import type { JournalEntry } from '../../shared/model/journal.ts'
import type { FleetView } from '../../shared/model/views.ts'
import { decideBringBack, decideTakeBack, type Opposite, type TakeBack } from '../../shared/rules/take-back.ts'
import { decideReturn, type UndoDecision, type UndoFacts } from '../../shared/rules/undo.ts'

/** The effect of the Undo or Redo button, or the reason why there is none. */
export interface Offer {
  readonly can: boolean
  readonly words: string
  readonly why: string
}

type Entries = readonly JournalEntry[] | null

/** The rule that main applies when it is asked, on what the feeds show. */
export function undoOffer(view: FleetView | null, entries: Entries): Offer {
  return takeOffer(view, entries, 'Undo', decideTakeBack)
}

export function redoOffer(view: FleetView | null, entries: Entries): Offer {
  return takeOffer(view, entries, 'Redo', decideBringBack)
}

/** The effect of returning to the moment after an entry. */
export function returnOffer(view: FleetView | null, entries: Entries, seq: number): Offer {
  const sight = sightOf(view, entries)
  if (sight === null) return { can: false, words: 'Return here', why: 'No fleet is chosen' }
  const decision = decideReturn(sight, seq)
  if (decision.kind === 'refuse') return { can: false, words: 'Return here', why: decision.text }
  return { can: true, words: decision.text, why: pointWords(decision) }
}

function takeOffer(
  view: FleetView | null,
  entries: Entries,
  verb: string,
  decide: (sight: UndoFacts) => TakeBack,
): Offer {
  const sight = sightOf(view, entries)
  if (sight === null) return { can: false, words: verb, why: 'No fleet is chosen' }
  const decision = decide(sight)
  switch (decision.kind) {
    case 'refuse':
      return { can: false, words: verb, why: decision.text }
    case 'point':
      return { can: true, words: decision.text, why: pointWords(decision.decision) }
    case 'act':
      return { can: true, words: decision.text, why: oppositeWords(decision.opposite) }
    default:
      return decision satisfies never
  }
}

function sightOf(view: FleetView | null, entries: Entries): UndoFacts | null {
  if (view === null || entries === null) return null
  const { routes, sets, snapshots } = view
  return { entries, routes, sets, snapshots }
}

function pointWords({ toVersion, needsLaunch }: Extract<UndoDecision, { kind: 'point' }>): string {
  return needsLaunch
    ? `${toVersion} is cold: it is launched from its snapshot and checked first, then the routes point at it`
    : `Points the routes at ${toVersion} again, in milliseconds`
}

function oppositeWords(opposite: Opposite): string {
  switch (opposite.method) {
    case 'set.launch':
      return `Launches ${opposite.version} from its snapshot again`
    case 'set.remove':
      return `Removes the containers of ${opposite.version}; its snapshot stays`
    case 'set.start':
      return `Starts the containers of ${opposite.version} again`
    case 'set.stop':
      return `Stops the containers of ${opposite.version}`
    case 'route.add':
      return `Adds the route ${opposite.route.hostname} again`
    case 'route.edit':
      return `Puts the route ${opposite.route.hostname} back as it was`
    case 'route.remove':
      return `Removes the route ${opposite.route.hostname}`
    case 'fleet.rename':
      return `Names the fleet ${opposite.name} again`
    default:
      return opposite satisfies never
  }
}
