import type { ContainerNow, ContainerUsage, StatsNews, UsageSample } from '../../../shared/contract/stats.ts'
import type { Emit, Parsed } from '../../../shared/contract.ts'
import { fleetNamed } from '../../../shared/rules/lookup.ts'
import { ownersOf } from '../containers/container-owners.ts'
import type { Parts } from '../parts.ts'
import type { UsageOwner } from './stats-store.ts'

/** Readings of one second are told together. Milliseconds. */
const GATHER_MS = 200
/** An older sample is not what a container uses now. Milliseconds. */
const NOW_MS = 10_000
/** How many samples of the past are told at most: of many containers each tells less of it. */
const MOST_PAST = 20_000

/** Recent and current resource use of a fleet's containers, read as long as somebody follows. */
export function followStats(parts: Parts, input: Parsed<'stats.follow'>, emit: Emit<StatsNews>): () => void {
  const { id: fleetId } = fleetNamed(parts.store.journal.state(), input.fleet)
  const isMeant = (owner: UsageOwner) =>
    owner.fleetId === fleetId &&
    (input.versions === undefined || (owner.version !== null && input.versions.includes(owner.version))) &&
    (input.container === undefined || owner.name === input.container || owner.id === input.container)

  const news = (containers: ContainerUsage[]) =>
    emit({ everyMs: parts.stats.everyMs(), running: runningOf(parts, isMeant), containers })
  let waiting = new Map<string, ContainerUsage>()
  const gathering = gather(() => {
    news([...waiting.values()])
    waiting = new Map()
  })
  const watch = parts.stats.watch((owner, sample, memoryLimit) => {
    const samples = waiting.get(owner.id)?.samples ?? []
    waiting.set(owner.id, toldOf(owner, memoryLimit, [...samples, sample]))
    gathering.begin()
  })
  const stop = wantRunning(parts, watch, isMeant)
  const kept = parts.stats.kept(isMeant)
  const share = Math.ceil(MOST_PAST / Math.max(1, kept.length))
  news(kept.map(({ owner, memoryLimit, samples }) => toldOf(owner, memoryLimit, samples.slice(-share))))
  return () => {
    gathering.stop()
    stop()
  }
}

/** The last reading of each running container. They are read as long as somebody follows. */
export function followContainersNow(parts: Parts, emit: Emit<ContainerNow[]>): () => void {
  let waiting = new Map<string, ContainerNow>()
  const gathering = gather(() => {
    emit([...waiting.values()])
    waiting = new Map()
  })
  const watch = parts.stats.watch(({ id }, { cpu, memory }, memoryLimit) => {
    waiting.set(id, { id, cpu, memory, memoryLimit })
    gathering.begin()
  })
  const stop = wantRunning(parts, watch, () => true)
  emit(
    parts.stats
      .kept(() => true)
      .flatMap(({ owner: { id }, memoryLimit, samples }) => {
        const last = samples.at(-1)
        if (last === undefined || last.at < parts.now() - NOW_MS) return []
        return [{ id, cpu: last.cpu, memory: last.memory, memoryLimit }]
      }),
  )
  return () => {
    gathering.stop()
    stop()
  }
}

/** Tells what has gathered a moment after the first of it came. */
function gather(tell: () => void) {
  let timer: NodeJS.Timeout | undefined
  const end = () => {
    timer = undefined
    tell()
  }
  return {
    begin: () => {
      timer ??= setTimeout(end, GATHER_MS)
    },
    stop: () => clearTimeout(timer),
  }
}

/** Wants those that are up, whichever they are by and by. Returns its stop. */
function wantRunning(
  parts: Parts,
  watch: ReturnType<Parts['stats']['watch']>,
  isMeant: (owner: UsageOwner) => boolean,
): () => void {
  const look = () => watch.want(runningOwners(parts).filter(isMeant))
  const stops = [parts.observed.onChange(look), parts.store.journal.onChange(look), parts.onLiveChange(look)]
  look()
  return () => {
    for (const stop of stops) stop()
    watch.stop()
  }
}

/** The containers that are up: others use nothing. */
function runningOwners(parts: Parts): UsageOwner[] {
  const ownerOf = ownersOf(parts)
  const up = [...(parts.observed.rows()?.values() ?? [])].filter(
    ({ state }) => state === 'running' || state === 'paused',
  )
  return up.map(row => {
    const { fleetId = null, service = '', version = null } = ownerOf(row) ?? {}
    return { id: row.id, name: row.name, fleetId, service, version }
  })
}

function runningOf(parts: Parts, isMeant: (owner: UsageOwner) => boolean): number | null {
  return parts.observed.rows() === undefined ? null : runningOwners(parts).filter(isMeant).length
}

function toldOf(
  { id, name, service, version }: UsageOwner,
  memoryLimit: number | null,
  samples: UsageSample[],
): ContainerUsage {
  return { id, name, service, version, memoryLimit, samples }
}
