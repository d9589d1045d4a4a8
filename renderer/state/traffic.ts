import { create } from 'zustand'
import type { Item } from '../../shared/contract.ts'
import type { RouteTraffic } from '../../shared/table.ts'

/** The traffic of the fleet's routes between two readings. */
export interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Requests a second. */
  readonly rate: number
  /** 99 of 100 answers took less, in milliseconds; null when there was none. */
  readonly p99: number | null
  /** Failures and 5xx a second. */
  readonly errors: number
  /** Requests that are under way, by version. */
  readonly inFlight: Readonly<Record<string, number>>
}

export const KEPT_SAMPLES = 120

interface TrafficFeed {
  readonly last: Item<'route.traffic'> | null
  readonly samples: readonly Sample[]
}

export const useTraffic = create<TrafficFeed>()(() => ({ last: null, samples: [] }))

export function hearTraffic(item: Item<'route.traffic'>): void {
  useTraffic.setState(old => {
    if (old.last === null || item.at <= old.last.at) return { last: item }
    return { last: item, samples: [...old.samples, sampleOf(old.last, item)].slice(-KEPT_SAMPLES) }
  })
}

interface Totals {
  requests: number
  errors: number
  latency: number[]
  inFlight: Record<string, number>
}

/** The difference of two readings. A counter that went back is that of a proxy that was started anew: counted from zero. */
export function sampleOf(before: Item<'route.traffic'>, after: Item<'route.traffic'>): Sample {
  const seconds = Math.max(0.001, (after.at - before.at) / 1000)
  const old = totalsOf(before.routes)
  const now = totalsOf(after.routes)
  const isReset = now.requests < old.requests
  const latency = now.latency.map((count, bucket) => Math.max(0, count - (isReset ? 0 : (old.latency[bucket] ?? 0))))
  return {
    at: after.at,
    rate: Math.max(0, now.requests - (isReset ? 0 : old.requests)) / seconds,
    errors: Math.max(0, now.errors - (isReset ? 0 : old.errors)) / seconds,
    p99: percentile(latency, 0.99),
    inFlight: now.inFlight,
  }
}

function totalsOf(routes: readonly RouteTraffic[]): Totals {
  const totals: Totals = { requests: 0, errors: 0, latency: [], inFlight: {} }
  for (const version of routes.flatMap(route => route.versions)) {
    totals.requests += version.requests
    totals.errors += version.serverErrors + Object.values(version.failures).reduce((sum, count) => sum + count, 0)
    totals.inFlight[version.version] = (totals.inFlight[version.version] ?? 0) + version.inFlight
    for (const [bucket, count] of version.latency.entries()) {
      totals.latency[bucket] = (totals.latency[bucket] ?? 0) + count
    }
  }
  return totals
}

/** Within the bucket where the share falls, as if its answers were spread evenly; in milliseconds. */
export function percentile(latency: readonly number[], share: number): number | null {
  const all = latency.reduce((sum, count) => sum + count, 0)
  if (all === 0) return null
  let left = all * share
  for (const [bucket, count] of latency.entries()) {
    if (count >= left) {
      const top = 0.25 * 2 ** bucket
      const bottom = bucket === 0 ? 0 : top / 2
      return bottom + (top - bottom) * (left / count)
    }
    left -= count
  }
  return 0.25 * 2 ** (latency.length - 1)
}
