import { create } from 'zustand'
import { type Failure, toFailure } from '../../shared/failure.ts'
import { cursorOf, type LogCursor, type LogHits, type LogLine, type LogScope, newestLines } from '../../shared/logs.ts'
import { call, follow } from '../session.ts'

/** How much of a log this window keeps. Older lines are read again when they are scrolled to. */
const MOST_HELD = { lines: 20_000, bytes: 64 * 1024 * 1024 }
const PAGE = 500

export interface LogQuery {
  readonly text: string
  readonly kind: 'text' | 'regex'
  readonly matchCase: boolean
}

/** Milliseconds since the epoch; open where it has no end. */
export interface LogRange {
  readonly from?: number
  readonly to?: number
}

/** A moment that the log is opened at, and what happened then. */
export interface LogMoment {
  readonly at: number
  readonly words: string
}

interface LogView {
  /** Null while nothing is looked at. */
  readonly scope: LogScope | null
  readonly range: LogRange
  readonly moment: LogMoment | null
  readonly lines: readonly LogLine[]
  /** Where older lines are to be had; null where there are none. */
  readonly older: LogCursor | null
  /** Where newer ones are, while the log stands still. */
  readonly newer: LogCursor | null
  /** Key of the line to bring into view, once. */
  readonly around: string | null
  readonly isLoading: boolean
  /** New lines are shown as they come, and the end stays in view. */
  readonly isFollowing: boolean
  /** Lines that came too fast to be told since the log was opened. */
  readonly skipped: number
  readonly query: LogQuery | null
  /** Search hits, shown in place of the lines. */
  readonly hits: LogHits | null
  readonly isSearching: boolean
  /** The line that is shown in full. */
  readonly picked: LogLine | null
  readonly failure: Failure | null
}

const empty = {
  moment: null,
  lines: [],
  older: null,
  newer: null,
  around: null,
  isLoading: false,
  skipped: 0,
  query: null,
  hits: null,
  isSearching: false,
  picked: null,
  failure: null,
}

export const useLogs = create<LogView>()(() => ({ ...empty, scope: null, range: {}, isFollowing: true }))

let stop: () => void = () => {}
/** Counts what was opened, so that an answer that comes late is not shown in another's place. */
let turn = 0
/** The fleet whose log is open. */
let openFleet: string | null = null

export const keyOf = (line: LogLine) => `${line.containerId}/${line.seq}`

/** Shows the end of a log, and what is written from now on where its range has no end. */
export function openLogs(scope: LogScope, range: LogRange = rangeFor(scope)): void {
  closeLogs()
  const own = ++turn
  openFleet = scope.fleet
  useLogs.setState({ ...empty, scope, range, isFollowing: range.to === undefined, isLoading: true })
  if (range.to === undefined) stop = followFrom(own, scope)
  load(own, call('logs.read', { ...scope, ...range, limit: PAGE }), (page, old) => ({
    lines: joined(page.lines, old.lines),
    older: page.older,
  }))
}

/** Another fleet's log is looked at from its end again. */
function rangeFor(scope: LogScope): LogRange {
  const { scope: before, range } = useLogs.getState()
  return before?.fleet === scope.fleet ? range : {}
}

function followFrom(own: number, scope: LogScope): () => void {
  return follow(
    'logs.follow',
    scope,
    ({ lines, skipped }) => {
      if (own === turn) useLogs.setState(old => (old.isFollowing ? grown(old, lines, skipped) : {}))
    },
    failure => own === turn && useLogs.setState({ failure }),
  )
}

/** Shows a log around a moment; it stands still there. */
export async function openLogsAt(scope: LogScope, moment: LogMoment): Promise<void> {
  closeLogs()
  openFleet = scope.fleet
  useLogs.setState({ ...empty, scope, range: {}, moment, isFollowing: false })
  await showAt(`${moment.at}/0/-`, null)
}

/** Goes on with what was looked at in this fleet, unless it is open already. */
export function resumeLogs(fleet: LogScope['fleet']): void {
  const { scope } = useLogs.getState()
  if (openFleet !== fleet) openLogs(scope?.fleet === fleet ? scope : { fleet })
}

export function closeLogs(): void {
  turn += 1
  openFleet = null
  stop()
  stop = () => {}
}

/** Resolves with how many lines came before those that were there. */
export async function loadOlder(): Promise<number> {
  const { scope, range, older, isLoading } = useLogs.getState()
  if (scope === null || older === null || isLoading) return 0
  const before = useLogs.getState().lines.length
  useLogs.setState({ isLoading: true })
  await load(turn, call('logs.read', { ...scope, ...range, older, limit: PAGE }), (page, old) => ({
    lines: joined(page.lines, old.lines),
    older: page.older,
  }))
  return useLogs.getState().lines.length - before
}

/** The lines around one, whatever was found: the log stands still there. */
export function showAround(line: LogLine): Promise<void> {
  useLogs.setState({ range: {} })
  return showAt(cursorOf(line), line)
}

/** The lines before and after a place; `line` is the one that stands there, if any. */
async function showAt(at: LogCursor, line: LogLine | null): Promise<void> {
  const { scope } = useLogs.getState()
  if (scope === null) return
  const own = ++turn
  useLogs.setState({ hits: null, isFollowing: false, isLoading: true, picked: line })
  const both = Promise.all([
    call('logs.read', { ...scope, older: at, limit: PAGE }),
    call('logs.read', { ...scope, newer: at, limit: PAGE }),
  ])
  await load(own, both, ([older, newer]) => {
    const near = line ?? newer.lines[0] ?? older.lines.at(-1)
    return {
      lines: [...older.lines, ...(line === null ? [] : [line]), ...newer.lines],
      older: older.older,
      newer: endOf(newer.lines) ?? at,
      around: near === undefined ? null : keyOf(near),
    }
  })
}

export function setFollowing(isFollowing: boolean): void {
  const { scope } = useLogs.getState()
  if (isFollowing && scope !== null) openLogs(scope, withoutEnd(useLogs.getState().range))
  else useLogs.setState(({ lines }) => ({ isFollowing: false, newer: endOf(lines) }))
}

function withoutEnd({ from }: LogRange): LogRange {
  return from === undefined ? {} : { from }
}

/** While the log stands still: what was written after its last line. */
export async function loadNewer(): Promise<void> {
  const { scope, range, newer, isLoading, isFollowing } = useLogs.getState()
  if (scope === null || newer === null || isLoading || isFollowing) return
  useLogs.setState({ isLoading: true })
  await load(turn, call('logs.read', { ...scope, ...range, newer, limit: PAGE }), (page, old) => ({
    lines: [...old.lines, ...page.lines],
    newer: endOf(page.lines) ?? newer,
  }))
}

function endOf(lines: readonly LogLine[]): LogCursor | null {
  const last = lines.at(-1)
  return last === undefined ? null : cursorOf(last)
}

let searching: AbortController | undefined

/** Looks through all that was captured. An empty text ends the search. */
export async function searchLogs(query: LogQuery): Promise<void> {
  const { scope, range } = useLogs.getState()
  searching?.abort()
  if (scope === null || query.text === '') {
    useLogs.setState({ query: null, hits: null, isSearching: false, failure: null })
    return
  }
  const abort = new AbortController()
  searching = abort
  useLogs.setState({ query, isSearching: true, failure: null })
  try {
    const hits = await call('logs.search', { ...scope, ...range, ...query, limit: PAGE }, { signal: abort.signal })
    if (searching === abort) useLogs.setState({ hits, isSearching: false })
  } catch (error) {
    if (searching === abort) useLogs.setState({ hits: null, isSearching: false, failure: toFailure(error) })
  }
}

async function load<T>(own: number, asked: Promise<T>, show: (value: T, old: LogView) => Partial<LogView>) {
  try {
    const value = await asked
    if (own === turn) useLogs.setState(old => ({ ...show(value, old), isLoading: false }))
  } catch (error) {
    if (own === turn) useLogs.setState({ failure: toFailure(error), isLoading: false })
  }
}

function grown(old: LogView, fresh: readonly LogLine[], skipped: number): Partial<LogView> {
  const lines = joined(old.lines, fresh)
  const kept = newestLines(lines, MOST_HELD)
  if (kept.length === lines.length) return { lines, skipped: old.skipped + skipped }
  return { lines: kept, skipped: old.skipped + skipped, older: kept[0] === undefined ? null : cursorOf(kept[0]) }
}

/** Joins two runs of lines, each line once. */
function joined(first: readonly LogLine[], second: readonly LogLine[]): readonly LogLine[] {
  const known = new Set(first.slice(-2 * PAGE).map(keyOf))
  return [...first, ...second.filter(line => !known.has(keyOf(line)))]
}
