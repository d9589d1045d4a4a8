import type { Output, Parsed } from '../../../shared/contract.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Change } from '../../../shared/model/journal.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { count } from '../../../shared/rules/count.ts'
import { staysTexts } from '../../../shared/rules/left-behind.ts'
import { fleetNamed, routesOf, setsOf, snapshotsOf } from '../../../shared/rules/lookup.ts'
import { named } from '../../../shared/rules/operations.ts'
import { stepsOfLeft } from '../../../shared/rules/set-network.ts'
import type { Caller } from '../caller.ts'
import type { Parts } from '../parts.ts'
import { goneWith, planOfVolumes, volumesText } from '../sets/set-volumes.ts'
import { tell } from '../tell.ts'
import {
  joinThings,
  leftBehind,
  networksInUse,
  removeThings,
  thingsOfCopiedData,
  thingsOfSet,
  thingsOfSnapshots,
} from '../things.ts'
import { planOfKeptData } from './kept-data.ts'

type RemoveInput = Parsed<'fleet.remove'>

export async function planOfRemoval(
  parts: Parts,
  { fleet: name, images, volumes }: RemoveInput,
  signal: AbortSignal,
): Promise<Plan> {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, name)
  const sets = setsOf(state, fleet.id)
  const ofSets = await Promise.all(sets.map(set => thingsOfSet(parts, set, signal)))
  const left = await networksInUse(parts, joinThings(ofSets), signal)
  return {
    summary: `Remove the fleet ${name}`,
    steps: [
      ...routesOf(state, fleet.id).map(route => ({
        action: 'remove' as const,
        what: `${route.hostname}:${route.port}`,
        detail: 'answers no more',
      })),
      ...sets.map(set => ({
        action: 'remove' as const,
        what: `the set of ${set.version}`,
        detail: `${count(set.containers.length, 'container')}`,
      })),
      ...snapshotsOf(state, fleet.id).map(snapshot => ({
        action: images ? ('remove' as const) : ('keep' as const),
        what: `the images of ${snapshot.version}`,
        detail: images ? 'cannot be launched again' : 'in the trash for a while',
      })),
      ...(await planOfKeptData(parts, fleet, snapshotsOf(state, fleet.id), signal)),
      ...stepsOfLeft(left),
      ...(await planOfVolumes(parts, sets, { remove: volumes, signal })),
    ],
    warnings: images ? ['Its snapshots cannot be brought back'] : [],
    commands: [],
    choices: [],
    leftOut: [],
  }
}

/**
 * Takes the fleet off the air and removes its sets. Its data layer stays; its snapshots go to the trash, or, where asked
 * for, for good.
 */
export async function removeFleet(parts: Parts, input: RemoveInput, caller: Caller): Promise<Output<'fleet.remove'>> {
  const { fleet: name, images } = input
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, name)
  const sets = setsOf(state, fleet.id)
  const ofSets = await Promise.all(sets.map(set => thingsOfSet(parts, set, caller.signal)))
  const left = await goneWith(parts, sets, { remove: input.volumes, signal: caller.signal })
  const ofImages = images
    ? [thingsOfSnapshots(snapshotsOf(state, fleet.id)), await thingsOfCopiedData(parts, fleet, caller.signal)]
    : []
  const changes: Change[] = [...left.records, { kind: 'fleet-gone', fleetId: fleet.id }]
  if (images) changes.push({ kind: 'trash-gone', fleetId: fleet.id })
  const story = {
    ...named('fleet.remove', name),
    fleet,
    removal: {
      things: joinThings([...ofSets, left.things, ...ofImages]),
      changes,
    },
  }
  return tell(parts, caller, story, async () => {
    await parts.pointer.apply()
    const stay = await removeThings(parts, story.removal.things)
    const { text, removes } = leftBehind(stay)
    return {
      value: { stays: staysTexts(stay) },
      detail: removedText(fleet, sets.length) + volumesText(left, stay) + text,
      ...(removes && { removes }),
    }
  })
}

function removedText(fleet: Fleet, sets: number): string {
  const kept = fleet.dataServices.map(data => data.container).join(', ')
  return `${count(sets, 'set')} removed${kept === '' ? '' : `; ${kept} stays`}`
}
