import type { Parsed } from '../../shared/contract.ts'
import { fail } from '../../shared/failure.ts'
import type {
  DataService,
  Fleet,
  LeftOut,
  Plan,
  Route,
  Snapshot,
  SnapshotId,
  SnapshotService,
  Version,
} from '../../shared/model.ts'
import { fleetNamed, routesOf, snapshotsOf } from '../../shared/rules/lookup.ts'
import { canonicalJson, imageTag, labelsOf, manifestTag, versionOf } from '../../shared/rules/names.ts'
import {
  isAnonymousVolume,
  leftOutOf,
  type PlannedPick,
  planSnapshot,
  type SnapshotPlan,
  snapshotPlanText,
} from '../../shared/rules/plan-snapshot.ts'
import { sealRun } from '../../shared/rules/secrets.ts'
import { keepManifest } from './manifest-image.ts'
import { type Running, tell } from './operations.ts'
import type { Asked, Parts } from './parts.ts'
import { gatherCandidates } from './snapshot-source.ts'

type SnapshotInput = Parsed<'snapshot.take'>

interface Prepared {
  readonly fleet: Fleet
  readonly plan: SnapshotPlan
  readonly leftOut: readonly LeftOut[]
}

export async function planOfSnapshot(parts: Parts, input: SnapshotInput, signal: AbortSignal): Promise<Plan> {
  const { fleet, plan, leftOut } = await prepare(parts, input, signal)
  return snapshotPlanText(fleet.name, plan, leftOut)
}

/**
 * Commits what drifted, takes the rest as it is, and writes the manifest. The same state gives the same id: when nothing
 * differs from an earlier snapshot that one is returned and nothing is kept. A failure or a cancel leaves no image.
 */
export async function takeSnapshot(
  parts: Parts,
  input: SnapshotInput,
  asked: Asked,
): Promise<{ snapshot: Snapshot; same: boolean }> {
  const fleet = fleetNamed(parts.store.journal.state(), input.fleet)
  return parts.operations.inTurn(`snapshot ${fleet.id}`, () => {
    const story = { op: 'snapshot.take' as const, title: `Snapshot of ${fleet.name}`, fleet }
    return tell(parts, asked, story, async running => {
      const { plan, leftOut } = await prepare(parts, input, running.signal)
      const ready = refuseUnready(plan)
      const number = nextNumber(parts, fleet)
      const taken = await commitPicks(parts, { fleet, number, picks: ready.picks, pause: input.pause, running })
      return keepOrReuse(parts, {
        fleet,
        number,
        parent: ready.parent,
        taken,
        leftOut,
        note: input.note,
        by: asked.by,
        running,
      })
    })
  })
}

async function prepare(parts: Parts, input: SnapshotInput, signal: AbortSignal): Promise<Prepared> {
  const fleet = fleetNamed(parts.store.journal.state(), input.fleet)
  const { parent, services } = await gatherCandidates(parts, fleet, input.from, signal)
  const plan = planSnapshot({ fleet: fleet.name, parent, services, chosen: input.containers })
  const sizes = plan.kind === 'ready' ? await parts.engine.volumeSizes({ signal }) : new Map<string, number>()
  return { fleet, plan, leftOut: plan.kind === 'ready' ? leftOutOf(plan.picks, sizes) : [] }
}

function refuseUnready(plan: SnapshotPlan): Extract<SnapshotPlan, { kind: 'ready' }> {
  switch (plan.kind) {
    case 'ready':
      return plan
    case 'refuse':
      return fail('bad-input', plan.message, { hint: plan.hint })
    case 'choose': {
      const { service, containers } = plan.choices[0] ?? { service: '', containers: [] }
      return fail(
        'conflict',
        `Several replicas drifted apart: ${plan.choices.map(choice => `${choice.service} (${choice.containers.join(', ')})`).join('; ')}`,
        {
          hint: `Choose which one to keep: --container ${service}=${containers[0] ?? 'NAME'}`,
        },
      )
    }
    default:
      return plan satisfies never
  }
}

interface Taken {
  readonly services: readonly SnapshotService[]
  /** Images that this operation made, to be removed if it comes to nothing. */
  readonly made: readonly string[]
}

interface Committing {
  readonly fleet: Fleet
  readonly number: number
  readonly picks: readonly PlannedPick[]
  readonly pause: boolean
  readonly running: Running
}

async function commitPicks(parts: Parts, work: Committing): Promise<Taken> {
  const made: string[] = []
  const services: SnapshotService[] = []
  try {
    for (const [index, pick] of work.picks.entries()) {
      work.running.progress(
        index,
        work.picks.length,
        `${pick.action === 'commit' ? 'commit' : 'keep'} ${pick.container.name}`,
      )
      services.push(await takeService(parts, work, pick, imageId => made.push(imageId)))
    }
    return { services, made }
  } catch (error) {
    await discard(parts, made)
    throw error
  }
}

async function takeService(
  parts: Parts,
  work: Committing,
  { service, container, action }: PlannedPick,
  onMade: (imageId: string) => void,
): Promise<SnapshotService> {
  const { fleet, number, running } = work
  const run = sealRun(withoutAnonymous(container.run), value => parts.store.secrets.seal(value))
  let imageId = container.imageId
  let consistent = true
  if (action === 'commit') {
    const blank = run.environment.filter(([, value]) => value.includes('{{secret:')).map(([name]) => name)
    const committed = await parts.engine.commit(
      {
        containerId: container.id,
        labels: labelsOf({
          role: 'snapshot',
          fleet: fleet.name,
          number,
          service: service.name,
          operation: running.operation,
          home: parts.home.id,
          set: null,
          replica: null,
        }),
        blank,
        pause: work.pause,
        comment: `${fleet.name} ${service.name}, ${container.name}`,
      },
      { signal: running.signal },
    )
    imageId = committed.imageId
    consistent = committed.consistent
    onMade(imageId)
  }
  const image = await parts.engine.inspectImage(imageId, { signal: running.signal })
  return {
    ...service,
    image: '',
    imageId,
    base: container.image,
    layers: [...image.layers],
    bytes: image.bytes,
    origin: action,
    container: container.name,
    consistent,
    run,
  }
}

function withoutAnonymous(run: PlannedPick['container']['run']) {
  return { ...run, mounts: run.mounts.filter(mount => mount.kind !== 'volume' || !isAnonymousVolume(mount.source)) }
}

interface Keeping {
  readonly fleet: Fleet
  readonly number: number
  readonly parent: Version | null
  readonly taken: Taken
  readonly leftOut: readonly LeftOut[]
  readonly note: string
  readonly by: string
  readonly running: Running
}

async function keepOrReuse(parts: Parts, keeping: Keeping) {
  const { fleet, taken } = keeping
  const snapshots = snapshotsOf(parts.store.journal.state(), fleet.id)
  const id = contentId(parts, fleet, taken.services)
  const same = snapshots.find(snapshot => snapshot.id === id)
  if (same !== undefined) {
    await discard(parts, taken.made)
    return { value: { snapshot: same, same: true }, detail: `nothing differs from ${same.version}`, to: same.version }
  }
  const snapshot = draft(parts, id, keeping)
  const kept = await nameImages(parts, snapshot, taken.made, keeping.running)
  const commits = kept.services.filter(service => service.origin === 'commit').length
  const seconds = kept.services.every(service => service.consistent)
    ? ''
    : ', not consistent: a container was not paused'
  return {
    value: { snapshot: kept, same: false },
    detail: `${commits} committed, ${kept.services.length - commits} as they were${seconds}`,
    changes: [{ kind: 'snapshot' as const, snapshot: kept }],
    to: kept.version,
  }
}

/** Numbers are never given twice, also when the newest snapshot has been removed since. */
function nextNumber(parts: Parts, fleet: Fleet): number {
  const state = parts.store.journal.state()
  const told = state.entries.filter(entry => entry.fleetId === fleet.id && entry.op === 'snapshot.take')
  const used = told.map(entry => (entry.to === null ? 0 : Number(entry.to.slice(1))))
  return Math.max(0, ...used, ...snapshotsOf(state, fleet.id).map(snapshot => snapshot.number)) + 1
}

function draft(
  parts: Parts,
  id: SnapshotId,
  { fleet, number, parent, taken, leftOut, note, by, running }: Keeping,
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
    dataServices: fleet.dataServices,
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

/** What makes two snapshots the same: layers and run configurations, not who took them, when, or under which tags. */
export function contentId(
  parts: Pick<Parts, 'hash'>,
  fleet: { readonly dataServices: readonly DataService[] },
  services: readonly SnapshotService[],
): SnapshotId {
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

/** Images that came to nothing. Those that something uses by now stay. */
async function discard(parts: Parts, references: readonly string[]): Promise<void> {
  for (const reference of references) {
    await parts.engine.removeImage(reference).catch(error => parts.log(`${reference} could not be removed: ${error}`))
  }
}
