import { hasCode } from '../../../shared/failure.ts'
import type { RecordedSet, SetContainer } from '../../../shared/model/container-set.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Snapshot, SnapshotService } from '../../../shared/model/snapshot.ts'
import type { Drift, ListedDrift } from '../../../shared/model/views.ts'
import { ownRun } from '../../../shared/rules/complete-run.ts'
import { configDrift, networkDrift, realChanges, setNetworkDrift } from '../../../shared/rules/drift.ts'
import { setsOf } from '../../../shared/rules/lookup.ts'
import { bearsOwnName, LABEL } from '../../../shared/rules/names.ts'
import { sealedAs } from '../../../shared/rules/plan-launch.ts'
import { maskReferences, sealRun } from '../../../shared/rules/secrets.ts'
import type { Parts } from '../parts.ts'
import { recordFound, timed } from './drift-record.ts'
import { scanDataAndRoutes } from './fleet-scan.ts'
import { mountsDrift } from './mount-scan.ts'

type Member = Omit<SetContainer, 'state'>

interface Scan {
  readonly fleet: Fleet
  readonly set: RecordedSet
  readonly snapshot: Snapshot
  readonly signal: AbortSignal
}

/** The drift of a fleet's sets and of the things beside them. It is kept for the views. */
export async function scanFleet(parts: Parts, fleet: Fleet, signal: AbortSignal): Promise<ListedDrift[]> {
  const state = parts.store.journal.state()
  const running = setsOf(state, fleet.id).filter(set => set.state === 'running')
  const [beside, found] = await Promise.all([
    scanDataAndRoutes(parts, fleet, signal),
    Promise.all(running.map(set => scanSet(parts, set, signal))),
  ])
  return [
    ...running.flatMap((set, index) => (found[index] ?? []).map(drift => ({ ...drift, setId: set.id }))),
    ...beside.map(drift => ({ ...drift, setId: null })),
  ]
}

export async function scanSet(parts: Parts, set: RecordedSet, signal: AbortSignal): Promise<readonly Drift[]> {
  const state = parts.store.journal.state()
  const [snapshot, fleet] = [state.snapshots.get(set.snapshotId), state.fleets.get(set.fleetId)]
  if (snapshot === undefined || fleet === undefined) return []
  // While one of its containers is replaced there are two of it.
  if (parts.live.healing.has(set.id)) return parts.live.drift.get(set.id) ?? []
  const scan = { fleet, set, snapshot, signal }
  const found: Drift[] = []
  // One container at a time: looking must never load the engine.
  for (const container of set.containers) found.push(...(await scanContainer(parts, scan, container)))
  for (const service of snapshot.services) found.push(...(await movedTag(parts, scan, service)))
  found.push(...(await foreignContainers(parts, set, signal)))
  found.push(...setNetworkDrift(set, parts.home.id, await parts.engine.listNetworks({ labels: [] }, { signal })))
  const drift = timed(parts, { id: set.id, before: parts.live.drift.get(set.id) }, found)
  // A set that went away meanwhile, or is being healed by now, is not remembered.
  if (parts.store.journal.state().sets.has(set.id) && !parts.live.healing.has(set.id)) {
    recordFound(parts, set, drift)
    parts.live.drift.set(set.id, drift)
    parts.live.changed()
  }
  return drift
}

async function scanContainer(parts: Parts, scan: Scan, member: Member): Promise<readonly Drift[]> {
  const { fleet, set, snapshot, signal } = scan
  const recorded = snapshot.services.find(service => service.name === member.service)
  if (recorded === undefined) return []
  const of = { container: member.name, service: member.service }
  try {
    const [detail, changes] = await Promise.all([
      parts.engine.inspectContainer(member.id, { signal }),
      parts.engine.changes(member.id, { signal }),
    ])
    const running = sealRun(ownRun(detail.run), value => parts.store.secrets.seal(value))
    const networks = detail.networks.map(network => network.name)
    const config = [...configDrift(sealedAs(recorded, set.seal), running), ...networkDrift(set.network, networks)]
    const files = realChanges(changes, detail.run.mounts, ignoredIn(fleet, member.service))
    const mounts = await mountsDrift(parts, detail)
    return [
      ...renamed(of, detail),
      ...files.map(({ kind, path }): Drift => ({ ...of, kind, path })),
      ...config.map((one): Drift => ({ ...of, kind: 'config', detail: maskReferences(one.detail) })),
      ...mounts.map((one): Drift => ({ ...of, kind: 'mount', detail: one.detail })),
      ...parts.store.touched.of(member.id).map(({ what, at }): Drift => ({ ...of, kind: 'exec', detail: what, at })),
    ]
  } catch (error) {
    if (hasCode(error, 'not-found')) return [{ ...of, kind: 'missing' }]
    throw error
  }
}

/** A container is known by its id, whatever it is called. */
function renamed(of: Pick<Drift, 'container' | 'service'>, { name }: { readonly name: string }): Drift[] {
  if (name === of.container) return []
  return [{ ...of, kind: 'config', detail: `renamed to ${name} (${of.container} was recorded)` }]
}

export function ignoredIn(fleet: Fleet, service: string): readonly string[] {
  return fleet.services.find(({ name }) => name === service)?.ignored ?? []
}

/** The one tag that the snapshot gave the image: it says another image now, or is gone. */
async function movedTag(parts: Parts, { set, signal }: Scan, service: SnapshotService): Promise<readonly Drift[]> {
  const of = { container: set.containers.find(member => member.service === service.name)?.name, service: service.name }
  if (of.container === undefined) return []
  const drift = (saw: string): Drift[] => [
    { ...of, container: of.container ?? '', kind: 'image-moved', detail: `${service.image} ${saw}` },
  ]
  try {
    const { id } = await parts.engine.inspectImage(service.image, { signal })
    return id === service.imageId ? [] : drift(`is ${short(id)} now, ${short(service.imageId)} was recorded`)
  } catch (error) {
    if (hasCode(error, 'not-found')) return drift(`is gone, ${short(service.imageId)} was recorded`)
    throw error
  }
}

function short(imageId: string): string {
  return imageId.replace('sha256:', '').slice(0, 8)
}

/**
 * Containers under a name of the set that it does not know. One that merely inherited the set's labels from an image is
 * somebody's own.
 */
async function foreignContainers(parts: Parts, set: RecordedSet, signal: AbortSignal): Promise<readonly Drift[]> {
  const rows = await parts.engine.listContainers({ labels: [`${LABEL.set}=${set.id}`], all: true }, { signal })
  return rows
    .filter(row => !set.containers.some(container => container.id === row.id) && bearsOwnName(row.labels, row.name))
    .map(row => ({ container: row.name, service: row.labels.get(LABEL.service) ?? '', kind: 'foreign' }))
}
