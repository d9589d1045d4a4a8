import { Name, type Version } from '../model/ids.ts'
import type { JournalEntry } from '../model/journal.ts'
import type { Route } from '../model/route.ts'
import { decideRedo, decideUndo, type UndoDecision, type UndoFacts } from './undo.ts'

/*
 * Ctrl+Z over everything that a person would expect it to take back. Switches follow the rule of undo; everything else is
 * taken back by doing the opposite, as an entry of its own that says which one it undoes.
 */

/** The inverse of an entry. */
export type Opposite =
  | { readonly method: 'set.launch' | 'set.remove' | 'set.start' | 'set.stop'; readonly version: Version }
  | { readonly method: 'route.add'; readonly route: Route }
  | { readonly method: 'route.edit'; readonly route: Route }
  | { readonly method: 'route.remove'; readonly route: Route }
  | { readonly method: 'fleet.rename'; readonly name: Name }

export type TakeBack =
  | { readonly kind: 'point'; readonly decision: Extract<UndoDecision, { kind: 'point' }>; readonly text: string }
  | { readonly kind: 'act'; readonly entry: JournalEntry; readonly opposite: Opposite; readonly text: string }
  | { readonly kind: 'refuse'; readonly text: string }

/** Takes back the newest entry that has not been taken back. */
export function decideTakeBack(sight: UndoFacts): TakeBack {
  const { done } = walk(sight.entries)
  const newest = done.at(-1)
  if (newest === undefined) return { kind: 'refuse', text: 'There is nothing to undo' }
  if (isSwitch(newest)) return pointing(decideUndo(sight))
  return acting(sight, newest, `Undo ${deedOf(newest)}`)
}

/** Brings back what was taken back last, unless something else was done since. */
export function decideBringBack(sight: UndoFacts): TakeBack {
  const { undone } = walk(sight.entries)
  const newest = undone.at(-1)
  if (newest === undefined) return { kind: 'refuse', text: 'There is nothing to redo' }
  if (isSwitch(newest.by)) return pointing(decideRedo(sight))
  return acting(sight, newest.by, `Redo ${deedOf(newest.entry)}`)
}

function pointing(decision: UndoDecision): TakeBack {
  if (decision.kind === 'refuse') return { kind: 'refuse', text: decision.text }
  return { kind: 'point', decision, text: decision.text }
}

function acting(sight: UndoFacts, entry: JournalEntry, text: string): TakeBack {
  const opposite = oppositeOf(entry)
  if (opposite === null) return { kind: 'refuse', text: `${text}: too little is known of it` }
  const reason = reasonAgainst(sight, opposite)
  return reason === null ? { kind: 'act', entry, opposite, text } : { kind: 'refuse', text: `${text}: ${reason}` }
}

interface Walk {
  readonly done: readonly JournalEntry[]
  /** With the entry that took it back. */
  readonly undone: readonly { readonly entry: JournalEntry; readonly by: JournalEntry }[]
}

/** An editor's two stacks, out of entries that only ever append. */
function walk(entries: readonly JournalEntry[]): Walk {
  const done: JournalEntry[] = []
  let undone: { entry: JournalEntry; by: JournalEntry }[] = []
  for (const entry of entries) {
    if (!counts(entry)) continue
    const last = undone.at(-1)
    const at = done.findLastIndex(other => other.seq === entry.undoes)
    if (last !== undefined && entry.undoes === last.by.seq) {
      undone.pop()
      // Taking back the redo must do what taking back the first one did.
      done.push(isSwitch(entry) ? last.entry : entry)
    } else if (entry.undoes !== null && at !== -1) {
      undone.push(
        ...done
          .splice(at)
          .reverse()
          .map(taken => ({ entry: taken, by: entry })),
      )
    } else {
      done.push(entry)
      undone = []
    }
  }
  return { done, undone }
}

const reversible: readonly JournalEntry['op'][] = [
  'route.switch',
  'route.undo',
  'route.redo',
  'route.add',
  'route.edit',
  'route.remove',
  'set.launch',
  'set.start',
  'set.stop',
  'set.remove',
  'fleet.rename',
]

/**
 * What an undo or a switch needed on its way, what the sample does to be brought up, and what is started again after an
 * engine restart are no steps of the person's own.
 */
const causesOfOthers: readonly string[] = ['undo', 'switch', 'sample', 'recovery']

function counts(entry: JournalEntry): boolean {
  const isOwn = entry.undoes !== null || !causesOfOthers.includes(entry.cause)
  return isOwn && entry.outcome === 'done' && reversible.includes(entry.op)
}

function isSwitch({ op }: JournalEntry): boolean {
  return op === 'route.switch' || op === 'route.undo' || op === 'route.redo'
}

function oppositeOf(entry: JournalEntry): Opposite | null {
  const version = entry.to ?? entry.from
  const method = oppositeMethods.get(entry.op)
  if (method !== undefined) return version === null ? null : { method, version }
  if (entry.subject?.kind === 'name') return { method: 'fleet.rename', name: Name.parse(entry.subject.before) }
  return entry.subject?.kind === 'route' ? routeOpposite(entry.subject) : null
}

const oppositeMethods = new Map<JournalEntry['op'], 'set.launch' | 'set.remove' | 'set.start' | 'set.stop'>([
  ['set.launch', 'set.remove'],
  ['set.remove', 'set.launch'],
  ['set.start', 'set.stop'],
  ['set.stop', 'set.start'],
])

function routeOpposite({ before, after }: { before: Route | null; after: Route | null }): Opposite | null {
  if (before !== null && after !== null) return { method: 'route.edit', route: before }
  if (after !== null) return { method: 'route.remove', route: after }
  return before === null ? null : { method: 'route.add', route: before }
}

/** Why the opposite cannot be done now, or null. */
function reasonAgainst(sight: UndoFacts, opposite: Opposite): string | null {
  if (!('version' in opposite)) return null
  const { method, version } = opposite
  const set = sight.sets.find(candidate => candidate.version === version)
  const isLive = set !== undefined && sight.routes.some(route => route.setId === set.id)
  if ((method === 'set.remove' || method === 'set.stop') && isLive)
    return `${version} is live, switch away from it first`
  if (method === 'set.launch') {
    if (set !== undefined && set.state !== 'stopped') return `${version} runs already`
    return sight.snapshots.some(snapshot => snapshot.version === version) ? null : `the snapshot ${version} is gone`
  }
  return set === undefined ? `${version} is not there any more` : null
}

/** `launch of v7`: what an entry did, as a button names it. */
function deedOf(entry: JournalEntry): string {
  const version = entry.to ?? entry.from ?? ''
  switch (entry.op) {
    case 'set.launch':
      return `launch of ${version}`
    case 'set.remove':
      return `removal of ${version}`
    case 'set.stop':
      return `stop of ${version}`
    case 'set.start':
      return `start of ${version}`
    case 'fleet.rename':
      return entry.subject?.kind === 'name' ? `rename to ${entry.subject.after}` : 'rename'
    case 'route.add':
    case 'route.edit':
    case 'route.remove':
      return `${routeVerbs[entry.op]} of ${hostnameOf(entry)}`
    default:
      return `switch to ${version}`
  }
}

const routeVerbs = { 'route.add': 'adding', 'route.edit': 'edit', 'route.remove': 'removal' } as const

function hostnameOf({ subject }: JournalEntry): string {
  return subject?.kind === 'route' ? (subject.after?.hostname ?? subject.before?.hostname ?? 'a route') : 'a route'
}
