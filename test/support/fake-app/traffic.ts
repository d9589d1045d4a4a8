import type { Item } from '../../../shared/contract.ts'
import type { VersionTraffic } from '../../../shared/table.ts'
import type { FleetWorld } from './world.ts'

const BUCKETS = 18

function quiet(version: string): VersionTraffic {
  return {
    version,
    inFlight: 0,
    upgraded: 0,
    requests: 0,
    retries: 0,
    failures: {},
    serverErrors: 0,
    latency: Array(BUCKETS).fill(0),
  }
}

/** Counters that grow like those of a proxy under load: the same walk each time, so that pictures can be compared. */
export function createTraffic(fleet: FleetWorld) {
  const versions = new Map<string, VersionTraffic>()
  let tick = 0

  function grow(version: string, rate: number): void {
    const before = versions.get(version) ?? quiet(version)
    const requests = Math.round(rate * (1 + 0.22 * Math.sin(tick / 3) + 0.08 * Math.sin(tick * 1.7)))
    const latency = [...before.latency]
    for (const [bucket, share] of [
      [3, 0.2],
      [4, 0.52],
      [5, 0.2],
      [6, 0.066],
      [7, 0.014],
    ] as const) {
      latency[bucket] = (latency[bucket] ?? 0) + Math.round(requests * share)
    }
    versions.set(version, { ...before, requests: before.requests + requests, inFlight: 3 + (tick % 4), latency })
  }

  /** The next reading; `at` in milliseconds since the epoch. A version that stopped being live drains over 4 readings. */
  function read(at: number): Item<'route.traffic'> {
    tick += 1
    const live = fleet.view.sets.find(set => set.state === 'live')?.version
    if (live !== undefined) grow(live, fleet.rate)
    for (const [version, counters] of versions) {
      if (version === live) continue
      if (counters.inFlight === 0) versions.delete(version)
      else versions.set(version, { ...counters, inFlight: Math.max(0, counters.inFlight - 2) })
    }
    return { at, routes: fleet.view.routes.map(route => ({ id: route.id, versions: [...versions.values()] })) }
  }

  return { read }
}
