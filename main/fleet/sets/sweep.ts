import type { Parsed } from '../../../shared/contract.ts'
import type { RecordedSet } from '../../../shared/model/container-set.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Change } from '../../../shared/model/journal.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { count } from '../../../shared/rules/count.ts'
import { factsOf, fleetNamed } from '../../../shared/rules/lookup.ts'
import { named } from '../../../shared/rules/operations.ts'
import { chooseSweep, type Sweep } from '../../../shared/rules/retention.ts'
import { stepsOfLeft, type UsedNetwork } from '../../../shared/rules/set-network.ts'
import type { Caller } from '../caller.ts'
import { nameNow } from '../containers/seen.ts'
import type { Parts } from '../parts.ts'
import { tell } from '../tell.ts'
import { joinThings, leftBehind, networksInUse, removeThings, thingsOfSet, thingsOfSnapshots } from '../things.ts'
import { goneWith, planOfVolumes, volumesText } from './set-volumes.ts'

type SweepInput = Parsed<'sweep.run'>

export async function planOfSweep(parts: Parts, input: SweepInput, signal: AbortSignal): Promise<Plan> {
  const fleet = fleetNamed(parts.store.journal.state(), input.fleet)
  return planOf(parts, fleet, { sweep: choose(parts, fleet), remove: input.volumes, signal })
}

/** Removes sets and snapshots that no route and no undoable entry needs. */
export async function sweepFleet(parts: Parts, input: SweepInput, caller: Caller): Promise<Plan> {
  const fleet = fleetNamed(parts.store.journal.state(), input.fleet)
  return parts.operations.inTurn(`sweep ${fleet.id}`, async () => {
    const sweep = choose(parts, fleet)
    const sets = sweep.sets.map(({ set }) => set)
    for (const set of sets) parts.live.leaving.add(set.id)
    try {
      await parts.pointer.apply()
      await parts.proxy.drained(
        sets.flatMap(set => set.containers.map(container => container.id)),
        caller.signal,
      )
      return await removeChosen(parts, { fleet, sweep, caller, volumes: input.volumes })
    } finally {
      for (const set of sets) parts.live.leaving.delete(set.id)
    }
  })
}

interface Removal {
  readonly fleet: Fleet
  readonly sweep: Sweep
  readonly caller: Caller
  /** Anonymous volumes go too. */
  readonly volumes: boolean
}

async function removeChosen(parts: Parts, { fleet, sweep, caller, volumes }: Removal): Promise<Plan> {
  const sets = sweep.sets.map(({ set }) => set)
  const snapshots = sweep.snapshots.map(({ snapshot }) => snapshot)
  const ofSets = await Promise.all(sets.map(set => thingsOfSet(parts, set, caller.signal)))
  const how = { remove: volumes, signal: caller.signal }
  const plan = await planOf(parts, fleet, { sweep, ...how })
  const left = await goneWith(parts, sets, how)
  const things = joinThings([...ofSets, left.things, thingsOfSnapshots(snapshots)])
  const changes: Change[] = [
    ...left.records,
    ...sets.map(set => ({ kind: 'set-gone' as const, setId: set.id })),
    ...snapshots.map(snapshot => ({ kind: 'snapshot-gone' as const, snapshotId: snapshot.id })),
  ]
  const story = { ...named('sweep.run', fleet.name), fleet, removal: { things, changes } }
  return tell(parts, caller, story, async () => {
    const stay = await removeThings(parts, things)
    const { text, removes } = leftBehind(stay)
    const removed = `${count(sets.length, 'set')} and ${count(snapshots.length, 'snapshot')} removed`
    return { value: plan, detail: removed + volumesText(left, stay) + text, ...(removes && { removes }) }
  })
}

function choose(parts: Parts, fleet: Fleet): Sweep {
  return chooseSweep({
    ...factsOf(parts.store.journal.state(), fleet),
    keepWarm: parts.store.documents.settings().keepWarm,
  })
}

async function planOf(
  parts: Parts,
  fleet: Fleet,
  { sweep, ...how }: { readonly sweep: Sweep; readonly remove: boolean; readonly signal: AbortSignal },
): Promise<Plan> {
  const sets = sweep.sets.map(({ set }) => set)
  const ofSets = await Promise.all(sets.map(set => thingsOfSet(parts, set, how.signal)))
  const left = await networksInUse(parts, joinThings(ofSets), how.signal)
  const volumes = await planOfVolumes(parts, sets, how)
  return sweepText(fleet, sweep, { volumes, left, nameOf: container => nameNow(parts, container) })
}

interface Staying {
  readonly volumes: Plan['steps']
  readonly left: readonly UsedNetwork[]
  /** The name of a container now. */
  nameOf(container: RecordedSet['containers'][number]): string
}

function sweepText(fleet: Fleet, sweep: Sweep, { volumes, left, nameOf }: Staying): Plan {
  return {
    summary: `Sweep ${fleet.name}: remove ${count(sweep.sets.length, 'set')} and ${count(sweep.snapshots.length, 'snapshot')}`,
    steps: [
      ...sweep.sets.map(({ set, reason }) => ({
        action: 'remove' as const,
        what: `the set of ${set.version}, ${count(set.containers.length, 'container')}`,
        detail: reason,
      })),
      ...sweep.snapshots.map(({ snapshot, reason }) => ({
        action: 'remove' as const,
        what: `the snapshot ${snapshot.version}`,
        detail: reason,
      })),
      ...stepsOfLeft(left),
      ...volumes,
    ],
    warnings: [],
    commands: sweep.sets.flatMap(({ set }) => [
      `docker rm -f ${set.containers.map(nameOf).join(' ')}`,
      ...(left.some(({ name }) => name === set.network) ? [] : [`docker network rm ${set.network}`]),
    ]),
    choices: [],
    leftOut: [],
  }
}
