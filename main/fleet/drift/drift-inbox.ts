import { type DriftedContainer, MOST_DRIFT } from '../../../shared/contract/drift.ts'
import type { Emit, Output, Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Version } from '../../../shared/model/ids.ts'
import type { Drift } from '../../../shared/model/views.ts'
import { count } from '../../../shared/rules/count.ts'
import { ignoredChanges } from '../../../shared/rules/drift.ts'
import { fleetNamed, liveSetOf } from '../../../shared/rules/lookup.ts'
import { named } from '../../../shared/rules/operations.ts'
import type { Caller } from '../caller.ts'
import type { Sites } from '../endpoints/sites.ts'
import { followChanges } from '../feeds/feeds.ts'
import type { Parts } from '../parts.ts'
import { memberNow } from '../sets/member-names.ts'
import { tell } from '../tell.ts'
import { ignoredIn, scanFleet } from './drift-scan.ts'

const MOST_IGNORED = 1_000

/** Most ignored paths of a service. */
const MOST_PATTERNS = 100

/** The drifted containers of all fleets of all endpoints, and each change of them. */
export function followDrift(sites: Sites, emit: Emit<DriftedContainer[]>): () => void {
  const hints = [sites.onChange, sites.journal.onChange, sites.at(undefined).onLiveChange]
  const newestFirst = () =>
    sites
      .all()
      .flatMap(driftedContainers)
      .sort((a, b) => b.at - a.at)
  return followChanges(hints, newestFirst, emit)
}

function driftedContainers(parts: Parts): readonly DriftedContainer[] {
  const state = parts.store.journal.state()
  const ofSets = [...parts.live.drift].flatMap(([setId, drift]) => {
    const set = state.sets.get(setId)
    const fleet = set && state.fleets.get(set.fleetId)
    if (set === undefined || fleet === undefined) return []
    return byContainer({ fleet, version: set.version, isLive: liveSetOf(state, fleet.id)?.id === set.id }, drift)
  })
  const ofFleets = [...parts.live.fleetDrift].flatMap(([fleetId, drift]) => {
    const fleet = state.fleets.get(fleetId)
    return fleet === undefined ? [] : byContainer({ fleet, version: null, isLive: false }, drift)
  })
  return [...ofSets, ...ofFleets]
}

interface DriftOwner {
  readonly fleet: Fleet
  readonly version: Version | null
  readonly isLive: boolean
}

function byContainer(of: DriftOwner, drift: readonly Drift[]): DriftedContainer[] {
  return [...new Set(drift.map(one => one.container))].map(container =>
    drifted(
      of,
      drift.filter(one => one.container === container),
    ),
  )
}

function drifted({ fleet, version, isLive }: DriftOwner, drift: readonly Drift[]): DriftedContainer {
  const { service = '', container = '', subject } = drift[0] ?? {}
  return {
    fleet: fleet.name,
    version,
    isLive,
    container,
    ...(subject === undefined ? {} : { subject }),
    service,
    at: Math.max(...drift.map(one => one.at ?? 0)),
    drift: drift.slice(0, MOST_DRIFT),
    more: Math.max(drift.length - MOST_DRIFT, 0),
    ignored: [...ignoredIn(fleet, service)],
  }
}

/** Files that a container wrote at ignored paths. */
export async function listIgnored(
  parts: Parts,
  input: Parsed<'drift.ignored'>,
  signal: AbortSignal,
): Promise<Output<'drift.ignored'>> {
  const { fleet, member } = await memberNow(parts, input, signal)
  const [{ run }, changes] = await Promise.all([
    parts.engine.inspectContainer(member.id, { signal }),
    parts.engine.changes(member.id, { signal }),
  ])
  return [...ignoredChanges(changes, run.mounts, ignoredIn(fleet, member.service))].slice(0, MOST_IGNORED)
}

/** Changes what is ignored in a service; its containers are looked at anew before this resolves. */
export async function ignorePaths(
  parts: Parts,
  input: Parsed<'drift.ignore'>,
  caller: Caller,
): Promise<Output<'drift.ignore'>> {
  const fleet = fleetNamed(parts.store.journal.state(), input.fleet)
  const story = { ...named('drift.ignore', input.service), fleet }
  const edited = await tell(parts, caller, story, async () => {
    const now = fleetNamed(parts.store.journal.state(), input.fleet)
    const service = now.services.find(({ name }) => name === input.service)
    if (service === undefined) return fail('not-found', `${now.name} has no service ${input.service}`)
    const kept = service.ignored.filter(path => !input.remove.includes(path))
    const ignored = [...new Set([...kept, ...input.add])]
    if (ignored.length > MOST_PATTERNS)
      fail('bad-input', `${input.service} ignores ${MOST_PATTERNS} paths at most`, { hint: 'Use a * for several' })
    const services = now.services.map(one => (one === service ? { ...one, ignored } : one))
    const detail = `${count(ignored.length, 'ignored path')} in ${input.service}`
    return { value: ignored, detail, changes: [{ kind: 'fleet', fleet: { ...now, services } }] }
  })
  await scanFleet(parts, fleetNamed(parts.store.journal.state(), input.fleet), caller.signal)
  return edited
}
