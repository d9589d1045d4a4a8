import type { Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import type { ContainerSet } from '../../../shared/model/container-set.ts'
import type { Direction, HistoryStep } from '../../../shared/model/history.ts'
import type { Version } from '../../../shared/model/ids.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { decideReturn, decideStep } from '../../../shared/rules/history.ts'
import { named } from '../../../shared/rules/operations.ts'
import { setIdOf, setOf, snapshotOf, summaryOf, version } from './build.ts'
import { type Call, run, type Story } from './operation.ts'
import { type Replicas, replicasOf, sweepPlan } from './plans.ts'
import { type FleetWorld, failedSet } from './world.ts'

/** Points every route at a version and tells it as one entry. */
export async function point(story: Story, fleet: FleetWorld, to: Version, asked: Call) {
  const target = fleet.view.sets.find(set => set.version === to)
  if (target === undefined) await launch(story, fleet, to, asked)
  const from = fleet.view.sets.find(set => set.state === 'live')
  const id = setIdOf(fleet.view.fleet.name, Number(to.slice(1)))
  const moves = fleet.view.routes.map(route => ({ routeId: route.id, from: route.setId, to: id }))
  const work = {
    op: 'route.switch' as const,
    title: `Put ${to} live`,
    from: from?.version ?? null,
    to,
    moves,
    steps: [],
    detail: '2 ms, 0 requests cut',
  }
  return run(story, fleet, { ...work, act: () => pointNow(fleet, to) }, asked)
}

function pointNow(fleet: FleetWorld, to: Version): void {
  const id = setIdOf(fleet.view.fleet.name, Number(to.slice(1)))
  fleet.view = {
    ...fleet.view,
    routes: fleet.view.routes.map(route => ({ ...route, setId: id })),
    sets: fleet.view.sets.map(set => {
      if (set.id === id)
        return { ...set, state: 'live', containers: set.containers.map(one => ({ ...one, state: 'healthy' })) }
      return set.state === 'live' ? { ...set, state: 'warm' } : set
    }),
    checking: fleet.view.checking.filter(one => one.setId !== id),
  }
}

export async function launch(
  story: Story,
  fleet: FleetWorld,
  of: Version,
  asked: Call,
  replicas: Replicas = [],
): Promise<ContainerSet> {
  const taken = fleet.manifests.get(of) ?? fail('not-found', `${fleet.view.fleet.name} has no ${of}`)
  const services = taken.services.map(service => ({ ...service, replicas: replicasOf(service, replicas) }))
  const snapshot = { ...taken, services }
  const set = setOf(snapshot, 'launching', 'created', story.now())
  const others = fleet.view.sets.filter(one => one.id !== set.id)
  const place = (one: ContainerSet) => {
    fleet.view = { ...fleet.view, sets: [...others, one].sort((a, b) => a.number - b.number) }
    story.changed()
  }
  place(set)
  const steps = [...set.containers.map(one => `Starting ${one.name}`), 'Waiting for the checks']
  try {
    await run(
      story,
      fleet,
      {
        op: 'set.launch',
        title: `Launch ${of}`,
        from: null,
        to: of,
        steps,
        detail: `${set.containers.length} containers, all checks passed`,
        act: () => {},
      },
      asked,
    )
  } catch (error) {
    fleet.view = { ...fleet.view, sets: others }
    story.changed()
    throw error
  }
  const done: ContainerSet = snapshot.note.includes('broken')
    ? failedSet(set, story.now())
    : { ...set, state: 'warm', containers: set.containers.map(one => ({ ...one, state: 'healthy' })) }
  place(done)
  return done
}

export async function takeSnapshot(story: Story, fleet: FleetWorld, note: string, asked: Call) {
  const number = Math.max(0, ...fleet.view.snapshots.map(one => one.number)) + 1
  const live = fleet.view.sets.find(set => set.state === 'live')
  const parent = live === undefined ? undefined : fleet.manifests.get(live.version)
  const recipes = (parent?.services ?? []).map(service => ({
    name: service.name,
    replicas: service.replicas,
    image: `${service.base}+${number}`,
    port: service.run.ports[0]?.port ?? 80,
    command: service.run.command ?? [],
    environment: service.run.environment,
  }))
  const snapshot = snapshotOf({
    fleet: fleet.view.fleet.name,
    number,
    parent: live?.number ?? null,
    at: story.now(),
    note,
    services: recipes,
    dataServices: fleet.view.fleet.dataServices,
  })
  const act = () => {
    fleet.manifests.set(snapshot.version, snapshot)
    fleet.view = { ...fleet.view, snapshots: [...fleet.view.snapshots, summaryOf(snapshot)] }
  }
  const steps = recipes.map(recipe => `Committing ${recipe.name}`)
  await run(
    story,
    fleet,
    {
      op: 'snapshot.take',
      title: 'Take a snapshot',
      from: live?.version ?? null,
      to: version(number),
      steps,
      detail: `${recipes.length} images, 3.1 MB new`,
      act,
    },
    asked,
  )
  return { snapshot, same: false }
}

export async function removeSet(story: Story, fleet: FleetWorld, of: Version, how: 'stop' | 'remove', asked: Call) {
  const set = fleet.view.sets.find(one => one.version === of) ?? fail('not-found', `${of} is not running`)
  if (set.state === 'live') fail('refused', `${of} is live`, { hint: 'Put another version live first' })
  const gone: ContainerSet = {
    ...set,
    state: 'stopped',
    containers: set.containers.map(one => ({ ...one, state: 'exited' })),
  }
  const act = () => {
    fleet.view = {
      ...fleet.view,
      sets: fleet.view.sets.flatMap(one => (one.id !== set.id ? [one] : how === 'stop' ? [gone] : [])),
    }
  }
  const op = how === 'stop' ? 'set.stop' : 'set.remove'
  await run(
    story,
    fleet,
    {
      op,
      title: `${how === 'stop' ? 'Stop' : 'Remove'} ${of}`,
      from: of,
      to: null,
      steps: ['Stopping the containers'],
      detail: `${set.containers.length} containers`,
      act,
    },
    asked,
  )
  return gone
}

export async function startSet(story: Story, fleet: FleetWorld, of: Version, asked: Call): Promise<ContainerSet> {
  const set = fleet.view.sets.find(one => one.version === of) ?? fail('not-found', `${of} has no containers`)
  const warm: ContainerSet = {
    ...set,
    state: 'warm',
    containers: set.containers.map(one => ({ ...one, state: 'healthy' })),
  }
  const act = () => {
    fleet.view = { ...fleet.view, sets: fleet.view.sets.map(one => (one.id === set.id ? warm : one)) }
  }
  const work = {
    op: 'set.start' as const,
    title: `Start ${of}`,
    from: null,
    to: of,
    steps: ['Starting the containers'],
    detail: 'All checks passed',
  }
  await run(story, fleet, { ...work, act }, asked)
  return warm
}

type StepInput = Parsed<'history.redo'> & Pick<Parsed<'history.undo'>, 'to'>

/** The decision of the app's own rule on undo, redo, or a return to an entry. */
export function decided(fleet: FleetWorld, direction: Direction, { switches, to, expect }: StepInput): HistoryStep {
  const facts = { ...fleet.view, entries: fleet.journal }
  const decision =
    to === undefined ? decideStep(facts, direction, switches ? 'switches' : 'all') : decideReturn(facts, to)
  if (decision.kind === 'refuse') return fail('refused', decision.text)
  return expect === undefined || expect === decision.undoes
    ? decision
    : fail('conflict', `${fleet.view.fleet.name} has changed since: by now it would be “${decision.text}”`)
}

/** Undo or redo of anything. */
export async function takeStep(
  story: Story,
  fleet: FleetWorld,
  direction: Direction,
  input: StepInput,
  asked: Call,
): Promise<JournalEntry> {
  const { effect, undoes } = decided(fleet, direction, input)
  if (effect.op === 'route.switch') await point(story, fleet, effect.version, asked)
  else if (effect.op === 'set.launch') await launch(story, fleet, effect.version, asked)
  else if (effect.op === 'set.start') await startSet(story, fleet, effect.version, asked)
  else if (effect.op === 'set.stop') await removeSet(story, fleet, effect.version, 'stop', asked)
  else if (effect.op === 'set.remove') await removeSet(story, fleet, effect.version, 'remove', asked)
  else return fail('unsupported', 'The fake app undoes no more than sets and switches')
  const last = fleet.journal.at(-1) ?? fail('internal', 'The fake app lost an entry')
  const entry = { ...last, undoes, direction: undoes === null ? null : direction }
  fleet.journal = [...fleet.journal.slice(0, -1), entry]
  story.changed()
  return entry
}

export async function heal(story: Story, fleet: FleetWorld, container: string, asked: Call): Promise<ContainerSet> {
  const set =
    fleet.view.sets.find(one => one.containers.some(other => other.name === container)) ??
    fail('not-found', `No container ${container}`)
  const act = () => {
    fleet.view = { ...fleet.view, drift: fleet.view.drift.filter(drift => drift.container !== container) }
  }
  const steps = [`Starting a clean copy of ${container}`, 'Waiting for its checks', 'Moving its traffic']
  await run(
    story,
    fleet,
    {
      op: 'set.heal',
      title: `Heal ${container}`,
      from: set.version,
      to: set.version,
      steps,
      detail: 'No request lost',
      act,
    },
    asked,
  )
  return set
}

/** Removes the stopped sets. */
export async function sweep(story: Story, fleet: FleetWorld, asked: Call): Promise<Plan> {
  const plan = sweepPlan(fleet)
  const act = () => {
    fleet.view = { ...fleet.view, sets: fleet.view.sets.filter(set => set.state !== 'stopped') }
  }
  const work = { ...named('sweep.run', fleet.view.fleet.name), from: null, to: null, steps: [], detail: plan.summary }
  await run(story, fleet, { ...work, act }, asked)
  return plan
}
