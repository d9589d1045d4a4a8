import type { RouteId, SetId, Version } from '../model/ids.ts'
import type { JournalEntry } from '../model/journal.ts'
import type { Route } from '../model/route.ts'

/*
 * Undo as in an editor: undo, undo, redo, redo walks back and forth along the switches; a new switch forgets what could
 * be redone. Nothing is erased: every step is an entry of its own, and where one stands on the way follows from them all.
 */

/** The facts for undo: a fleet's entries, oldest first, and the sets and snapshots to point at. */
export interface UndoFacts {
  readonly entries: readonly JournalEntry[]
  readonly routes: readonly Pick<Route, 'id' | 'setId'>[]
  /** `stopped` needs a launch; every other state is there to be pointed at. */
  readonly sets: readonly { readonly id: SetId; readonly version: Version; readonly state: string }[]
  readonly snapshots: readonly { readonly version: Version }[]
}

export type UndoDecision =
  | {
      readonly kind: 'point'
      /** The entry that is taken back: the `undoes` of the entry to come. */
      readonly entry: JournalEntry
      /** All routes that follow, in one tick. Where a launch comes first, `to` is the new set instead. */
      readonly moves: readonly { readonly routeId: RouteId; readonly from: SetId | null; readonly to: SetId }[]
      readonly toVersion: Version
      /** The target is cold: only its snapshot remains, or its set is stopped. */
      readonly needsLaunch: boolean
      /** Label of the button: `Undo switch to v7`. */
      readonly text: string
    }
  | {
      readonly kind: 'refuse'
      readonly reason: 'nothing' | 'superseded' | 'nothing-before' | 'target-gone' | 'running'
      readonly text: string
    }

/** Takes back the newest switch that has not been taken back. */
export function decideUndo(sight: UndoFacts): UndoDecision {
  const history = historyOf(sight)
  const step = history.done.at(-1)
  if (step === undefined) return refuse('nothing', 'Nothing was switched yet')
  return decide(sight, history, { entry: step.entry, to: step.before, text: undoText(step.entry) })
}

/** Takes back the newest undo, unless something was switched since. */
export function decideRedo(sight: UndoFacts): UndoDecision {
  const history = historyOf(sight)
  const step = history.undone.at(-1)
  if (step === undefined) return refuse('nothing', 'Nothing was taken back')
  return decide(sight, history, { entry: step.undoneBy, to: step.after, text: `Redo ${deedOf(step.entry)}` })
}

/**
 * Points as the entry with this number left the routes. Along the way of undo that takes back every newer step; to a
 * point that lies off it, it is a step of its own.
 */
export function decideReturn(sight: UndoFacts, seq: number): UndoDecision {
  const target = sight.entries.find(entry => entry.seq === seq)
  if (target === undefined || !isMove(target, routeIds(sight)))
    return refuse('nothing', `Entry ${seq} moved no route that is still there`)
  const history = historyOf(sight)
  const then = historyOf({ ...sight, entries: sight.entries.filter(entry => entry.seq <= seq) })
  const isOnTheWay = then.done.every((step, index) => history.done[index]?.entry.seq === step.entry.seq)
  const next = isOnTheWay ? history.done[then.done.length]?.entry : undefined
  return decide(sight, history, {
    entry: next ?? target,
    to: afterOf(target),
    text: `Return to ${target.to ?? 'nothing'}`,
  })
}

/** `Undo switch to v7`: what undoing this entry would do. */
export function undoText(entry: JournalEntry): string {
  return `Undo ${deedOf(entry)}`
}

/** The versions that some undo or redo may point at from here on. */
export function reachableVersions(sight: Pick<UndoFacts, 'entries' | 'routes'>): ReadonlySet<Version> {
  const { done, undone } = historyOf(sight)
  const places = [...done, ...undone].flatMap(step => [step.before.version, step.after.version])
  return new Set(places.filter(version => version !== null))
}

/** The versions that undo would point at, the next one first, and then those of redo. */
export function nextVersions(sight: Pick<UndoFacts, 'entries' | 'routes'>): readonly Version[] {
  const { done, undone } = historyOf(sight)
  const back = done.toReversed().map(step => step.before.version)
  const forth = undone.toReversed().map(step => step.after.version)
  return [...new Set([...back, ...forth])].filter(version => version !== null)
}

interface PointerPosition {
  readonly setId: SetId | null
  readonly version: Version | null
}

interface Step {
  readonly entry: JournalEntry
  readonly before: PointerPosition
  readonly after: PointerPosition
}

interface History {
  /** Steps that undo takes back, the next one last. */
  readonly done: readonly Step[]
  /** Steps that redo brings back, the next one last. */
  readonly undone: readonly (Step & { readonly undoneBy: JournalEntry })[]
  /** Where the entries left each route. */
  readonly pointers: ReadonlyMap<RouteId, SetId | null>
  readonly running: JournalEntry | null
}

function historyOf({ entries, routes }: Pick<UndoFacts, 'entries' | 'routes'>): History {
  const known = routeIds({ routes })
  const done: Step[] = []
  let undone: (Step & { undoneBy: JournalEntry })[] = []
  const pointers = new Map<RouteId, SetId | null>()
  let running: JournalEntry | null = null
  for (const entry of entries) {
    if (isSwitch(entry) && entry.outcome === 'running') running = entry
    if (!isMove(entry, known)) {
      // A launch that replaces a dead set takes its pointers along, which is no step of its own.
      if (entry.outcome === 'done') for (const move of entry.moves) pointers.set(move.routeId, move.to)
      continue
    }
    for (const move of entry.moves) pointers.set(move.routeId, move.to)
    const at = entry.op === 'route.undo' ? done.findLastIndex(step => step.entry.seq === entry.undoes) : -1
    const again = entry.op === 'route.redo' ? undone.pop() : undefined
    if (at !== -1)
      undone.push(
        ...done
          .splice(at)
          .reverse()
          .map(step => ({ ...step, undoneBy: entry })),
      )
    else if (again !== undefined) done.push(again)
    else {
      done.push({ entry, before: beforeOf(entry), after: afterOf(entry) })
      undone = []
    }
  }
  return { done, undone, pointers, running }
}

function isSwitch(entry: JournalEntry): boolean {
  return entry.op === 'route.switch' || entry.op === 'route.undo' || entry.op === 'route.redo'
}

/** Whether the entry moved a route that is still there. A failed one has moved them back again. */
function isMove(entry: JournalEntry, known: ReadonlySet<RouteId>): boolean {
  const stands = entry.outcome === 'done' || entry.outcome === 'interrupted'
  return stands && isSwitch(entry) && entry.moves.some(move => known.has(move.routeId))
}

function routeIds({ routes }: Pick<UndoFacts, 'routes'>): ReadonlySet<RouteId> {
  return new Set(routes.map(route => route.id))
}

/** The routes of a fleet move together, so the first that pointed anywhere tells. */
function beforeOf(entry: JournalEntry): PointerPosition {
  return { setId: entry.moves.find(move => move.from !== null)?.from ?? null, version: entry.from }
}

function afterOf(entry: JournalEntry): PointerPosition {
  return { setId: entry.moves.find(move => move.to !== null)?.to ?? null, version: entry.to }
}

interface Wish {
  readonly entry: JournalEntry
  readonly to: PointerPosition
  readonly text: string
}

function decide(sight: UndoFacts, history: History, { entry, to, text }: Wish): UndoDecision {
  if (history.running !== null) return refuse('running', `A switch to ${history.running.to ?? 'nothing'} is under way`)
  const moved = sight.routes.filter(route => history.pointers.has(route.id))
  if (moved.some(route => route.setId !== history.pointers.get(route.id))) {
    return refuse('superseded', 'The routes were pointed elsewhere since')
  }
  if (to.setId === null && to.version === null)
    return refuse('nothing-before', `Nothing was live before ${deedOf(entry)}`)
  const target = findTarget(sight, to)
  if (target === null)
    return refuse('target-gone', `${to.version ?? 'What was live'} is gone: no set and no snapshot of it is left`)
  const live = new Set(moved.map(route => route.setId))
  // A route that was added meanwhile goes along with the set that it shares.
  const following = sight.routes.filter(route => history.pointers.has(route.id) || live.has(route.setId))
  if (following.every(route => route.setId === target.setId))
    return refuse('nothing', `${target.version} is live already`)
  const moves = following.map(route => ({ routeId: route.id, from: route.setId, to: target.setId }))
  return { kind: 'point', entry, moves, toVersion: target.version, needsLaunch: target.needsLaunch, text }
}

/** The very set, or the one that was launched from the same snapshot since, or at least the snapshot. */
function findTarget({ sets, snapshots }: UndoFacts, { setId, version }: PointerPosition) {
  const same = sets.find(set => set.id === setId)
  const wanted = version ?? same?.version
  const candidates = [same, ...sets.filter(set => set.version === wanted)].filter(set => set !== undefined)
  const running = candidates.find(set => set.state !== 'stopped')
  if (running !== undefined) return { setId: running.id, version: running.version, needsLaunch: false }
  const cold = candidates[0]?.id ?? setId
  if (wanted === undefined || cold === null || !snapshots.some(snapshot => snapshot.version === wanted)) return null
  return { setId: cold, version: wanted, needsLaunch: true }
}

function deedOf(entry: JournalEntry): string {
  return `${entry.op === 'route.switch' ? 'switch' : 'return'} to ${entry.to ?? 'nothing'}`
}

function refuse(reason: Extract<UndoDecision, { kind: 'refuse' }>['reason'], text: string): UndoDecision {
  return { kind: 'refuse', reason, text }
}
