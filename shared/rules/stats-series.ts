import type { UsageSample } from '../contract/stats.ts'

/** How long samples are kept, each of them for how long, and the means that older ones are put into. Milliseconds. */
export const KEPT_MS = 15 * 60_000
export const RECENT_MS = 2 * 60_000
const MEAN_MS = 10_000

export type Measure = Exclude<keyof UsageSample, 'at'>

/** A short past in little room, oldest first: each sample of the last minutes, means of the time before. */
export function thinned(samples: readonly UsageSample[]): UsageSample[] {
  const newest = samples.at(-1)?.at ?? 0
  const recent = samples.findIndex(one => bucketOf(one.at) >= bucketOf(newest - RECENT_MS))
  const kept = samples.findIndex(one => one.at > newest - KEPT_MS)
  return [...meansOf(samples.slice(kept, recent)), ...samples.slice(recent)]
}

function bucketOf(at: number): number {
  return Math.floor(at / MEAN_MS)
}

function meansOf(samples: readonly UsageSample[]): UsageSample[] {
  const buckets = new Map<number, UsageSample[]>()
  for (const sample of samples) {
    const bucket = bucketOf(sample.at)
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), sample])
  }
  return [...buckets.values()].map(mean)
}

/** The mean of some samples, at the time of the last. */
function mean(samples: readonly UsageSample[]): UsageSample {
  const at = samples.at(-1)?.at ?? 0
  const sum = samples.reduce((one, other) => plus(one, other, at))
  const share = (measure: Measure) => Math.round((sum[measure] / samples.length) * 100) / 100
  return {
    at,
    cpu: share('cpu'),
    memory: share('memory'),
    received: share('received'),
    sent: share('sent'),
    read: share('read'),
    written: share('written'),
  }
}

function plus(one: UsageSample | null, other: UsageSample, at: number): UsageSample {
  if (one === null) return { ...other, at }
  return {
    at,
    cpu: one.cpu + other.cpu,
    memory: one.memory + other.memory,
    received: one.received + other.received,
    sent: one.sent + other.sent,
    read: one.read + other.read,
    written: one.written + other.written,
  }
}

export interface Grid {
  /** The moment of the first point, and the time between two. Milliseconds. */
  readonly from: number
  readonly stepMs: number
  readonly count: number
  /** How long a container counts with its last sample before it counts as gone. */
  readonly holdMs: number
}

/**
 * The use of several containers together, point by point. Each counts with the mean of its samples since the point before,
 * or with its last sample for a while; null where none of them told anything. They do not begin to tell all at once:
 * where another one tells something already, a container counts with its first sample a little before it.
 */
export function sumOver(all: readonly (readonly UsageSample[])[], grid: Grid): (UsageSample | null)[] {
  const sums: (UsageSample | null)[] = Array.from({ length: grid.count }, () => null)
  const early: (UsageSample | null)[] = [...sums]
  for (const samples of all) {
    let next = 0
    for (let point = 0; point < grid.count; point += 1) {
      const at = grid.from + point * grid.stepMs
      while ((samples[next]?.at ?? Number.POSITIVE_INFINITY) <= at) next += 1
      const first = next === 0 ? samples[0] : undefined
      if (first !== undefined && first.at < at + grid.holdMs) early[point] = plus(early[point] ?? null, first, at)
      const value = valueAt(samples, next, at, grid)
      if (value !== null) sums[point] = plus(sums[point] ?? null, value, at)
    }
  }
  return sums.map((sum, point) => (sum === null ? null : plus(early[point] ?? null, sum, sum.at)))
}

/** `end` is the index after the last sample that is not later than `at`. */
function valueAt(
  samples: readonly UsageSample[],
  end: number,
  at: number,
  { stepMs, holdMs }: Grid,
): UsageSample | null {
  const last = samples[end - 1]
  if (last === undefined || last.at <= at - holdMs) return null
  let start = end - 1
  while ((samples[start - 1]?.at ?? Number.NEGATIVE_INFINITY) > at - stepMs) start -= 1
  return start === end - 1 ? last : mean(samples.slice(start, end))
}

/** The current use of several containers together; null where none has a recent reading. */
export function sumNow(all: readonly (readonly UsageSample[])[], now: number, holdMs: number): UsageSample | null {
  return sumOver(all, { from: now, stepMs: 1, count: 1, holdMs })[0] ?? null
}
