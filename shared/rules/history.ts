import type { Direction, Effect, HistoryDecision, HistoryFacts, Reason, Scope } from '../model/history.ts'
import type { RouteId, SetId, Version } from '../model/ids.ts'
import type { JournalEntry } from '../model/journal.ts'
import type { Route } from '../model/route.ts'
import { count } from './count.ts'
import { effectOf, effectText, isUp, obstacleTo } from './effects.ts'
import { isSwitch, phraseOf, undoingOf } from './operations.ts'

/*
 * Undo and redo as in an editor, over everything that the journal of a fleet tells. Nothing is erased: a step back or
 * forward is an operation like any other, and its entry says in `undoes` which one it takes back.
 */

/** The step that Undo or Redo takes now, or why there is none. */
export function decideStep(facts: HistoryFacts, direction: Direction, scope: Scope = 'all'): HistoryDecision {
  const history = historyOf(facts, scope)
  if (history.running !== null) return { kind: 'refuse', ...underWay(history.running) }
  const notes: string[] = []
  const cannot = `cannot be ${direction === 'undo' ? 'undone' : 'redone'}`
  for (const step of (direction === 'undo' ? history.done : history.undone).toReversed()) {
    const wish = wishOf(facts, history, step, direction)
    if (wish.kind === 'step') {
      const { seq } = direction === 'undo' ? step.entry : step.last
      const text = effectText(facts.fleet.name, wish.effect, direction)
      notes.push(...keptNotes(facts, direction, scope, seq))
      return { kind: 'step', undoes: seq, effect: wish.effect, text, notes: fewOf(notes) }
    }
    const why = `The ${phraseOf(step.entry)} ${cannot}: ${wish.why}`
    if (wish.kind === 'refuse') return { kind: 'refuse', reason: wish.reason, text: why }
    notes.push(why)
  }
  notes.push(...keptNotes(facts, direction, scope, 0))
  return { kind: 'refuse', reason: 'nothing', text: [`There is nothing to ${direction}`, ...fewOf(notes)].join('. ') }
}

/**
 * Points as the entry with this number left the routes. Along the way of undo that takes back every newer switch; to a
 * point that lies off it, it is a switch like any other.
 */
export function decideReturn(facts: HistoryFacts, seq: number): HistoryDecision {
  const target = facts.entries.find(entry => entry.seq === seq)
  if (target === undefined || !isMove(target, routeIds(facts)))
    return { kind: 'refuse', reason: 'nothing', text: `Entry ${seq} moved no route that is still there` }
  const history = historyOf(facts, 'switches')
  if (history.running !== null) return { kind: 'refuse', ...underWay(history.running) }
  const then = historyOf({ ...facts, entries: facts.entries.filter(entry => entry.seq <= seq) }, 'switches')
  const isOnTheWay = then.done.every((step, index) => history.done[index]?.entry.seq === step.entry.seq)
  const next = isOnTheWay ? history.done[then.done.length]?.entry.seq : undefined
  const wish = pointing(facts, history, target, 'redo')
  const text = `Return to ${target.to ?? 'nothing'}`
  if (wish.kind !== 'step') return { kind: 'refuse', reason: wish.reason, text: `${text}: ${wish.why}` }
  return { kind: 'step', undoes: next ?? null, effect: wish.effect, text, notes: [] }
}

/** The versions that undo and redo of switches point at: those of undo, the next one first, and then those of redo. */
export function reachableVersions(facts: Pick<HistoryFacts, 'entries'> & KnownRoutes): ReadonlySet<Version> {
  const { done, undone } = historyOf(facts, 'switches')
  const back = done.toReversed().map(({ entry }) => entry.from)
  const forth = undone.toReversed().map(({ entry }) => entry.to)
  const here = [...done.map(({ entry }) => entry.to), ...undone.map(({ entry }) => entry.from)]
  return new Set([...back, ...forth, ...here].filter(version => version !== null))
}

interface Step {
  /** The entry that did it first. */
  readonly entry: JournalEntry
  /** The entry that undid or redid it last, or that did it. */
  readonly last: JournalEntry
}

interface History {
  /** Steps that undo takes back, the next one last. */
  readonly done: readonly Step[]
  /** Steps that redo brings back, the next one last. */
  readonly undone: readonly Step[]
  /** Where the entries left each route. */
  readonly pointers: ReadonlyMap<RouteId, SetId | null>
  /** The switch that is under way. */
  readonly running: JournalEntry | null
}

type KnownRoutes = { readonly routes: readonly Pick<Route, 'id'>[] }

/** An editor's two stacks, out of entries that only ever append. */
function historyOf({ entries, routes }: Pick<HistoryFacts, 'entries'> & KnownRoutes, scope: Scope): History {
  const known = routeIds({ routes })
  let done: Step[] = []
  let undone: Step[] = []
  const pointers = new Map<RouteId, SetId | null>()
  let running: JournalEntry | null = null
  for (const entry of entries) {
    if (isSwitch(entry) && entry.outcome === 'running') running = entry
    if (entry.outcome === 'done' || isMove(entry, known)) follow(pointers, entry)
    if (!isStep(entry, known, scope)) continue
    const at = done.findLastIndex(({ entry: first, last }) => [first.seq, last.seq].includes(entry.undoes ?? -1))
    const again = undone.findLast(({ entry: first, last }) => last.seq === entry.undoes && first.to === entry.to)
    if (at !== -1) {
      // A return takes back every switch from there on.
      const isTaken = (step: Step, index: number) =>
        index === at || (index > at && isSwitch(entry) && isSwitch(step.entry))
      undone.push(
        ...done
          .filter(isTaken)
          .toReversed()
          .map(step => ({ ...step, last: entry })),
      )
      done = done.filter((step, index) => !isTaken(step, index))
    } else if (again !== undefined) {
      undone = undone.filter(step => step !== again)
      done.push({ ...again, last: entry })
    } else {
      done.push({ entry, last: entry })
      undone = []
    }
  }
  return { done, undone, pointers, running }
}

/** Causes that are no step of a person: parts of another operation, and the app's own work. */
const causesOfOthers: readonly string[] = ['undo', 'switch', 'sample', 'recovery']

function isOwn(entry: JournalEntry): boolean {
  return entry.undoes !== null || !causesOfOthers.includes(entry.cause)
}

function isStep(entry: JournalEntry, known: ReadonlySet<RouteId>, scope: Scope): boolean {
  if (scope === 'switches') return isMove(entry, known)
  if (!isOwn(entry) || !('by' in undoingOf(entry.op))) return false
  return isSwitch(entry) ? isMove(entry, known) : entry.outcome === 'done'
}

/** Whether the entry moved a route that is still there. A failed one has moved them back again. */
function isMove(entry: JournalEntry, known: ReadonlySet<RouteId>): boolean {
  const stands = entry.outcome === 'done' || entry.outcome === 'interrupted'
  return stands && isSwitch(entry) && entry.moves.some(move => known.has(move.routeId))
}

function routeIds({ routes }: KnownRoutes): ReadonlySet<RouteId> {
  return new Set(routes.map(route => route.id))
}

/** A launch that replaces a set takes its pointers along, and a new route points where the others do. */
function follow(pointers: Map<RouteId, SetId | null>, { op, moves, subject }: JournalEntry): void {
  for (const move of moves) pointers.set(move.routeId, move.to)
  if (op === 'route.add' && subject?.kind === 'route' && subject.after !== null)
    pointers.set(subject.after.id, subject.after.setId)
}

type Wish<E extends Effect = Effect> =
  | { readonly kind: 'step'; readonly effect: E }
  /** `moot`: there is nothing left to do. */
  | { readonly kind: 'moot' | 'refuse'; readonly reason: Reason; readonly why: string }

function wishOf(facts: HistoryFacts, history: History, { entry }: Step, direction: Direction): Wish {
  if (isSwitch(entry)) return pointing(facts, history, entry, direction)
  const effect = effectOf(entry, direction)
  if (effect === null) return { kind: 'moot', reason: 'nothing', why: 'its entry tells too little' }
  const obstacle = obstacleTo(facts, effect)
  if (obstacle === null) return { kind: 'step', effect }
  return obstacle.isPassing
    ? { kind: 'refuse', reason: 'live', why: obstacle.why }
    : { kind: 'moot', reason: 'nothing', why: obstacle.why }
}

/** To where the entry moved the routes from, or for redo to where it left them. */
function pointing(
  facts: HistoryFacts,
  { pointers }: History,
  entry: JournalEntry,
  direction: Direction,
): Wish<Extract<Effect, { op: 'route.switch' }>> {
  if (facts.routes.some(({ id, setId }) => pointers.has(id) && pointers.get(id) !== setId))
    return { kind: 'refuse', reason: 'superseded', why: 'the routes were pointed elsewhere since' }
  const isBack = direction === 'undo'
  // The routes of a fleet move together, so the first that pointed anywhere tells.
  const pointed = entry.moves.map(move => (isBack ? move.from : move.to)).find(id => id !== null)
  const same = facts.sets.find(set => set.id === pointed)
  const version = (isBack ? entry.from : entry.to) ?? same?.version
  if (version === undefined) return { kind: 'refuse', reason: 'nothing-before', why: 'nothing was live before' }
  const candidates = facts.sets.filter(set => set === same || set.version === version)
  const running = candidates.find(set => set === same && set.state !== 'stopped') ?? candidates.find(isUp)
  if (running === undefined && !facts.snapshots.some(snapshot => snapshot.version === version))
    return { kind: 'refuse', reason: 'target-gone', why: `${version} is gone, no set and no snapshot of it is left` }
  if (running !== undefined && facts.routes.every(route => route.setId === running.id))
    return { kind: 'moot', reason: 'nothing', why: `${version} is live already` }
  return { kind: 'step', effect: { op: 'route.switch', version, needsLaunch: running === undefined } }
}

const MOST_NOTES = 3

function fewOf(notes: readonly string[]): readonly string[] {
  const more = notes.length - MOST_NOTES
  return more <= 0 ? notes : [...notes.slice(0, MOST_NOTES), `${count(more, 'older operation')} as well`]
}

function underWay({ to }: JournalEntry): { readonly reason: Reason; readonly text: string } {
  return { reason: 'running', text: `A switch to ${to ?? 'nothing'} is under way` }
}

/** The newer operations that cannot be undone, each kind once. */
function keptNotes({ entries }: HistoryFacts, direction: Direction, scope: Scope, since: number): readonly string[] {
  if (direction === 'redo' || scope === 'switches') return []
  const newer = entries.filter(entry => entry.seq > since && entry.outcome === 'done' && isOwn(entry)).toReversed()
  const notes = newer.flatMap(entry => {
    const undoing = undoingOf(entry.op)
    return 'never' in undoing ? [`The ${phraseOf(entry)} cannot be undone: ${undoing.never}`] : []
  })
  return [...new Set(notes)]
}
