import { fail } from '../../../shared/failure.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import { fleetNamed } from '../../../shared/rules/lookup.ts'
import { decideBringBack, decideTakeBack, type Opposite, type TakeBack } from '../../../shared/rules/take-back.ts'
import { renameFleet } from '../fleets/adopt.ts'
import type { Caller, Parts } from '../parts.ts'
import { relaunchSet } from '../sets/launch.ts'
import { removeSet, stopSet } from '../sets/remove-set.ts'
import { startSet } from '../sets/start-set.ts'
import { addRoute, editRoute, removeRoute } from './routes.ts'
import { redoRoute, sightOf, undoRoute } from './switching.ts'

/** Takes back the newest entry that can be taken back, whatever it did, as a new entry. */
export async function undoNewest(parts: Parts, name: string, caller: Caller): Promise<JournalEntry> {
  const fleet = fleetNamed(parts.store.journal.state(), name)
  const decision = decideTakeBack(sightOf(parts, fleet))
  if (decision.kind === 'point') return undoRoute(parts, { fleet: fleet.name }, caller)
  return doOpposite(parts, fleet, decision, caller)
}

/** Brings back what was taken back last. */
export async function redoNewest(parts: Parts, name: string, caller: Caller): Promise<JournalEntry> {
  const fleet = fleetNamed(parts.store.journal.state(), name)
  const decision = decideBringBack(sightOf(parts, fleet))
  if (decision.kind === 'point') return redoRoute(parts, { fleet: fleet.name }, caller)
  return doOpposite(parts, fleet, decision, caller)
}

async function doOpposite(
  parts: Parts,
  fleet: Fleet,
  decision: Exclude<TakeBack, { kind: 'point' }>,
  caller: Caller,
): Promise<JournalEntry> {
  if (decision.kind === 'refuse') return fail('refused', decision.text)
  const { seq } = decision.entry
  await act(parts, fleet, decision.opposite, { ...caller, undoes: seq })
  const entry = parts.store.journal.state().entries.findLast(candidate => candidate.undoes === seq)
  return entry ?? fail('internal', `Nothing in the journal takes back ${seq}`)
}

async function act(parts: Parts, fleet: Fleet, opposite: Opposite, caller: Caller): Promise<unknown> {
  const { name } = fleet
  switch (opposite.method) {
    case 'set.launch':
      return relaunchSet(parts, { fleet: name, version: opposite.version }, caller)
    case 'set.remove':
      return removeSet(parts, { fleet: name, version: opposite.version, volumes: false }, caller)
    case 'set.start':
      return startSet(parts, { fleet: name, version: opposite.version }, caller)
    case 'set.stop':
      return stopSet(parts, { fleet: name, version: opposite.version }, caller)
    case 'route.add':
      return addRoute(parts, { fleet: name, ...opposite.route }, caller)
    case 'route.edit':
      return editRoute(parts, { fleet: name, ...opposite.route }, caller)
    case 'route.remove':
      return removeRoute(parts, { fleet: name, ...opposite.route }, caller)
    case 'fleet.rename':
      return renameFleet(parts, { fleet: name, name: opposite.name }, caller)
    default:
      return opposite satisfies never
  }
}
