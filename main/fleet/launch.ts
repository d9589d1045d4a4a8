import type { Parsed } from '../../shared/contract.ts'
import { FailureError, fail } from '../../shared/failure.ts'
import type {
  ContainerSet,
  Dependency,
  Fleet,
  Plan,
  RecordedSet,
  SetContainer,
  SetId,
  Snapshot,
} from '../../shared/model.ts'
import { reportText } from '../../shared/rules/checks.ts'
import { findSet, fleetNamed, snapshotOf } from '../../shared/rules/lookup.ts'
import { labelsOf } from '../../shared/rules/names.ts'
import { type LaunchPlan, launchPlanText, type PlannedContainer, planLaunch } from '../../shared/rules/plan-launch.ts'
import { setView } from '../../shared/rules/view.ts'
import { openContainerRun } from './container-run.ts'
import { ensureDataLayer } from './data-layer.ts'
import { type Running, tell } from './operations.ts'
import type { Asked, Parts } from './parts.ts'
import { leftoverOf } from './recover.ts'
import { removeSetThings } from './remove-set.ts'
import { seenNow } from './seen.ts'
import { validate } from './validate.ts'

/** Containers made side by side: 4 is where 2 cores saturate, an engine needs about 0.3 s of CPU for each. */
const concurrency = 4

type LaunchInput = Parsed<'set.launch'>

export async function planOfLaunch(parts: Parts, input: LaunchInput): Promise<Plan> {
  const { fleet, snapshot } = find(parts, input)
  return launchPlanText(planLaunch({ fleet, snapshot, replicas: input.replicas, setId: 'planned' as SetId }))
}

/** Makes a container set from a snapshot and checks it. No traffic moves. A failure or a cancel leaves nothing behind. */
export async function launchSet(parts: Parts, input: LaunchInput, asked: Asked): Promise<ContainerSet> {
  const { fleet } = find(parts, input)
  return parts.operations.inTurn(`set ${fleet.id} ${input.version}`, () => launchInTurn(parts, input, asked))
}

async function launchInTurn(parts: Parts, input: LaunchInput, asked: Asked): Promise<ContainerSet> {
  const { fleet, snapshot } = find(parts, input)
  const existing = findSet(parts.store.journal.state(), fleet, input.version)
  if (existing?.state === 'running') {
    fail('conflict', `${fleet.name} ${input.version} is running already`, {
      hint: `Put it live with: flotilla route switch ${fleet.name} ${input.version}`,
    })
  }
  const story = { op: 'set.launch' as const, title: `Launch ${fleet.name} ${input.version}`, fleet, to: input.version }
  const set = await tell(parts, asked, story, async running => {
    if (existing !== undefined) await removeSetThings(parts, existing, running.signal)
    const plan = planLaunch({
      fleet,
      snapshot,
      replicas: input.replicas,
      setId: `${fleet.id}-${running.operation}` as SetId,
    })
    const launched = await makeSet(parts, fleet, plan, running)
    const gone = existing === undefined ? [] : [{ kind: 'set-gone' as const, setId: existing.id }]
    const passed = launched.report?.passed === true
    const detail = passed
      ? `${launched.containers.length} containers, ${launched.report?.results.length ?? 0} checks passed`
      : `checks failed: ${launched.report === null ? '' : reportText(launched.report)}`
    return { value: launched, detail, changes: [...gone, { kind: 'set', set: launched }], to: input.version }
  })
  void parts.pointer.apply().catch(error => parts.log(`the preview of ${set.version} is not up: ${error}`))
  return setView(parts.store.journal.state(), seenNow(parts), set)
}

function find(parts: Parts, input: LaunchInput): { fleet: Fleet; snapshot: Snapshot } {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, input.fleet)
  return { fleet, snapshot: snapshotOf(state, fleet, input.version) }
}

/** Creates, starts and checks; walks back whatever was done when a step fails or the operation is cancelled. */
async function makeSet(parts: Parts, fleet: Fleet, plan: LaunchPlan, running: Running): Promise<RecordedSet> {
  const startedAt = parts.now()
  let set = blankSet(parts, fleet, plan)
  const show = (next: RecordedSet) => {
    set = next
    parts.live.launching.set(set.id, set)
    parts.live.changed()
  }
  show(set)
  try {
    const data = await ensureDataLayer(parts, fleet, running)
    await parts.engine.createNetwork(
      plan.network,
      labelsOf({ ...setMark(parts, fleet, plan, running), service: null, replica: null }),
      { signal: running.signal },
    )
    for (const [name, id] of data) {
      await parts.engine.connectNetwork(plan.network, id, [name], { signal: running.signal })
    }
    const containers = await makeContainers(parts, {
      fleet,
      plan,
      running,
      onContainer: container => show({ ...set, containers: [...set.containers, container] }),
    })
    show({ ...set, containers })
    const report = await validate(parts, { set, snapshot: plan.snapshot, signal: running.signal, depth: 'whole' })
    await parts.observed.refresh()
    return { ...set, report, launchMs: parts.now() - startedAt }
  } catch (error) {
    await removeSetThings(parts, set, undefined)
    throw error
  } finally {
    parts.live.launching.delete(set.id)
    parts.live.changed()
  }
}

function blankSet(parts: Parts, fleet: Fleet, { setId, snapshot, network }: LaunchPlan): RecordedSet {
  return {
    id: setId,
    fleetId: fleet.id,
    snapshotId: snapshot.id,
    number: snapshot.number,
    version: snapshot.version,
    state: 'running',
    network,
    containers: [],
    report: null,
    launchedAt: parts.now(),
    launchMs: 0,
  }
}

type Made = Omit<SetContainer, 'state'>

interface Making {
  readonly fleet: Fleet
  readonly plan: LaunchPlan
  readonly running: Running
  onContainer(container: Made): void
}

/** Containers in plan order, several at a time; one that depends on others starts when those are as it wants them. */
async function makeContainers(parts: Parts, making: Making): Promise<Made[]> {
  const { plan, running } = making
  const made = new Map<PlannedContainer, Promise<Made>>()
  const total = plan.containers.length
  let done = 0
  const slots = createSlots(concurrency)
  // One failure stops the others, so that nothing is made after the walk back has begun.
  const abort = new AbortController()
  const signal = AbortSignal.any([running.signal, abort.signal])
  const make = async (planned: PlannedContainer): Promise<Made> => {
    const create = slots(() => createOne(parts, making, planned, signal))
    const created = await create
    making.onContainer(created)
    await waitForDependencies(parts, { after: planned.after, plan, made, signal })
    await slots(() => parts.engine.startContainer(created.id, { signal }))
    done += 1
    running.progress(done, total, `${planned.name} started`)
    return created
  }
  for (const planned of plan.containers) {
    const work = make(planned)
    work.catch(() => abort.abort())
    made.set(planned, work)
  }
  const settled = await Promise.allSettled(made.values())
  running.signal.throwIfAborted()
  const failed = settled.filter(result => result.status === 'rejected').map(result => result.reason)
  if (failed.length > 0) throw failed.find(reason => !isCancel(reason)) ?? failed[0]
  return settled.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
}

function isCancel(reason: unknown): boolean {
  return reason instanceof FailureError && reason.failure.code === 'cancelled'
}

async function createOne(
  parts: Parts,
  { fleet, plan, running }: Making,
  planned: PlannedContainer,
  signal: AbortSignal,
): Promise<Made> {
  const labels = labelsOf({
    ...setMark(parts, fleet, plan, running),
    service: planned.service,
    replica: planned.replica,
  })
  const spec = {
    name: planned.name,
    imageId: planned.imageId,
    run: await openContainerRun(parts, planned, signal),
    labels,
    network: { name: plan.network, aliases: [planned.service, planned.name] },
    publish: true,
    init: true,
  }
  const { id } = await parts.engine.createContainer(spec, { signal }).catch(async error => {
    await removeOrphan(parts, planned.name, error)
    return parts.engine.createContainer(spec, { signal })
  })
  return { id, name: planned.name, service: planned.service, replica: planned.replica }
}

function setMark(parts: Parts, fleet: Fleet, plan: LaunchPlan, running: Running) {
  const { number } = plan.snapshot
  return {
    role: 'set' as const,
    fleet: fleet.name,
    number,
    set: plan.setId,
    operation: running.operation,
    home: parts.home.id,
  }
}

/** A name that is taken by a leftover of ours that no journal knows is freed; anyone else's keeps it. */
async function removeOrphan(parts: Parts, name: string, error: unknown): Promise<void> {
  if (!(error instanceof FailureError) || error.failure.code !== 'conflict') throw error
  const holder = await parts.engine.inspectContainer(name)
  if (!leftoverOf(parts.store.journal.state())(holder.id, holder.labels)) {
    fail('conflict', `The name ${name} is taken by another container (${holder.image})`, {
      hint: `Rename or remove it, and try again: docker rename ${name} ${name}-old`,
    })
  }
  await parts.engine.removeContainer(holder.id, true)
}

interface Waiting {
  readonly after: readonly Dependency[]
  readonly plan: LaunchPlan
  readonly made: ReadonlyMap<PlannedContainer, Promise<Made>>
  readonly signal: AbortSignal
}

async function waitForDependencies(parts: Parts, { after, plan, made, signal }: Waiting): Promise<void> {
  for (const dependency of after) {
    const needed = plan.containers.filter(container => container.service === dependency.service)
    for (const planned of needed) {
      const container = await made.get(planned)
      if (container !== undefined) await waitFor(parts, container.id, dependency, signal)
    }
    const data = plan.attach.find(candidate => candidate.name === dependency.service)
    if (data !== undefined) await waitFor(parts, data.container, dependency, signal)
  }
}

/** How long a dependency may take to get where its dependents want it, in milliseconds. */
const dependencyMs = 120_000

async function waitFor(parts: Parts, id: string, dependency: Dependency, signal: AbortSignal): Promise<void> {
  if (dependency.condition === 'started') return
  const deadline = parts.now() + dependencyMs
  for (;;) {
    const container = await parts.engine.inspectContainer(id, { signal })
    if (dependency.condition === 'completed' && container.state === 'exited') {
      if (container.exitCode === 0) return
      fail('unhealthy', `${container.name} ended with exit code ${container.exitCode}, and others depend on it`)
    }
    // A container without a health check counts as healthy once it runs.
    if (
      dependency.condition === 'healthy' &&
      (container.health === 'healthy' || (container.health === 'none' && container.state === 'running'))
    )
      return
    if (container.health === 'unhealthy' || parts.now() > deadline) {
      fail('unhealthy', `${container.name} did not get ${dependency.condition}, and others depend on it`)
    }
    await parts.wait(200, signal)
  }
}

/** At most so many pieces of work at a time, in the order asked for. */
function createSlots(size: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = size
  const waiting: (() => void)[] = []
  return async work => {
    if (free === 0) await new Promise<void>(resolve => waiting.push(resolve))
    else free -= 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}
