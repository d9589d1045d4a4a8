import type { Emit, Item, Output, Parsed } from '../../../shared/contract.ts'
import { FailureError, fail, toFailure } from '../../../shared/failure.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Name } from '../../../shared/model/ids.ts'
import type { Change } from '../../../shared/model/journal.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { count } from '../../../shared/rules/count.ts'
import type { Trashed } from '../../../shared/rules/fold.ts'
import { previewClash } from '../../../shared/rules/names.ts'
import { named } from '../../../shared/rules/operations.ts'
import { planOfRestore } from '../../../shared/rules/plans.ts'
import { dueFleets, wound } from '../../../shared/rules/trash.ts'
import { tell } from '../operations.ts'
import type { Caller, Parts } from '../parts.ts'
import { switchRoute } from '../routes/switching.ts'
import { relaunchSet } from '../sets/launch.ts'
import type { Sites } from '../sites.ts'
import { removeThings, thingsOfSnapshots } from '../things.ts'
import { refuseTakenName } from './adopt.ts'

const dayMs = 86_400_000

/** The removed fleets, and when each of them is purged at the earliest. */
function trashOf(parts: Parts): Output<'trash.list'> {
  const days = parts.store.documents.settings().trashDays
  return [...parts.store.journal.state().trash.values()].map(({ fleet, snapshots, at }) => ({
    fleetId: fleet.id,
    name: fleet.name,
    removedAt: at,
    purgedAt: at + days * dayMs,
    versions: snapshots.map(snapshot => snapshot.version),
  }))
}

export function listTrash(sites: Sites): Output<'trash.list'> {
  return sites.all().flatMap(trashOf)
}

export function followTrash(sites: Sites, emit: Emit<Item<'trash.state'>>): () => void {
  const tell = () => emit(listTrash(sites))
  tell()
  return sites.journal.onChange((state, before) => {
    if (state.trash !== before.trash) tell()
  })
}

export function planOfRestored(parts: Parts, name: Name): Plan {
  const { snapshots, live } = newestNamed(parts, name)
  return planOfRestore({ name, versions: snapshots.map(({ version }) => version), live })
}

/**
 * Brings a removed fleet back: snapshots and routes at once, then what was live is launched and live again. Versions whose
 * images are not in the engine any more stay behind and are named. Fails `not-found` where no version is left.
 */
export async function restoreFleet(parts: Parts, name: Name, caller: Caller): Promise<Fleet> {
  const trashed = newestNamed(parts, name)
  const { fleet, routes, live } = trashed
  refuseTakenName(parts, name)
  const lost = await lostSnapshots(parts, trashed.snapshots, caller.signal)
  const snapshots = trashed.snapshots.filter(snapshot => !lost.includes(snapshot))
  const lostText = lost.map(({ version }) => version).join(', ')
  if (snapshots.length === 0 && lost.length > 0)
    fail('not-found', `The images of ${name} are gone from the engine: ${lostText} cannot be brought back`, {
      hint: 'They were removed by hand or by a prune. Load them again if you have saved them, then try again',
    })
  await tell(parts, caller, { ...named('fleet.restore', name), fleet }, async () => {
    refuseTakenName(parts, name)
    const others = [...parts.everywhere().routes.values()]
    const taken = new Set(others.map(route => `${route.hostname}:${route.port}`))
    const free = routes.filter(
      route => !taken.has(`${route.hostname}:${route.port}`) && previewClash(route, others) === undefined,
    )
    const changes: Change[] = [
      { kind: 'fleet', fleet },
      ...snapshots.map(snapshot => ({ kind: 'snapshot' as const, snapshot })),
      ...free.map(route => ({ kind: 'route' as const, route: { ...route, setId: null } })),
      { kind: 'trash-gone', fleetId: fleet.id },
    ]
    const gone = lost.length === 0 ? '' : `; ${lostText} gone from the engine`
    return {
      value: undefined,
      detail: `${count(snapshots.length, 'snapshot')}, ${count(free.length, 'route')}${gone}`,
      changes,
    }
  })
  if (live !== null && snapshots.some(({ version }) => version === live)) {
    await putLive(parts, { fleet: name, version: live }, { ...caller, by: 'undo' })
  }
  return fleet
}

/** The fleet is back by now, whatever becomes of this. */
async function putLive(parts: Parts, at: Parsed<'set.start'>, caller: Caller): Promise<void> {
  try {
    await relaunchSet(parts, at, caller)
    await switchRoute(parts, { ...at, force: false }, caller)
  } catch (error) {
    const { code, message, hint } = toFailure(error)
    const way = `flotilla set launch ${at.fleet} ${at.version}, then flotilla route switch ${at.fleet} ${at.version}`
    fail(code, `${at.fleet} is restored, but ${at.version} is not live: ${message}`, {
      hint: `${hint === undefined ? '' : `${hint}. `}Put it live with: ${way}`,
      cause: error,
    })
  }
}

/** The snapshots that lack an image. */
async function lostSnapshots(parts: Parts, snapshots: readonly Snapshot[], signal: AbortSignal): Promise<Snapshot[]> {
  const lost: Snapshot[] = []
  for (const snapshot of snapshots) {
    const images = await Promise.all(snapshot.services.map(({ imageId }) => hasImage(parts, imageId, signal)))
    if (images.includes(false)) lost.push(snapshot)
  }
  return lost
}

async function hasImage(parts: Parts, imageId: string, signal: AbortSignal): Promise<boolean> {
  try {
    await parts.engine.inspectImage(imageId, { signal })
    return true
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === 'not-found') return false
    throw error
  }
}

function newestNamed(parts: Parts, name: Name): Trashed {
  const found = [...parts.store.journal.state().trash.values()].findLast(({ fleet }) => fleet.name === name)
  return (
    found ?? fail('not-found', `There is no removed fleet named ${name}`, { hint: 'The trash: flotilla trash list' })
  )
}

/** Removes fleets from the trash for good: one by its name, or all. Resolves with what was removed. */
export async function emptyTrash(
  sites: Sites,
  { fleet: name }: Parsed<'trash.empty'>,
  caller: Caller,
): Promise<Output<'trash.empty'>> {
  const named = sites.all().flatMap(parts => {
    const all = [...parts.store.journal.state().trash.values()]
    return all.filter(({ fleet }) => name === undefined || fleet.name === name).map(trashed => ({ parts, trashed }))
  })
  if (name !== undefined && named.length === 0) fail('not-found', `There is no removed fleet named ${name}`)
  for (const { parts, trashed } of named) await purgeFleet(parts, trashed, caller)
  return named.map(({ trashed }) => trashed.fleet.name)
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
}

async function purgeFleet(parts: Parts, { fleet, snapshots }: Trashed, caller: Caller): Promise<void> {
  const things = thingsOfSnapshots(snapshots)
  const changes: Change[] = [{ kind: 'trash-gone', fleetId: fleet.id }]
  const story = { ...named('trash.empty', fleet.name), fleet, removal: { things, changes } }
  await tell(parts, caller, story, async () => {
    await removeThings(parts, things)
    return { value: undefined, detail: `${count(snapshots.length, 'snapshot')} purged` }
  })
}
