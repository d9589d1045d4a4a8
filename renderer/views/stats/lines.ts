import type { ContainerUsage, UsageSample } from '../../../shared/contract/stats.ts'
import type { Version } from '../../../shared/model/ids.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import { type Measure, sumNow, sumOver } from '../../../shared/rules/stats-series.ts'

/** The subject of a chart line: a version, or the whole fleet. */
export interface Subject {
  readonly name: string
  /** Null for the whole fleet. */
  readonly version: Version | null
  /** When its containers were launched, in milliseconds since the epoch; null where it has none. */
  readonly launchedAt: number | null
}

/** A part of a subject: all of it, a service or a container. */
export type Part =
  | { readonly kind: 'all' }
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'container'; readonly name: string }

/** The time along the bottom: by the clock, or since each version was launched. */
export type Alignment = 'clock' | 'launch'

/** Lines over the same points. */
export interface Lines {
  /** Seconds: since the epoch, or since the launch. */
  readonly x: readonly number[]
  /** A series for each subject. */
  readonly sums: readonly (readonly (UsageSample | null)[])[]
}

interface SeriesRequest {
  readonly subjects: readonly Subject[]
  readonly containers: readonly ContainerUsage[]
  readonly part: Part
  readonly alignment: Alignment
  /** How far back, and the newest moment that is known. Milliseconds. */
  readonly spanMs: number
  readonly newest: number
  readonly everyMs: number
}

/** How long a container counts with its last sample. */
export function holdOf(everyMs: number): number {
  return 3 * everyMs
}

function isOf({ version }: Subject, part: Part, container: ContainerUsage): boolean {
  if (version !== null && container.version !== version) return false
  return part.kind === 'all' || (part.kind === 'service' ? container.service : container.name) === part.name
}

/** Points a second apart, or ten where the span is long: as the past is kept. */
export function linesOf({ subjects, containers, part, alignment, spanMs, newest, everyMs }: SeriesRequest): Lines {
  const stepMs = spanMs > 5 * 60_000 ? 10_000 : 1000
  const starts = subjects.map(({ launchedAt }) => (alignment === 'launch' ? (launchedAt ?? newest) : 0))
  // Laid over each other by their launch, the one that was launched last says how far the time goes.
  const end = Math.floor((newest - Math.max(...starts)) / stepMs) * stepMs
  const from = alignment === 'launch' ? Math.max(0, end - spanMs) : end - spanMs
  const count = Math.max(1, (end - from) / stepMs) + 1
  const holdMs = Math.max(holdOf(everyMs), stepMs === 1000 ? 0 : 1.5 * stepMs)
  return {
    x: Array.from({ length: count }, (_, point) => (from + point * stepMs) / 1000),
    sums: subjects.map((subject, index) =>
      sumOver(
        containers.filter(one => isOf(subject, part, one)).map(one => one.samples),
        { from: (starts[index] ?? 0) + from, stepMs, count, holdMs },
      ),
    ),
  }
}

export function valuesOf(sums: Lines['sums'][number], measure: Measure): (number | null)[] {
  return sums.map(sum => sum?.[measure] ?? null)
}

/** Where versions went live: a line across the charts. */
export interface Mark {
  readonly x: number
  readonly words: string
}

export function marksOf(
  entries: readonly JournalEntry[],
  { subjects, alignment }: Pick<SeriesRequest, 'subjects' | 'alignment'>,
): Mark[] {
  return entries
    .filter(entry => entry.outcome === 'done' && entry.moves.length > 0)
    .flatMap(({ at, to }): Mark[] => {
      const words = to === null ? 'off' : `${to} live`
      if (alignment === 'clock') return [{ x: at / 1000, words }]
      const launchedAt =
        subjects.find(subject => subject.version !== null && subject.version === to)?.launchedAt ?? null
      return launchedAt === null ? [] : [{ x: (at - launchedAt) / 1000, words }]
    })
}

/** A row of the table: the current use of a subject, a service or a container. */
export interface UsageRow {
  readonly key: string
  readonly name: string
  readonly kind: 'total' | 'part'
  /** Null where nothing of it runs. */
  readonly now: UsageSample | null
  /** Of a single container, in bytes. */
  readonly memoryLimit: number | null
}

/** Each subject in all, then its services; or its containers, where not all of it is looked at. */
export function rowsOf({ subjects, containers, part, newest, everyMs }: SeriesRequest): UsageRow[] {
  return subjects.flatMap(subject => {
    const own = containers.filter(one => isOf(subject, part, one))
    const now = (some: readonly ContainerUsage[]) =>
      sumNow(
        some.map(one => one.samples),
        newest,
        holdOf(everyMs),
      )
    const nameOf = (one: ContainerUsage) => (part.kind === 'all' ? one.service : one.name)
    const names = [...new Set(own.map(nameOf))].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }))
    return [
      { key: subject.name, name: subject.name, kind: 'total' as const, now: now(own), memoryLimit: null },
      ...names.map(name => ({
        key: `${subject.name}/${name}`,
        name,
        kind: 'part' as const,
        now: now(own.filter(one => nameOf(one) === name)),
        memoryLimit: part.kind === 'all' ? null : (own.find(one => one.name === name)?.memoryLimit ?? null),
      })),
    ]
  })
}
