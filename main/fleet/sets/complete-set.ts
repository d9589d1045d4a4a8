import type { Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import type { ContainerSet, RecordedSet } from '../../../shared/model/container-set.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { fleetNamed, setOf } from '../../../shared/rules/lookup.ts'
import { canStart } from '../../../shared/rules/resume.ts'
import { setView } from '../../../shared/rules/view.ts'
import type { Caller } from '../caller.ts'
import { seenNow } from '../containers/seen.ts'
import type { Parts } from '../parts.ts'
import { planOfData } from './data-plan.ts'
import { downIn, start } from './start-set.ts'

type LaunchInput = Parsed<'set.launch'>

/** A set of which some containers run. */
export interface PartlyUp {
  readonly fleet: Fleet
  readonly set: RecordedSet
}

/**
 * A launch of a version that runs in part starts what is down. Fails `conflict` where nothing is, where the set is not as
 * the launch wants it, and where a container is gone: then there is nothing to start.
 */
export async function completeSet(
  parts: Parts,
  wish: PartlyUp,
  input: LaunchInput,
  caller: Caller,
): Promise<ContainerSet> {
  const containers = startable(parts, wish, input)
  const data = wish.fleet.dataServices
  const started = await start(parts, { ...wish, containers, data, isChecked: true }, caller)
  return setView(parts.store.journal.state(), seenNow(parts), started)
}

/** The plan of a start of a set. */
export async function planOfStart(parts: Parts, input: Parsed<'set.start'>, signal: AbortSignal): Promise<Plan> {
  const fleet = fleetNamed(parts.store.journal.state(), input.fleet)
  await parts.observed.refresh()
  const set = setOf(parts.store.journal.state(), fleet, input.version)
  const summary = `Start ${fleet.name} ${set.version}, and check it`
  return planOfStarts(parts, { fleet, set, containers: downIn(parts, fleet, set), summary }, signal)
}

export async function planOfCompletion(
  parts: Parts,
  wish: PartlyUp,
  input: LaunchInput,
  signal: AbortSignal,
): Promise<Plan> {
  const containers = startable(parts, wish, input)
  const summary = `Start what is down of ${wish.fleet.name} ${wish.set.version}, which runs in part`
  return planOfStarts(parts, { ...wish, containers, summary }, signal)
}

interface Starts extends PartlyUp {
  readonly containers: RecordedSet['containers']
  readonly summary: string
}

async function planOfStarts(parts: Parts, { fleet, containers, summary }: Starts, signal: AbortSignal): Promise<Plan> {
  const data = await planOfData(parts, fleet, { signal })
  const there = containers.filter(({ id }) => parts.observed.stateOf(id) !== undefined)
  return {
    summary,
    steps: [
      ...data.steps,
      ...containers.map(({ id, name }) =>
        parts.observed.stateOf(id) === undefined
          ? { action: 'create' as const, what: name, detail: 'it is gone; made anew from the snapshot' }
          : { action: 'start' as const, what: name, detail: 'as it was launched' },
      ),
    ],
    warnings: data.warnings,
    commands: there.length === 0 ? [] : [`docker start ${there.map(({ name }) => name).join(' ')}`],
    choices: [],
    leftOut: [],
  }
}

function startable(parts: Parts, { fleet, set }: PartlyUp, input: LaunchInput): RecordedSet['containers'] {
  const title = `${fleet.name} ${set.version}`
  const down = downIn(parts, fleet, set)
  if (down.length === 0)
    fail('conflict', `${title} is running already`, {
      hint: `Put it live with: flotilla route switch ${fleet.name} ${set.version}`,
    })
  if (!isAsWanted(set, input))
    fail('conflict', `${title} runs in part, with other replicas or seals than this launch wants`, {
      hint: `Start what is down of it with: flotilla set start ${fleet.name} ${set.version}`,
    })
  const [gone] = down.filter(({ id }) => parts.observed.stateOf(id) === undefined)
  if (gone !== undefined)
    fail('conflict', `${title} runs in part, and its container ${gone.name} is gone`, {
      hint: `Replace it by a clean copy: flotilla heal ${fleet.name} ${gone.name}`,
    })
  return down.filter(({ id }) => canStart(parts.observed.stateOf(id)))
}

function isAsWanted({ containers, seal }: RecordedSet, { replicas, sealed }: LaunchInput): boolean {
  const countOf = (service: string) => containers.filter(container => container.service === service).length
  return replicas.every(wish => wish.replicas === countOf(wish.service)) && (!sealed || seal !== null)
}
