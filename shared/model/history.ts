import type { Name, SetId, Version } from './ids.ts'
import type { JournalEntry } from './journal.ts'
import type { Route } from './route.ts'

export type Direction = 'undo' | 'redo'

/** `switches`: only what moves traffic, for scripts. */
export type Scope = 'all' | 'switches'

/** A fleet, its entries, oldest first, and what there is to act on. */
export interface HistoryFacts {
  readonly fleet: { readonly name: string }
  readonly entries: readonly JournalEntry[]
  readonly routes: readonly Pick<Route, 'id' | 'setId' | 'hostname' | 'port'>[]
  /** `stopped` needs a launch; every other state is there to be pointed at. */
  readonly sets: readonly { readonly id: SetId; readonly version: Version; readonly state: string }[]
  readonly snapshots: readonly { readonly version: Version }[]
}

/** An operation that takes the version of a set. */
export type SetOperation = 'set.launch' | 'set.start' | 'set.stop' | 'set.remove'

/** The operation that a step of the history carries out. */
export type Effect =
  | { readonly op: 'route.switch'; readonly version: Version; readonly needsLaunch: boolean }
  | { readonly op: SetOperation; readonly version: Version }
  | { readonly op: 'route.add' | 'route.edit' | 'route.remove'; readonly route: Route }
  | { readonly op: 'fleet.rename'; readonly name: Name }

/** An effect that is no switch. */
export type OtherEffect = Exclude<Effect, { op: 'route.switch' }>

export type HistoryDecision =
  | {
      readonly kind: 'step'
      /** The number of the entry that is taken back; null for a return to a point that no undo leads to. */
      readonly undoes: number | null
      readonly effect: Effect
      /** `Undo: switch shop back to v2` */
      readonly text: string
      /** Newer operations that stay as they are, with the reasons. */
      readonly notes: readonly string[]
    }
  | { readonly kind: 'refuse'; readonly reason: Reason; readonly text: string }

export type HistoryStep = Extract<HistoryDecision, { kind: 'step' }>

export type Reason = 'nothing' | 'superseded' | 'nothing-before' | 'target-gone' | 'running' | 'live'
