import type { Output, Parsed } from '../../../shared/contract.ts'
import type { Change } from '../../../shared/model/journal.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { count } from '../../../shared/rules/count.ts'
import type { Trashed } from '../../../shared/rules/fold.ts'
import { staysTexts } from '../../../shared/rules/left-behind.ts'
import { named } from '../../../shared/rules/operations.ts'
import { type PurgedImages, planOfPurge, purgedImages } from '../../../shared/rules/purge-plan.ts'
import { dueFleets, trashedBy, wound } from '../../../shared/rules/trash.ts'
import type { Caller } from '../caller.ts'
import type { Sites } from '../endpoints/sites.ts'
import { lookAtImages, sharedBytes } from '../images/image-list.ts'
import type { Parts } from '../parts.ts'
import { tell } from '../tell.ts'
import { joinThings, leftBehind, removeThings, thingsOfCopiedData, thingsOfSnapshots } from '../things.ts'
import { forgetSecrets } from './forget-secrets.ts'

/** One removed fleet, or all. */
function chosen(sites: Sites, { fleet: reference }: Parsed<'trash.empty'>): readonly Trashed[] {
  const trash = [...sites.journal.state().trash.values()]
  return reference === undefined ? trash : [trashedBy(trash, reference)]
}

export async function planOfEmptying(
  sites: Sites,
  input: Parsed<'trash.emptyPlan'>,
  signal: AbortSignal,
): Promise<Plan> {
  const purged = chosen(sites, input)
  const places = [...new Set(purged.map(({ fleet }) => fleet.endpoint))].map(endpoint => sites.at(endpoint))
  return planOfPurge(purged, await Promise.all(places.map(parts => imagesAt(parts, purged, signal))))
}

async function imagesAt(parts: Parts, purged: readonly Trashed[], signal: AbortSignal): Promise<PurgedImages> {
  const own = purged.filter(({ fleet }) => fleet.endpoint === parts.endpoint)
  const { images, containers } = await lookAtImages(parts, { shared: await sharedBytes(parts, signal), signal })
  return purgedImages(own, { images, containers, state: parts.store.journal.state(), home: parts.home.id })
}

/** Removes fleets from the trash for good. Resolves with their names, and what stays because somebody uses it. */
export async function emptyTrash(
  sites: Sites,
  input: Parsed<'trash.empty'>,
  caller: Caller,
): Promise<Output<'trash.empty'>> {
  const purged = chosen(sites, input)
  const stays: string[] = []
  for (const trashed of purged) stays.push(...(await purgeFleet(sites.at(trashed.fleet.endpoint), trashed, caller)))
  forgetSoon(sites.at(undefined))
  return { removed: purged.map(({ fleet }) => fleet.name), stays }
}

/** Removes the images of fleets that were seen to wait in the trash for long enough. */
export async function purgeTrash(parts: Parts, caller: Caller): Promise<void> {
  const { trashClock, documents } = parts.store
  const clock = wound(trashClock.read(), parts.everywhere().trash.keys(), parts.now())
  trashClock.write(clock)
  for (const id of dueFleets(clock, documents.settings().trashDays)) {
    const trashed = parts.store.journal.state().trash.get(id)
    if (trashed !== undefined) await purgeFleet(parts, trashed, caller)
  }
  forgetSoon(parts)
}

/** Not waited for: other operations may take long. */
function forgetSoon(parts: Parts): void {
  forgetSecrets(parts).catch(error => parts.log('secrets that nothing needs could not be forgotten', { error }))
}

async function purgeFleet(parts: Parts, { fleet, snapshots }: Trashed, caller: Caller): Promise<readonly string[]> {
  const things = joinThings([thingsOfSnapshots(snapshots), await thingsOfCopiedData(parts, fleet, caller.signal)])
  const changes: Change[] = [{ kind: 'trash-gone', fleetId: fleet.id }]
  const story = { ...named('trash.empty', fleet.name), fleet, removal: { things, changes } }
  return tell(parts, caller, story, async () => {
    const stay = await removeThings(parts, things)
    const { text, removes } = leftBehind(stay)
    const detail = `${count(snapshots.length, 'snapshot')} purged${text}`
    return { value: staysTexts(stay), detail, ...(removes && { removes }) }
  })
}
