import type { Emit, Item } from '../../../shared/contract.ts'
import { assertNever, orNull } from '../../../shared/failure.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { FleetId, Version } from '../../../shared/model/ids.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import type { Restorable } from '../../../shared/model/views.ts'
import { dataRun } from '../../../shared/rules/data-volumes.ts'
import type { State } from '../../../shared/rules/fold.ts'
import { fleetNamed, routesOf, setsOf, snapshotsOf } from '../../../shared/rules/lookup.ts'
import { imagesOf, type Looked, restoreProblems } from '../../../shared/rules/restorable.ts'
import { openRun } from '../../../shared/rules/secrets.ts'
import type { EngineEvent } from '../../engine/model.ts'
import { repeat } from '../feeds/repeat.ts'
import type { Parts } from '../parts.ts'

/**
 * Looks in the background whether each version of a fleet can be brought back: at once, soon after what hints at a loss,
 * and every minute. Tells what it found when that is something else than before; nothing while the engine is gone. Ends in
 * silence with the fleet.
 */
export function followRestorable(parts: Parts, fleetName: string, emit: Emit<Item<'fleet.restorable'>>): () => void {
  const { id } = fleetNamed(parts.store.journal.state(), fleetName)
  const abort = new AbortController()
  const layers = new Map<string, readonly string[]>()
  let told = ''

  async function look(): Promise<void> {
    // One look at a time in the whole app, and in it one call after the other: looking must never load the engine.
    const found = await parts.operations.inTurn('restorable', async () =>
      abort.signal.aborted ? null : lookAt(parts, { id, layers, signal: abort.signal }),
    )
    if (found === null || abort.signal.aborted) return
    const text = JSON.stringify(found)
    if (text === told) return
    told = text
    const checkedAt = parts.now()
    emit(found.map(one => ({ ...one, checkedAt })))
  }

  const dataContainers = () => {
    const fleet = parts.store.journal.state().fleets.get(id)
    return fleet?.dataServices.map(data => data.container) ?? []
  }
  const hints = repeat(look, error => {
    if (!abort.signal.aborted) parts.log(`whether ${fleetName} can be restored could not be seen`, { error })
  })
  const stops = [
    parts.engine.onEvent(event => hintsAtLoss(event, dataContainers()) && hints.soon()),
    parts.engine.onReconcile(hints.soon),
    parts.pointer.onAck(hints.soon),
    parts.store.journal.onChange(hints.soon),
    hints.stop,
  ]
  return () => {
    abort.abort()
    for (const stop of stops) stop()
  }
}

/** Whether an event may make a version unrestorable, or restorable again. */
function hintsAtLoss({ kind, action, name }: EngineEvent, dataContainers: readonly string[]): boolean {
  switch (kind) {
    case 'container':
      // A rename tells the new name only.
      return action === 'rename' || (dataContainers.includes(name) && ['create', 'destroy'].includes(action))
    case 'image':
      return action === 'delete' || action === 'untag' || action === 'tag' || action === 'load' || action === 'import'
    case 'volume':
      return action === 'destroy' || action === 'create'
    case 'network':
      return false
    default:
      return assertNever(kind)
  }
}

interface Looking {
  readonly id: FleetId
  /** Layers by image id: both never change, so each is asked for once. */
  readonly layers: Map<string, readonly string[]>
  readonly signal: AbortSignal
}

/** Null when the fleet is gone. */
async function lookAt(parts: Parts, { id, layers, signal }: Looking): Promise<Omit<Restorable, 'checkedAt'>[] | null> {
  const before = parts.store.journal.state()
  const fleet = before.fleets.get(id)
  if (fleet === undefined) return null
  const snapshots = snapshotsOf(before, id)
  const containers = await findDataContainers(parts, fleet, signal)
  const wanted = new Set(snapshots.flatMap(snapshot => imagesOf(fleet, snapshot, containers)))
  const images = await findImages(parts, wanted, { layers, signal })
  const volumes = await parts.engine.listVolumes({ labels: [] }, { signal })
  const looked: Looked = {
    images,
    volumes: new Set(volumes.map(volume => volume.name)),
    lostPaths: await findLostPaths(parts, fleet, snapshots),
    containers,
    lostSecrets: new Map(),
    closed: parts.pointer.ack()?.closed ?? [],
    launched: launchedVersions(before, id),
  }
  const routes = routesOf(before, id)
  return snapshots.map(snapshot => {
    const lostSecrets = countLostSecrets(parts, fleet, snapshot)
    const problems = restoreProblems({ fleet, snapshot, routes, looked: { ...looked, lostSecrets } })
    return { version: snapshot.version, restorable: problems.length === 0, problems }
  })
}

/** The names of those containers of data services that are there. */
async function findDataContainers(parts: Parts, fleet: Fleet, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const { container } of fleet.dataServices) {
    const isThere = await orNull(parts.engine.inspectContainer(container, { signal }))
    if (isThere !== null) found.add(container)
  }
  return found
}

/** The layers of each image, or null. One list tells of most; only what is new or not in it is asked for by itself. */
async function findImages(
  parts: Parts,
  wanted: ReadonlySet<string>,
  { layers, signal }: Pick<Looking, 'layers' | 'signal'>,
): Promise<ReadonlyMap<string, readonly string[] | null>> {
  const listed = new Set((await parts.engine.listImages({ labels: [] }, { signal })).map(image => image.id))
  const found = new Map<string, readonly string[] | null>()
  for (const reference of wanted) {
    const known = listed.has(reference) ? layers.get(reference) : undefined
    const seen = known ?? (await orNull(parts.engine.inspectImage(reference, { signal })))?.layers ?? null
    found.set(reference, seen)
    if (seen !== null && reference.startsWith('sha256:')) layers.set(reference, seen)
  }
  return found
}

/** Paths of another machine cannot be looked at from here, and are not called lost. */
async function findLostPaths(parts: Parts, fleet: Fleet, snapshots: readonly Snapshot[]): Promise<ReadonlySet<string>> {
  if (!parts.engine.reachesContainers()) return new Set()
  const runs = [
    ...snapshots.flatMap(snapshot => snapshot.services.map(service => service.run)),
    ...fleet.dataServices.flatMap(data => dataRun(data) ?? []),
  ]
  const paths = new Set(runs.flatMap(run => run.mounts.flatMap(({ kind, source }) => (kind === 'bind' ? source : []))))
  const lost = new Set<string>()
  for (const path of paths) if ((await parts.machine.hostPath(path)) === null) lost.add(path)
  return lost
}

function countLostSecrets(parts: Parts, fleet: Fleet, snapshot: Snapshot): ReadonlyMap<string, number> {
  const open = (reference: string) => parts.store.secrets.open(reference)
  const data = fleet.dataServices.map(one => ({ name: one.name, run: dataRun(one) }))
  const runs = [...snapshot.services, ...data].flatMap(({ name, run }) => (run === null ? [] : { name, run }))
  return new Map(runs.map(({ name, run }) => [name, openRun(run, open).missing.length]))
}

function launchedVersions(state: State, id: FleetId): ReadonlySet<Version> {
  const launches = state.entries.filter(
    entry => entry.fleetId === id && entry.op === 'set.launch' && entry.outcome === 'done',
  )
  const versions = launches.flatMap(entry => entry.to ?? [])
  return new Set([...versions, ...setsOf(state, id).map(set => set.version)])
}
