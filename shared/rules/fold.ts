import { assertNever } from '../failure.ts'
import type { RecordedSet } from '../model/container-set.ts'
import type { Fleet } from '../model/fleet.ts'
import type { FleetId, RouteId, SetId, SnapshotId, Version } from '../model/ids.ts'
import type { Change, EngineThings, JournalEntry, JournalRecord } from '../model/journal.ts'
import type { Route } from '../model/route.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { referencesIn } from './secrets.ts'
import { tagsOf } from './snapshot-tags.ts'

/** A removed fleet, with all it takes to bring it back. */
export interface Trashed {
  readonly fleet: Fleet
  readonly snapshots: readonly Snapshot[]
  readonly routes: readonly Route[]
  readonly live: Version | null
  readonly at: number
}

/** The names that an operation gave in the engine, and whether the operation has ended without success. */
export interface Claim {
  readonly names: readonly string[]
  readonly isOver: boolean
}

/** Everything that is known, as the journal tells it. Maps keep insertion order; entries are by sequence number. */
export interface State {
  readonly fleets: ReadonlyMap<FleetId, Fleet>
  readonly snapshots: ReadonlyMap<SnapshotId, Snapshot>
  readonly sets: ReadonlyMap<SetId, RecordedSet>
  readonly routes: ReadonlyMap<RouteId, Route>
  readonly trash: ReadonlyMap<FleetId, Trashed>
  /** The set that was launched last from each snapshot, there or not: as what it comes back. */
  readonly lastSets: ReadonlyMap<SnapshotId, RecordedSet>
  /** By operation id; an operation that succeeded has none: what it made is recorded by then. */
  readonly claims: ReadonlyMap<string, Claim>
  /** Things recorded as removed that may still be in the engine, by the entry's number. */
  readonly removals: ReadonlyMap<number, EngineThings>
  /** Ids of the images that snapshots of this journal committed, swept ones included. */
  readonly committed: ReadonlySet<string>
  /** Tags of images of snapshots that were swept or purged: no snapshot is found by them any more. */
  readonly goneTags: ReadonlySet<string>
  /** References of secrets that something replaced, swept or purged had; something else may need them still. */
  readonly goneSecrets: ReadonlySet<string>
  readonly entries: readonly JournalEntry[]
  /** The highest sequence number seen. */
  readonly seq: number
}

export const emptyState: State = {
  fleets: new Map(),
  snapshots: new Map(),
  sets: new Map(),
  routes: new Map(),
  trash: new Map(),
  lastSets: new Map(),
  claims: new Map(),
  removals: new Map(),
  committed: new Set(),
  goneTags: new Set(),
  goneSecrets: new Set(),
  entries: [],
  seq: 0,
}

/** The state after one more record. Pointers move at `begin`, when they are durable; everything else at its `end`. */
export function fold(state: State, record: JournalRecord): State {
  const entryAt = (seq: number) => state.entries.findLast(entry => entry.seq === seq)
  const entries = record.kind === 'begin' ? [...state.entries, entryOf(record, entryAt)] : closeEntry(state, record)
  return applyAll({ ...state, entries, seq: record.seq }, record)
}

/** The fold of many records at once, without a copy of the entries for each. */
export function foldAll(records: Iterable<JournalRecord>): State {
  let entries: JournalEntry[] = []
  const places = new Map<number, number>()
  let state = emptyState
  for (const record of records) {
    if (record.kind === 'begin') {
      const known = entries
      places.set(record.seq, known.length)
      known.push(entryOf(record, seq => known[places.get(seq) ?? -1]))
    } else {
      const place = places.get(record.of)
      const open = place === undefined ? undefined : entries[place]
      if (place !== undefined && open !== undefined) entries[place] = closed(open, record, state)
    }
    state = applyAll({ ...state, entries, seq: record.seq }, record)
    // Only a mark replaces the entries; they stay ours to push to.
    if (state.entries !== entries) entries = [...state.entries]
  }
  return { ...state, entries }
}

function applyAll(state: State, record: JournalRecord): State {
  const changed = record.changes.reduce((sum, change) => applyChange(sum, change, record.at), state)
  return record.kind === 'begin' ? claimed(changed, record) : settled(changed, record)
}

/** Names and removals count from the begin on, so that an interruption at any moment can be cleaned up after. */
function claimed(state: State, { seq, operation, names, removes }: Begin): State {
  const claims = names.length === 0 ? state.claims : put(state.claims, operation, { names, isOver: false })
  return { ...state, claims, removals: removes === null ? state.removals : put(state.removals, seq, removes) }
}

function settled(state: State, { of, outcome, removes }: End): State {
  const isDone = outcome === 'done'
  const operation = state.claims.size === 0 ? undefined : state.entries.findLast(entry => entry.seq === of)?.operation
  const claim = operation === undefined ? undefined : state.claims.get(operation)
  const { claims, removals } = state
  return {
    ...state,
    claims:
      operation === undefined || claim === undefined
        ? claims
        : isDone
          ? without(claims, operation)
          : put(claims, operation, { ...claim, isOver: true }),
    removals:
      removes !== null ? put(removals, of, removes) : isDone && removals.has(of) ? without(removals, of) : removals,
  }
}

type Begin = Extract<JournalRecord, { kind: 'begin' }>
type End = Extract<JournalRecord, { kind: 'end' }>

/** `entryAt` finds an earlier entry by its number. */
function entryOf(begin: Begin, entryAt: (seq: number) => JournalEntry | undefined): JournalEntry {
  return {
    seq: begin.seq,
    at: begin.at,
    fleetId: begin.fleetId,
    fleet: begin.fleet,
    endpoint: begin.endpoint,
    op: begin.op,
    operation: begin.operation,
    from: begin.from,
    to: begin.to,
    ms: null,
    outcome: 'running',
    cause: begin.cause,
    forced: begin.forced,
    undoes: begin.undoes,
    direction: begin.undoes === null ? null : entryAt(begin.undoes)?.direction === 'undo' ? 'redo' : 'undo',
    detail: '',
    failure: null,
    moves: movesOf(begin.changes),
    subject: null,
    mark: null,
  }
}

function closeEntry(state: State, end: End): readonly JournalEntry[] {
  return state.entries.map(entry => (entry.seq === end.of ? closed(entry, end, state) : entry))
}

/** `before` is the state that the operation found. */
function closed(entry: JournalEntry, end: End, before: State): JournalEntry {
  return {
    ...entry,
    to: end.to ?? entry.to,
    ms: end.ms,
    outcome: end.outcome,
    detail: end.detail,
    failure: end.failure,
    subject: subjectOf(entry, end, before),
    // A failed operation has moved its pointers back.
    moves: end.outcome === 'done' ? [...entry.moves, ...movesOf(end.changes)] : entry.moves,
  }
}

function movesOf(changes: readonly Change[]): JournalEntry['moves'] {
  return changes.flatMap(change =>
    change.kind === 'point' ? [{ routeId: change.routeId, from: change.from, to: change.to }] : [],
  )
}

function subjectOf(entry: JournalEntry, end: End, before: State): JournalEntry['subject'] {
  for (const change of end.changes) {
    if (change.kind === 'route' && entry.op.startsWith('route.'))
      return { kind: 'route', before: before.routes.get(change.route.id) ?? null, after: change.route }
    if (change.kind === 'route-gone')
      return { kind: 'route', before: before.routes.get(change.routeId) ?? null, after: null }
    if (change.kind === 'fleet' && entry.op === 'fleet.rename')
      return { kind: 'name', before: before.fleets.get(change.fleet.id)?.name ?? '', after: change.fleet.name }
  }
  return null
}

function applyChange(state: State, change: Change, at: number): State {
  switch (change.kind) {
    case 'fleet':
      return {
        ...state,
        fleets: put(state.fleets, change.fleet.id, change.fleet),
        goneSecrets: withSecrets(state.goneSecrets, state.fleets.get(change.fleet.id)?.dataServices),
      }
    case 'fleet-gone':
      return withoutFleet(state, change.fleetId, at)
    case 'trash-gone':
      return withoutTrashed(state, change.fleetId)
    case 'snapshot':
      return {
        ...state,
        snapshots: put(state.snapshots, change.snapshot.id, change.snapshot),
        goneTags: withoutBack(state.goneTags, change.snapshot),
        committed: withCommitted(state.committed, change.snapshot),
      }
    case 'snapshot-gone':
      return {
        ...state,
        snapshots: without(state.snapshots, change.snapshotId),
        lastSets: without(state.lastSets, change.snapshotId),
        goneTags: withGone(state.goneTags, present(state.snapshots.get(change.snapshotId))),
        goneSecrets: withSecrets(state.goneSecrets, state.snapshots.get(change.snapshotId)),
      }
    case 'set':
      return {
        ...state,
        sets: put(state.sets, change.set.id, change.set),
        lastSets: put(state.lastSets, change.set.snapshotId, change.set),
      }
    case 'set-gone':
      return { ...state, sets: without(state.sets, change.setId) }
    case 'route':
      return { ...state, routes: put(state.routes, change.route.id, change.route) }
    case 'route-gone':
      return { ...state, routes: without(state.routes, change.routeId) }
    case 'point':
      return pointed(state, change.routeId, change.to)
    case 'mark': {
      const { name, note, pinned } = change
      const mark = { name, note, pinned }
      return { ...state, entries: state.entries.map(entry => (entry.seq === change.seq ? { ...entry, mark } : entry)) }
    }
    default:
      return assertNever(change)
  }
}

function withGone(gone: ReadonlySet<string>, snapshots: readonly Snapshot[]): ReadonlySet<string> {
  const tags = snapshots.flatMap(tagsOf)
  return tags.length === 0 ? gone : new Set([...gone, ...tags])
}

/** A rebuild finds snapshots by tags that could not be removed. */
function withoutBack(gone: ReadonlySet<string>, snapshot: Snapshot): ReadonlySet<string> {
  const back = new Set(tagsOf(snapshot))
  return [...back].some(tag => gone.has(tag)) ? new Set([...gone].filter(tag => !back.has(tag))) : gone
}

function present<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value]
}

function withSecrets(gone: ReadonlySet<string>, record: object | undefined): ReadonlySet<string> {
  const references = record === undefined ? [] : referencesIn(record)
  return references.every(reference => gone.has(reference)) ? gone : new Set([...gone, ...references])
}

function withCommitted(known: ReadonlySet<string>, { services }: Snapshot): ReadonlySet<string> {
  const fresh = services.filter(({ origin, imageId }) => origin === 'commit' && !known.has(imageId))
  return fresh.length === 0 ? known : new Set([...known, ...fresh.map(({ imageId }) => imageId)])
}

function pointed(state: State, routeId: RouteId, setId: SetId | null): State {
  const route = state.routes.get(routeId)
  return route === undefined ? state : { ...state, routes: put(state.routes, routeId, { ...route, setId }) }
}

function withoutFleet(state: State, fleetId: FleetId, at: number): State {
  const fleet = state.fleets.get(fleetId)
  if (fleet === undefined) return state
  const own = <V extends { fleetId: FleetId }>(map: ReadonlyMap<unknown, V>) =>
    [...map.values()].filter(value => value.fleetId === fleetId)
  const others = <K, V extends { fleetId: FleetId }>(map: ReadonlyMap<K, V>) =>
    new Map([...map].filter(([, value]) => value.fleetId !== fleetId))
  const pointedAt = own(state.routes).map(route => route.setId)
  const live = own(state.sets).find(set => pointedAt.includes(set.id))?.version ?? null
  const trashed = { fleet, snapshots: own(state.snapshots), routes: own(state.routes), live, at }
  return {
    ...state,
    fleets: without(state.fleets, fleetId),
    snapshots: others(state.snapshots),
    sets: others(state.sets),
    routes: others(state.routes),
    trash: put(state.trash, fleetId, trashed),
  }
}

/** A restore takes a fleet out of the trash after its snapshots are back. */
function withoutTrashed(state: State, fleetId: FleetId): State {
  const trashed = state.trash.get(fleetId)
  const purged = trashed?.snapshots.filter(({ id }) => !state.snapshots.has(id)) ?? []
  return {
    ...state,
    trash: without(state.trash, fleetId),
    goneTags: withGone(state.goneTags, purged),
    goneSecrets: withSecrets(state.goneSecrets, trashed),
  }
}

function put<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value)
}

function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const rest = new Map(map)
  rest.delete(key)
  return rest
}
