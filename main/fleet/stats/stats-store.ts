import type { ContainerUsage, UsageSample } from '../../../shared/contract/stats.ts'
import { memoryLimit, type StatsReading, usageBetween } from '../../../shared/rules/stats.ts'
import { KEPT_MS, thinned } from '../../../shared/rules/stats-series.ts'
import type { Engine } from '../../engine/engine.ts'
import { createStatsStreams, MOST_STREAMS } from './stats-streams.ts'

export type UsageOwner = Pick<ContainerUsage, 'id' | 'name' | 'service' | 'version'> & {
  /** Null where it is in no fleet. */
  readonly fleetId: string | null
}

export interface Used {
  readonly owner: UsageOwner
  readonly memoryLimit: number | null
  readonly samples: readonly UsageSample[]
}

/** Recent resource use of containers. They are read only while somebody looks; readings are kept for a while. */
export interface Stats {
  /** Hears the samples of what it wants, whoever else wants it too. */
  watch(onSample: (owner: UsageOwner, sample: UsageSample, memoryLimit: number | null) => void): {
    want(owners: readonly UsageOwner[]): void
    stop(): void
  }
  /** Kept readings of these containers, gone ones too. */
  kept(isMeant: (owner: UsageOwner) => boolean): readonly Used[]
  everyMs(): number
}

interface KeptReadings {
  owner: UsageOwner
  last: StatsReading | null
  samples: readonly UsageSample[]
}

interface Watcher {
  owners: ReadonlyMap<string, UsageOwner>
  readonly onSample: Parameters<Stats['watch']>[0]
}

export function createStats(engine: Pick<Engine, 'followStats'>, log: (line: string) => void): Stats {
  const known = new Map<string, KeptReadings>()
  const watchers = new Set<Watcher>()
  const wanted = () => new Set([...watchers].flatMap(watcher => [...watcher.owners.keys()]))
  const streams = createStatsStreams({
    most: MOST_STREAMS,
    read: (id, onReading, signal) => engine.followStats(id, onReading, { signal }),
    onReading: hear,
    log,
  })

  function hear(id: string, reading: StatsReading): void {
    const one = known.get(id)
    if (one === undefined) return
    const sample = one.last === null ? null : usageBetween(one.last, reading)
    one.last = reading
    if (sample === null) return
    one.samples = thinned([...one.samples, sample])
    for (const watcher of watchers) {
      const owner = watcher.owners.get(id)
      if (owner !== undefined) watcher.onSample(owner, sample, memoryLimit(reading.memory))
    }
  }

  /** Forgets what nobody wants and is too old to be shown. */
  function forget(): void {
    const ids = wanted()
    const newest = Math.max(0, ...[...known.values()].map(one => one.last?.at ?? 0))
    for (const [id, { last }] of known) if (!ids.has(id) && (last?.at ?? 0) < newest - KEPT_MS) known.delete(id)
  }

  return {
    watch(onSample) {
      const watcher: Watcher = { owners: new Map(), onSample }
      watchers.add(watcher)
      return {
        want(owners) {
          watcher.owners = new Map(owners.map(owner => [owner.id, owner]))
          for (const owner of owners) {
            const one = known.get(owner.id)
            if (one === undefined) known.set(owner.id, { owner, last: null, samples: [] })
            else one.owner = owner
          }
          forget()
          streams.want(wanted())
        },
        stop() {
          watchers.delete(watcher)
          streams.want(wanted())
        },
      }
    },
    kept: isMeant =>
      [...known.values()]
        .filter(({ owner }) => isMeant(owner))
        .map(({ owner, last, samples }) => ({
          owner,
          memoryLimit: last === null ? null : memoryLimit(last.memory),
          samples,
        })),
    everyMs: streams.everyMs,
  }
}
