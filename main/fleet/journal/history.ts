import type { Parsed } from '../../../shared/contract.ts'
import { assertNever, fail } from '../../../shared/failure.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Direction, HistoryStep, OtherEffect } from '../../../shared/model/history.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { planOfStep } from '../../../shared/rules/effects.ts'
import { decideReturn, decideStep } from '../../../shared/rules/history.ts'
import { factsOf, fleetNamed } from '../../../shared/rules/lookup.ts'
import type { Caller } from '../caller.ts'
import { renameFleet } from '../fleets/adopt.ts'
import type { Parts } from '../parts.ts'
import { addRoute, editRoute, removeRoute } from '../routes/routes.ts'
import { pointBack } from '../routes/switching.ts'
import { relaunchSet } from '../sets/launch.ts'
import { removeSet, stopSet } from '../sets/remove-set.ts'
import { startSet } from '../sets/start-set.ts'

type StepInput = Parsed<'history.redo'> & Pick<Parsed<'history.undo'>, 'to'>

/** Undoes or redoes what `decideStep` says, as a new entry. */
export async function takeStep(
  parts: Parts,
  direction: Direction,
  input: StepInput,
  caller: Caller,
): Promise<JournalEntry> {
  const { id } = fleetNamed(parts.store.journal.state(), input.fleet)
  // A second undo is decided when the first one is recorded.
  return parts.operations.inTurn(`history ${id}`, async () => {
    const { fleet, step } = decide(parts, direction, input)
    const undoing = step.undoes === null ? caller : { ...caller, undoes: step.undoes }
    const { effect, text: title } = step
    if (effect.op === 'route.switch') return pointBack(parts, { fleet, ...effect, title }, undoing)
    await carryOut(parts, fleet, effect, undoing)
    const entry = parts.store.journal.state().entries.findLast(({ undoes }) => undoes === step.undoes)
    return entry ?? fail('internal', `Nothing in the journal takes back ${step.undoes}`)
  })
}

export async function planOfHistory(parts: Parts, direction: Direction, input: StepInput): Promise<Plan> {
  const { fleet, step } = decide(parts, direction, input)
  return planOfStep(fleet.name, step)
}

function decide(parts: Parts, direction: Direction, input: StepInput): { fleet: Fleet; step: HistoryStep } {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, input.fleet)
  const facts = factsOf(state, fleet)
  const decision =
    input.to === undefined
      ? decideStep(facts, direction, input.switches ? 'switches' : 'all')
      : decideReturn(facts, input.to)
  if (decision.kind === 'refuse') return fail('refused', decision.text)
  if (input.expect !== undefined && input.expect !== decision.undoes)
    fail('conflict', `${fleet.name} has changed since: by now it would be “${decision.text}”`, {
      hint: 'Look again, and decide from there',
    })
  return { fleet, step: decision }
}

async function carryOut(parts: Parts, { name }: Fleet, effect: OtherEffect, caller: Caller): Promise<unknown> {
  switch (effect.op) {
    case 'set.launch':
      return relaunchSet(parts, { fleet: name, version: effect.version }, caller)
    case 'set.remove':
      return removeSet(parts, { fleet: name, version: effect.version, volumes: false }, caller)
    case 'set.start':
      return startSet(parts, { fleet: name, version: effect.version }, caller)
    case 'set.stop':
      return stopSet(parts, { fleet: name, version: effect.version }, caller)
    case 'route.add':
      return addRoute(parts, { fleet: name, ...effect.route }, caller, effect.route)
    case 'route.edit':
      return editRoute(parts, { fleet: name, ...effect.route }, caller)
    case 'route.remove':
      return removeRoute(parts, { fleet: name, ...effect.route }, caller)
    case 'fleet.rename':
      return renameFleet(parts, { fleet: name, name: effect.name }, caller)
    default:
      return assertNever(effect)
  }
}
