import type { Parsed } from '../../../shared/contract.ts'
import { FailureError, fail } from '../../../shared/failure.ts'
import type { AnonymousVolume, ContainerSet, RecordedSet } from '../../../shared/model/container-set.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { SetId } from '../../../shared/model/ids.ts'
import type { Change } from '../../../shared/model/journal.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { reportText } from '../../../shared/rules/checks.ts'
import { count } from '../../../shared/rules/count.ts'
import type { LaunchPlan } from '../../../shared/rules/launch-plan.ts'
import { isLeftover } from '../../../shared/rules/leftovers.ts'
import { findSet, fleetNamed, routesOf, snapshotOf } from '../../../shared/rules/lookup.ts'
import { LABEL, labelsOf } from '../../../shared/rules/names.ts'
import { named } from '../../../shared/rules/operations.ts'
import { launchPlanText, planLaunch } from '../../../shared/rules/plan-launch.ts'
import { isOwnNetwork } from '../../../shared/rules/set-network.ts'
import { isUp, setView } from '../../../shared/rules/view.ts'
import type { Caller } from '../caller.ts'
import { seenNow } from '../containers/seen.ts'
import type { Parts } from '../parts.ts'
import { type Running, tell } from '../tell.ts'
import { noThings, removeThings, thingsOfSet } from '../things.ts'
import { recordAttached } from './attach-data.ts'
import { completeSet, type PartlyUp, planOfCompletion } from './complete-set.ts'
import { joinDataLayer } from './data-layer.ts'
import { planOfData } from './data-plan.ts'
import { lacksInit } from './init-process.ts'
import { makeContainers, setMark } from './make-containers.ts'
import { sealFor } from './seal.ts'
import { findVolumes, lastVolumes } from './set-volumes.ts'
import { validate } from './validate.ts'

type LaunchInput = Parsed<'set.launch'>

export async function planOfLaunch(parts: Parts, input: LaunchInput, signal: AbortSignal): Promise<Plan> {
  const { fleet, snapshot } = find(parts, input)
  await parts.observed.refresh()
  const partly = findPartlyUp(parts, fleet, input)
  if (partly !== undefined) return planOfCompletion(parts, partly, input, signal)
  const seal = await sealFor(parts, { fleet, snapshot, sealed: input.sealed, signal })
  const routes = routesOf(parts.store.journal.state(), fleet.id)
  const volumes = await lastVolumes(parts, snapshot, { signal })
  const wish = { fleet, snapshot, replicas: input.replicas, setId: 'planned' as SetId, routes, seal, volumes }
  const data = await planOfData(parts, fleet, { signal })
  return launchPlanText(planLaunch(wish), { lacksInit: await lacksInit(parts, snapshot, signal), data })
}

/**
 * Makes a container set from a snapshot and checks it; of one that runs in part, starts what is down. No traffic moves. A
 * failure or a cancel leaves nothing behind.
 */
export async function launchSet(parts: Parts, input: LaunchInput, caller: Caller): Promise<ContainerSet> {
  const { fleet } = find(parts, input)
  return parts.operations.inTurn(`set ${fleet.id} ${input.version}`, () => launchInTurn(parts, input, caller))
}

async function launchInTurn(parts: Parts, input: LaunchInput, caller: Caller): Promise<ContainerSet> {
  const { fleet, snapshot } = find(parts, input)
  await parts.observed.refresh()
  const partly = findPartlyUp(parts, fleet, input)
  if (partly !== undefined) return completeSet(parts, partly, input, caller)
  const existing = findSet(parts.store.journal.state(), fleet, input.version)
  const planAs = (operation: string, seal: RecordedSet['seal'], volumes: readonly AnonymousVolume[]) =>
    planLaunch({
      fleet,
      snapshot,
      replicas: input.replicas,
      setId: `${fleet.id}-${operation}` as SetId,
      routes: routesOf(parts.store.journal.state(), fleet.id),
      seal,
      volumes,
    })
  const story = {
    ...named('set.launch', `${fleet.name} ${input.version}`),
    fleet,
    to: input.version,
    names: (operation: string) => namesIn(planAs(operation, null, [])),
  }
  const set = await tell(parts, caller, story, async running => {
    const volumes = await lastVolumes(parts, snapshot, { signal: running.signal })
    if (existing !== undefined) await removeThings(parts, await thingsOfSet(parts, existing, running.signal))
    const seal = await sealFor(parts, { fleet, snapshot, sealed: input.sealed, signal: running.signal })
    const plan = planAs(running.operation, seal, volumes)
    const launched = await makeSet(parts, fleet, plan, running)
    const passed = launched.report?.passed === true
    const detail = passed
      ? `${count(launched.containers.length, 'container')}, ${count(launched.report?.results.length ?? 0, 'check')} passed`
      : `checks failed: ${launched.report === null ? '' : reportText(launched.report)}`
    const attached = await recordAttached(parts, fleet.id, running.signal)
    return {
      value: launched,
      detail,
      changes: [...attached, ...replaced(parts, launched, existing)],
      to: input.version,
    }
  })
  void parts.pointer.apply().catch(error => parts.log(`the preview of ${set.version} is not up`, { error }))
  return setView(parts.store.journal.state(), seenNow(parts), set)
}

/** Launches a version as it was launched last: with as many containers, and sealed where it was. */
export async function relaunchSet(parts: Parts, at: Parsed<'set.start'>, caller: Caller): Promise<ContainerSet> {
  const { snapshot } = find(parts, at)
  const last = parts.store.journal.state().lastSets.get(snapshot.id)
  const replicas = last === undefined ? [] : replicasOf(snapshot, last)
  return launchSet(parts, { ...at, replicas, sealed: last?.seal != null }, caller)
}

function replicasOf(snapshot: Snapshot, { containers }: RecordedSet): LaunchInput['replicas'] {
  return snapshot.services.map(({ name }) => ({
    service: name,
    replicas: containers.filter(container => container.service === name).length,
  }))
}

/** An engine that was restarted may have left a set behind whose containers all ended: it is as good as stopped. */
function findPartlyUp(parts: Parts, fleet: Fleet, { version }: LaunchInput): PartlyUp | undefined {
  const set = findSet(parts.store.journal.state(), fleet, version)
  const isAnyUp = set?.containers.some(container => isUp(parts.observed.stateOf(container.id) ?? 'missing'))
  return set?.state === 'running' && isAnyUp === true ? { fleet, set } : undefined
}

/** Routes that pointed at an earlier set of this version point at the new one. */
function replaced(parts: Parts, set: RecordedSet, earlier: RecordedSet | undefined): Change[] {
  if (earlier === undefined) return [{ kind: 'set', set }]
  const pointing = routesOf(parts.store.journal.state(), set.fleetId).filter(route => route.setId === earlier.id)
  const moves = pointing.map(route => ({ kind: 'point' as const, routeId: route.id, from: earlier.id, to: set.id }))
  return [{ kind: 'set', set }, ...moves, { kind: 'set-gone', setId: earlier.id }]
}

function find(parts: Parts, input: Parsed<'set.start'>): { fleet: Fleet; snapshot: Snapshot } {
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
    await makeNetwork(parts, fleet, plan, running)
    const { operation, signal } = running
    await joinDataLayer(parts, { fleet, data: fleet.dataServices, networks: [plan.network], operation, signal })
    const containers = await makeContainers(parts, {
      fleet,
      plan,
      running,
      onContainer: container => show(withContainer(set, container)),
    })
    show({ ...set, containers })
    const report = await validate(parts, { set, snapshot: plan.snapshot, signal: running.signal, depth: 'whole' })
    await parts.observed.refresh()
    const anonymousVolumes = await findVolumes(parts, set, { signal: running.signal })
    return { ...set, report, launchMs: parts.now() - startedAt, anonymousVolumes }
  } catch (error) {
    await walkBack(parts, set, plan).catch(left =>
      parts.log(`${set.version} was not wholly walked back; the rest goes when the engine is back`, { error: left }),
    )
    throw error
  } finally {
    parts.live.launching.delete(set.id)
    parts.live.changed()
  }
}

/** Everything that a launch names in the engine. */
function namesIn({ containers, network }: LaunchPlan): readonly string[] {
  return [...containers.map(({ name }) => name), network]
}

/**
 * Removes what was made, also a container whose id never came back: it bears the set's label and a name of the plan. New
 * anonymous volumes go too; those that an earlier set left stay.
 */
async function walkBack(parts: Parts, set: RecordedSet, plan: LaunchPlan): Promise<void> {
  const names = new Set(namesIn(plan))
  const rows = await parts.engine.listContainers({ labels: [`${LABEL.set}=${set.id}`], all: true })
  const unknown = rows.filter(({ name }) => names.has(name)).map(({ id }) => id)
  const given = new Set(plan.containers.flatMap(({ run }) => run.mounts.map(mount => mount.source)))
  const fresh = (await findVolumes(parts, set)).map(({ name }) => name).filter(name => !given.has(name))
  const things = await thingsOfSet(parts, set)
  const containers = [...new Set([...things.containers, ...unknown])]
  await removeThings(parts, { ...things, containers, volumes: fresh })
}

/** A container that was made anew stands in for the first. */
function withContainer(set: RecordedSet, container: RecordedSet['containers'][number]): RecordedSet {
  return { ...set, containers: [...set.containers.filter(({ name }) => name !== container.name), container] }
}

/**
 * Sets have a network each. One that an earlier set of the version had to leave behind is used again; another holder of the
 * name belongs to a fleet of the same name in another home, or to a stranger.
 */
async function makeNetwork(parts: Parts, fleet: Fleet, plan: LaunchPlan, running: Running): Promise<void> {
  const labels = labelsOf({ ...setMark(parts, fleet, plan, running), service: null, replica: null })
  const create = () => parts.engine.createNetwork({ name: plan.network, labels }, { signal: running.signal })
  try {
    await create()
  } catch (cause) {
    if (!(cause instanceof FailureError) || cause.failure.code !== 'conflict') throw cause
    if (await removeLeftoverNetwork(parts, fleet, plan.network)) return void (await create())
    const wanted = blankSet(parts, fleet, plan)
    const networks = await parts.engine.listNetworks({ labels: [] }, { signal: running.signal })
    if (networks.some(network => isOwnNetwork(wanted, parts.home.id, network))) return
    fail('conflict', `A network named ${plan.network} is on this engine already, and is not of this fleet`, {
      hint: `Is there a fleet ${fleet.name} in another home? Give this one another name, or remove the network: docker network rm ${plan.network}`,
      cause,
    })
  }
}

/** A network of that name which an interrupted launch has left; recovery may not have come to it yet. */
async function removeLeftoverNetwork(parts: Parts, fleet: Fleet, name: string): Promise<boolean> {
  const networks = await parts.engine.listNetworks({ labels: [LABEL.operation] })
  const holder = networks.find(network => network.name === name)
  if (holder === undefined || !isLeftover(parts.store.journal.state(), holder)) return false
  const attached = fleet.dataServices.map(({ container }) => container)
  const left = await removeThings(parts, { ...noThings, networks: [{ id: holder.id, attached }] })
  return left.networks.length === 0
}

function blankSet(parts: Parts, fleet: Fleet, { setId, snapshot, network, seal }: LaunchPlan): RecordedSet {
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
    seal,
    anonymousVolumes: [],
  }
}
