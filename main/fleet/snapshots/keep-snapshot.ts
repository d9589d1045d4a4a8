import type { Fleet } from '../../../shared/model/fleet.ts'
import type { SnapshotId, Version } from '../../../shared/model/ids.ts'
import type { Route } from '../../../shared/model/route.ts'
import type { LeftOut, Snapshot, SnapshotService } from '../../../shared/model/snapshot.ts'
import { routesOf, snapshotsOf } from '../../../shared/rules/lookup.ts'
import { canonicalJson, imageTag, manifestTag, versionOf } from '../../../shared/rules/names.ts'
import type { Parts } from '../parts.ts'
import type { Running } from '../tell.ts'
import { keepManifest } from './manifest-image.ts'

export interface Taken {
  readonly services: readonly SnapshotService[]
  /** Images that this operation made, to be removed if it comes to nothing. */
  readonly made: readonly string[]
}

export interface SnapshotDraft {
  readonly fleet: Fleet
  readonly number: number
  readonly parent: Version | null
  readonly taken: Taken
  readonly leftOut: readonly LeftOut[]
  readonly note: string
  readonly by: string
  readonly running: Running
}

/** Numbers, names and records what was taken; or finds that an earlier snapshot says the same, and keeps nothing. */
export async function keepOrReuse(parts: Parts, keeping: SnapshotDraft) {
  const { fleet, taken } = keeping
  const snapshots = snapshotsOf(parts.store.journal.state(), fleet.id)
  const id = ownId(parts, fleet, contentId(parts, fleet, taken.services))
  const same = snapshots.find(snapshot => snapshot.id === id)
  if (same !== undefined) {
    await discard(parts, taken.made)
    return { value: { snapshot: same, same: true }, detail: `nothing differs from ${same.version}`, to: same.version }
  }
  const snapshot = draft(parts, id, keeping)
  const kept = await nameImages(parts, snapshot, taken.made, keeping.running)
  const commits = kept.services.filter(service => service.origin === 'commit').length
  const doubt = kept.services.every(service => service.consistent) ? '' : ', not consistent: a container was not paused'
  return {
    value: { snapshot: kept, same: false },
    detail: `${commits} committed, ${kept.services.length - commits} as they were${doubt}`,
    changes: [{ kind: 'snapshot' as const, snapshot: kept }],
    to: kept.version,
  }
}

/** Numbers are never given twice, also when the newest snapshot has been removed since. */
export function nextNumber(parts: Parts, fleet: Fleet): number {
  const state = parts.store.journal.state()
  const told = state.entries.filter(entry => entry.fleetId === fleet.id && entry.op === 'snapshot.take')
  const used = told.map(entry => (entry.to === null ? 0 : Number(entry.to.slice(1))))
  return Math.max(0, ...used, ...snapshotsOf(state, fleet.id).map(snapshot => snapshot.number)) + 1
}

function draft(
  parts: Parts,
  id: SnapshotId,
  { fleet, number, parent, taken, leftOut, note, by, running }: SnapshotDraft,
): Snapshot {
  const routes = routesOf(parts.store.journal.state(), fleet.id)
  return {
    id,
    fleetId: fleet.id,
    fleet: fleet.name,
    number,
    version: versionOf(number),
    parent,
    takenAt: parts.now(),
    by,
    note,
    operation: running.operation,
    manifestImage: manifestTag({ fleet: fleet.name, number, operation: running.operation }),
    services: taken.services.map(service => ({
      ...service,
      image: imageTag({ fleet: fleet.name, service: service.name, number, operation: running.operation }),
    })),
    // The record of the attached container belongs to the fleet.
    dataServices: fleet.dataServices.map(({ attached: _, ...data }) => data),
    routes: routes.map(({ hostname, port, service, servicePort }: Route) => ({ hostname, port, service, servicePort })),
    leftOut: [...leftOut],
  }
}

/** Tags last: an image that is not wholly named is found by its operation and removed at the next start. */
async function nameImages(
  parts: Parts,
  snapshot: Snapshot,
  made: readonly string[],
  running: Running,
): Promise<Snapshot> {
  const tagged: string[] = []
  try {
    for (const service of snapshot.services) {
      await parts.engine.tagImage(service.imageId, service.image, { signal: running.signal })
      tagged.push(service.image)
    }
    await keepManifest(parts, snapshot, running.signal)
    return snapshot
  } catch (error) {
    await discard(parts, [...tagged, snapshot.manifestImage, ...made])
    throw error
  }
}

/** Identifies the content of a snapshot: layers and run configurations, not its author, time or tags. */
function contentId(parts: Parts, fleet: Fleet, services: readonly SnapshotService[]): SnapshotId {
  const said = services.map(({ name, layers, run, replicas, checks, pace, dependsOn }) => ({
    name,
    layers,
    run,
    replicas,
    checks,
    pace,
    dependsOn,
  }))
  const data = fleet.dataServices.map(({ name, container }) => ({ name, container }))
  return parts.hash(canonicalJson({ services: said, data })) as SnapshotId // the id is this hash
}

/** Two fleets may hold the same: then the id of the later one says whose it is. */
function ownId(parts: Parts, fleet: Fleet, id: SnapshotId): SnapshotId {
  const other = parts.everywhere().snapshots.get(id)
  if (other === undefined || other.fleetId === fleet.id) return id
  return parts.hash(`${id} ${fleet.id}`) as SnapshotId // the id is this hash
}

/** Images that came to nothing. Those that something uses by now stay. */
export async function discard(parts: Parts, references: readonly string[]): Promise<void> {
  for (const reference of references) {
    await parts.engine.removeImage(reference).catch(error => parts.log(`${reference} could not be removed`, { error }))
  }
}
