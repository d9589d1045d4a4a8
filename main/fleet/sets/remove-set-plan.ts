import type { Parsed } from '../../../shared/contract.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { count } from '../../../shared/rules/count.ts'
import { fleetNamed, setOf } from '../../../shared/rules/lookup.ts'
import { planOfStop } from '../../../shared/rules/plans.ts'
import { stepsOfLeft } from '../../../shared/rules/set-network.ts'
import { nameNow } from '../containers/seen.ts'
import type { Parts } from '../parts.ts'
import { networksInUse, thingsOfSet } from '../things.ts'
import { planOfVolumes } from './set-volumes.ts'

export function planOfSetStop(parts: Parts, { fleet, version }: Parsed<'set.stop'>): Plan {
  const state = parts.store.journal.state()
  return planOfStop(fleet, setOf(state, fleetNamed(state, fleet), version))
}

/** The plan of a set's removal: the things that go, and those that stay. */
export async function planOfSetRemoval(
  parts: Parts,
  { fleet: name, version, volumes }: Parsed<'set.removePlan'>,
  signal: AbortSignal,
): Promise<Plan> {
  const state = parts.store.journal.state()
  const set = setOf(state, fleetNamed(state, name), version)
  const left = await networksInUse(parts, await thingsOfSet(parts, set, signal), signal)
  const names = set.containers.map(container => container.name)
  return {
    summary: `Remove the set of ${name} ${version}: ${count(names.length, 'container')}`,
    steps: [
      ...names.map(what => ({ action: 'remove' as const, what, detail: 'after its last request has been answered' })),
      ...(left.length > 0
        ? stepsOfLeft(left)
        : [{ action: 'remove' as const, what: `network ${set.network}`, detail: 'of this set only' }]),
      { action: 'keep', what: `the snapshot ${version}`, detail: 'it can be launched again' },
      ...(await planOfVolumes(parts, [set], { remove: volumes, signal })),
    ],
    warnings: [],
    commands: [
      `docker rm -f ${set.containers.map(container => nameNow(parts, container)).join(' ')}`,
      ...(left.length > 0 ? [] : [`docker network rm ${set.network}`]),
    ],
    choices: [],
    leftOut: [],
  }
}
