import type { Parsed } from '../../../shared/contract.ts'
import { fail, toFailure } from '../../../shared/failure.ts'
import type { ContainerSet, RecordedSet } from '../../../shared/model/container-set.ts'
import type { DataService, Fleet } from '../../../shared/model/fleet.ts'
import type { Snapshot, SnapshotService } from '../../../shared/model/snapshot.ts'
import { reportText } from '../../../shared/rules/checks.ts'
import { isPortTaken } from '../../../shared/rules/host-ports.ts'
import { fleetNamed, setOf, snapshotOf } from '../../../shared/rules/lookup.ts'
import { named } from '../../../shared/rules/operations.ts'
import { startOrder } from '../../../shared/rules/plan-launch.ts'
import { canStart, containersDown, obstacleOf } from '../../../shared/rules/resume.ts'
import { setView } from '../../../shared/rules/view.ts'
import type { Caller } from '../caller.ts'
import { seenNow } from '../containers/seen.ts'
import type { Parts } from '../parts.ts'
import { tell } from '../tell.ts'
import { recordAttached } from './attach-data.ts'
import { createGone } from './create-member.ts'
import { joinDataLayer } from './data-layer.ts'
import { waitForDependency } from './dependencies.ts'
import { isNetworkWhole, mendNetwork } from './mend-network.ts'
import { GRACE_MS, setRestart } from './restart-policy.ts'
import { findVolumes } from './set-volumes.ts'
import { validate } from './validate.ts'

/**
 * Starts the containers of a set that do not run, whatever is recorded of it, and checks the set. Its network is made
 * again where it was removed, and so are containers that are gone.
 */
export async function startSet(parts: Parts, input: Parsed<'set.start'>, caller: Caller): Promise<ContainerSet> {
  const fleet = fleetNamed(parts.store.journal.state(), input.fleet)
  return parts.operations.inTurn(`set ${fleet.id} ${input.version}`, async () => {
    await parts.observed.refresh()
    const set = setOf(parts.store.journal.state(), fleet, input.version)
    const containers = downIn(parts, fleet, set)
    const isUp = set.state === 'running' && containers.length === 0
    if (isUp && (await isNetworkWhole(parts, set, { signal: caller.signal })))
      fail('refused', `${fleet.name} ${set.version} runs already`, {
        hint: `All its containers are up: flotilla set list ${fleet.name}`,
      })
    const there = containers.filter(({ id }) => parts.observed.stateOf(id) !== undefined)
    const obstacle = obstacleOf({ fleet: fleet.name, version: set.version }, there, parts.observed.stateOf)
    if (obstacle !== undefined) fail('refused', obstacle.message, { hint: obstacle.hint })
    const started = await start(parts, { fleet, set, containers, data: fleet.dataServices, isChecked: true }, caller)
    // Containers have become healthy since they were listed.
    await parts.observed.refresh()
    return setView(parts.store.journal.state(), seenNow(parts), started)
  })
}

/** Stops containers again that were started for a switch that came to nothing. */
export async function stopAgain(parts: Parts, containers: RecordedSet['containers']): Promise<void> {
  await Promise.all(containers.map(({ id }) => parts.engine.stopContainer(id, GRACE_MS)))
  await parts.observed.refresh()
}

/** Before traffic moves to a set that is recorded as running: starts its containers that have ended. Returns the set. */
export async function startEnded(
  parts: Parts,
  { fleet, to, force }: { readonly fleet: Fleet; readonly to: RecordedSet; readonly force: boolean },
  caller: Caller,
): Promise<RecordedSet> {
  if (to.state !== 'running') return to
  await parts.observed.refresh()
  if (downIn(parts, fleet, to).length === 0) return to
  return parts.operations.inTurn(`set ${fleet.id} ${to.version}`, async () => {
    await parts.observed.refresh()
    const set = parts.store.journal.state().sets.get(to.id)
    if (set?.state !== 'running') return set ?? to
    const containers = downIn(parts, fleet, set).filter(({ id }) => canStart(parts.observed.stateOf(id)))
    if (containers.length === 0) return set
    return start(parts, { fleet, set, containers, data: fleet.dataServices, isChecked: !force }, caller)
  })
}

/** The containers of a set that should run and do not, by what was listed last. */
export function downIn(parts: Parts, fleet: Fleet, set: RecordedSet): RecordedSet['containers'] {
  const { services } = snapshotOf(parts.store.journal.state(), fleet, set.version)
  return [...containersDown(set, services, parts.observed.stateOf)]
}

export interface Start {
  readonly fleet: Fleet
  readonly set: RecordedSet
  /** The containers to start; data services come before those of the set. */
  readonly containers: RecordedSet['containers']
  readonly data: readonly DataService[]
  readonly isChecked: boolean
}

/** Starts containers of a set as one journal entry. Call in the set's turn. */
export async function start(parts: Parts, wish: Start, caller: Caller): Promise<RecordedSet> {
  const { fleet, set } = wish
  const snapshot = snapshotOf(parts.store.journal.state(), fleet, set.version)
  const left = downIn(parts, fleet, set).filter(({ id }) => !wish.containers.some(container => container.id === id))
  // A container that stays down would only keep its checks waiting until their deadline.
  const checked = { ...set, containers: set.containers.filter(container => !left.includes(container)) }
  const gone = wish.containers.filter(({ id }) => parts.observed.stateOf(id) === undefined)
  const made: RecordedSet['containers'] = []
  const story = {
    ...named('set.start', `${fleet.name} ${set.version}`),
    fleet,
    to: set.version,
    names: () => gone.map(({ name }) => name),
  }
  try {
    return await tell(parts, caller, story, async ({ operation, signal }) => {
      if (wish.isChecked) for (const { id } of wish.containers) parts.live.starting.add(id)
      const mended = await mendNetwork(parts, { fleet, set, operation, signal })
      await joinDataLayer(parts, { fleet, data: wish.data, networks: [set.network], operation: set.id, signal })
      made.push(...(await createGone(parts, { fleet, set, gone, operation, signal })))
      const now = (members: RecordedSet['containers']) =>
        members.map(member => made.find(({ name }) => name === member.name) ?? member)
      await startInOrder(parts, { ...wish, containers: now(wish.containers), snapshot, signal })
      await parts.observed.refresh()
      const whole = { ...set, containers: now(set.containers) }
      const report = wish.isChecked
        ? await validate(parts, {
            set: { ...checked, containers: now(checked.containers) },
            snapshot,
            signal,
            depth: 'whole',
          })
        : set.report
      const anonymousVolumes = made.length === 0 ? set.anonymousVolumes : await findVolumes(parts, whole, { signal })
      const running: RecordedSet = { ...whole, state: 'running', report, anonymousVolumes }
      const checks = report === null ? 'not checked' : reportText(report)
      const detail = mended === '' ? checks : `${mended}; ${checks}`
      const attached = await recordAttached(parts, fleet.id, signal)
      return { value: running, detail, changes: [...attached, { kind: 'set', set: running }], to: set.version }
    })
  } catch (error) {
    for (const { id, name } of made)
      await parts.engine.removeContainer(id, true).catch(left => parts.log(`${name} was not removed`, { error: left }))
    throw error
  } finally {
    // A set that is live and fails its checks gets traffic all the same: what is recorded stays so, and the report says it.
    for (const { id } of wish.containers) parts.live.starting.delete(id)
    void parts.pointer.apply().catch(error => parts.log('the proxy was not told', { error }))
  }
}

interface Ordered extends Start {
  readonly snapshot: Snapshot
  readonly signal: AbortSignal
}

/** Service by service: each after those that it depends on, once they are as it wants them. */
async function startInOrder(parts: Parts, { fleet, set, containers, data, snapshot, signal }: Ordered): Promise<void> {
  for (const service of startOrder(snapshot.services)) {
    const own = containers.filter(container => container.service === service.name)
    if (own.length === 0) continue
    for (const dependency of service.dependsOn) {
      const needed = containers.filter(container => container.service === dependency.service).map(({ id }) => id)
      const stores = data.filter(({ name }) => name === dependency.service).map(({ container }) => container)
      for (const id of [...needed, ...stores]) await waitForDependency(parts, id, dependency, signal)
    }
    await Promise.all(own.map(({ id }) => startOne(parts, { id, service, fleet: fleet.name, set, signal })))
  }
}

interface ContainerStart {
  readonly id: string
  readonly service: SnapshotService
  readonly fleet: string
  readonly set: RecordedSet
  readonly signal: AbortSignal
}

/** A container keeps its host ports: one that another program took meanwhile can only be left to that program. */
async function startOne(parts: Parts, { id, service, fleet, set, signal }: ContainerStart): Promise<void> {
  // A stop may have switched it off.
  if (service.run.restart.policy !== 'no') await setRestart(parts, id, service.run.restart, signal)
  await parts.engine.startContainer(id, { signal }).catch(error => {
    const { code, message } = toFailure(error)
    if (!isPortTaken(message)) throw error
    const hint = `Launch it anew, with other host ports: flotilla set launch ${fleet} ${set.version}`
    fail(code, message, { hint, cause: error })
  })
}
