import { create } from 'zustand'
import type { ContainerUsage, StatsNews } from '../../shared/contract/stats.ts'
import type { Input } from '../../shared/contract.ts'
import type { Failure } from '../../shared/failure.ts'
import { KEPT_MS, thinned } from '../../shared/rules/stats-series.ts'
import { follow } from '../session.ts'
import { whileVisible } from './while-visible.ts'

interface StatsFeed {
  /** By container id, with all that is held of their past; null until it was heard once. */
  readonly containers: ReadonlyMap<string, ContainerUsage> | null
  /** How long it takes until a container is read again. Milliseconds. */
  readonly everyMs: number
  /** The time of the newest sample, in milliseconds since the epoch; 0 while there is none. */
  readonly newest: number
  readonly failure: Failure | null
}

const nothing: StatsFeed = { containers: null, everyMs: 1000, newest: 0, failure: null }

export const useStats = create<StatsFeed>()(() => nothing)

/** Follows containers for as long as a window shows them; a window that nobody sees follows none. Returns its stop. */
export function followStats(scope: Input<'stats.follow'>): () => void {
  useStats.setState(nothing)
  const onFailure = (failure: Failure) => useStats.setState({ failure })
  return whileVisible(() => follow('stats.follow', scope, hearStats, onFailure))
}

/** The past is told anew after each lost connection: what is known already is not taken twice. */
export function hearStats({ everyMs, containers: heard }: StatsNews): void {
  useStats.setState(old => {
    const containers = new Map(old.containers)
    for (const one of heard) {
      const known = containers.get(one.id)?.samples ?? []
      const last = known.at(-1)?.at ?? 0
      const fresh = one.samples.filter(sample => sample.at > last)
      containers.set(one.id, { ...one, samples: thinned([...known, ...fresh]) })
    }
    const newest = Math.max(old.newest, ...heard.map(one => one.samples.at(-1)?.at ?? 0))
    for (const [id, { samples }] of containers)
      if ((samples.at(-1)?.at ?? newest) < newest - KEPT_MS) containers.delete(id)
    return { containers, everyMs, newest, failure: null }
  })
}
