import type { ContainerUsage, StatsNews, UsageSample } from '../../../shared/contract/stats.ts'
import type { Emit, Parsed } from '../../../shared/contract.ts'
import { fleetNamed } from '../../../shared/rules/lookup.ts'
import { ownersOf } from '../containers/container-owners.ts'
import type { Parts } from '../parts.ts'
import type { UsageOwner } from './stats-store.ts'

/** Readings of one second are told together. Milliseconds. */
const GATHER_MS = 200
/** How many samples of the past are told at most: of many containers each tells less of it. */
const MOST_PAST = 20_000

/** What containers of a fleet used lately, and what they use from now on. They are read as long as somebody follows. */
export function followStats(parts: Parts, input: Parsed<'stats.follow'>, emit: Emit<StatsNews>): () => void {
  const { id: fleetId } = fleetNamed(parts.store.journal.state(), input.fleet)
  const isMeant = (owner: UsageOwner) =>
    owner.fleetId === fleetId &&
    (input.versions === undefined || (owner.version !== null && input.versions.includes(owner.version))) &&
    (input.container === undefined || owner.name === input.container || owner.id === input.container)

  let waiting = new Map<string, ContainerUsage>()
  let timer: NodeJS.Timeout | undefined
  const tell = () => {
    timer = undefined
    emit({ everyMs: parts.stats.everyMs(), containers: [...waiting.values()] })
    waiting = new Map()
  }
  const watch = parts.stats.watch((owner, sample, memoryLimit) => {
    const samples = waiting.get(owner.id)?.samples ?? []
    waiting.set(owner.id, toldOf(owner, memoryLimit, [...samples, sample]))
    timer ??= setTimeout(tell, GATHER_MS)
  })
  const look = () => watch.want(runningOwners(parts).filter(isMeant))
  const stops = [parts.observed.onChange(look), parts.store.journal.onChange(look), parts.onLiveChange(look)]
  look()
  const kept = parts.stats.kept(isMeant)
  const share = Math.ceil(MOST_PAST / Math.max(1, kept.length))
  emit({
    everyMs: parts.stats.everyMs(),
    containers: kept.map(({ owner, memoryLimit, samples }) => toldOf(owner, memoryLimit, samples.slice(-share))),
  })
  return () => {
    clearTimeout(timer)
    for (const stop of stops) stop()
    watch.stop()
  }
}

/** The containers of fleets that are up: others use nothing. */
function runningOwners(parts: Parts): UsageOwner[] {
  const ownerOf = ownersOf(parts)
  return [...(parts.observed.rows()?.values() ?? [])].flatMap(row => {
    const owner = row.state === 'running' || row.state === 'paused' ? ownerOf(row) : undefined
    if (owner === undefined) return []
    const { containerId: id, container: name, fleetId, service, version } = owner
    return [{ id, name, fleetId, service, version }]
  })
}

function toldOf(
  { id, name, service, version }: UsageOwner,
  memoryLimit: number | null,
  samples: UsageSample[],
): ContainerUsage {
  return { id, name, service, version, memoryLimit, samples }
}
