import type { Emit, Parsed } from '../../../shared/contract.ts'
import {
  type LogHits,
  type LogLine,
  type LogMark,
  type LogNews,
  type LogPage,
  type LogScope,
  type LogSource,
  MOST_LOG_BYTES,
  newestLines,
} from '../../../shared/logs.ts'
import { refuseUnknownScope } from '../../../shared/rules/log-scope.ts'
import { fleetNamed } from '../../../shared/rules/lookup.ts'
import { isSwitch } from '../../../shared/rules/operations.ts'
import type { LogOwner } from '../../store/log-owner.ts'
import type { Parts } from '../parts.ts'

/** How often those who follow hear, and how much at a time: more could not be read. */
const NEWS_MS = 150
const MOST_NEWS = { lines: 500, bytes: MOST_LOG_BYTES }

export function readLogs(parts: Parts, input: Parsed<'logs.read'>): LogPage {
  refuseUnknown(parts, input)
  const { fleet, service, version, container, ...range } = input
  const page = parts.store.logs.read({ ...range, owns: ownsOf(parts, { fleet, service, version, container }) })
  return { ...page, marks: marksWithin(parts, input.fleet, page.lines) }
}

export async function searchLogs(parts: Parts, input: Parsed<'logs.search'>, signal: AbortSignal): Promise<LogHits> {
  refuseUnknown(parts, input)
  const { fleet, service, version, container, ...query } = input
  return parts.store.logs.search({ ...query, owns: ownsOf(parts, { fleet, service, version, container }) }, signal)
}

/** Whose logs there are, by service and version, the newest container last. */
export function listLogSources(parts: Parts, scope: LogScope): LogSource[] {
  const owns = ownsOf(parts, scope)
  return parts.store.logs
    .owners()
    .filter(({ owner }) => owns(owner))
    .map(({ owner, file: { chunks } }) => ({
      containerId: owner.containerId,
      container: owner.container,
      service: owner.service,
      version: owner.version,
      lines: chunks.reduce((sum, chunk) => sum + chunk.count, 0),
      bytes: chunks.reduce((sum, chunk) => sum + chunk.bytes, 0),
      firstAt: chunks[0]?.firstAt ?? null,
      lastAt: chunks.at(-1)?.lastAt ?? null,
    }))
    .sort((a, b) => a.service.localeCompare(b.service) || (a.firstAt ?? 0) - (b.firstAt ?? 0))
}

/** Follows lines that are captured from now on, in the order of their times within each item. */
export function followLogs(parts: Parts, scope: LogScope, emit: Emit<LogNews>): () => void {
  const owns = ownsOf(parts, scope)
  let waiting: LogLine[] = []
  let skipped = 0
  let timer: NodeJS.Timeout | undefined
  const tell = () => {
    timer = undefined
    const lines = newestLines(
      waiting.sort((a, b) => a.at - b.at),
      MOST_NEWS,
    )
    emit({ lines, skipped: skipped + waiting.length - lines.length })
    waiting = []
    skipped = 0
  }
  const stop = parts.store.logs.onLines((owner, lines) => {
    if (!owns(owner)) return
    waiting.push(...lines)
    if (waiting.length > 4 * MOST_NEWS.lines) {
      skipped += waiting.length - MOST_NEWS.lines
      waiting = waiting.slice(-MOST_NEWS.lines)
    }
    timer ??= setTimeout(tell, NEWS_MS)
  })
  return () => {
    clearTimeout(timer)
    stop()
  }
}

function refuseUnknown(parts: Parts, scope: LogScope): void {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, scope.fleet)
  const owners = parts.store.logs.owners().map(({ owner }) => owner)
  const rows = [...(parts.observed.rows()?.values() ?? [])]
  refuseUnknownScope(scope, {
    state,
    fleet,
    captured: owners.filter(({ fleetId }) => fleetId === fleet.id),
    containers: rows.flatMap(({ id, name }) => [id, name]),
  })
}

/** By the id of the fleet: a fleet that was renamed keeps its logs. */
function ownsOf(parts: Parts, { fleet, service, version, container }: LogScope): (owner: LogOwner) => boolean {
  const { id } = fleetNamed(parts.store.journal.state(), fleet)
  return owner =>
    owner.fleetId === id &&
    (service === undefined || owner.service === service) &&
    (version === undefined || owner.version === version) &&
    (container === undefined || owner.container === container || owner.containerId === container)
}

/** The switches that happened while the lines were written. */
function marksWithin(parts: Parts, name: string, lines: readonly LogLine[]): LogMark[] {
  const [first, last] = [lines[0]?.at, lines.at(-1)?.at]
  if (first === undefined || last === undefined) return []
  const state = parts.store.journal.state()
  const { id } = fleetNamed(state, name)
  return state.entries
    .filter(entry => entry.fleetId === id && entry.outcome === 'done' && isSwitch(entry))
    .filter(entry => entry.at >= first && entry.at <= last)
    .map(({ at, from, to }) => ({ at, from, to }))
}
