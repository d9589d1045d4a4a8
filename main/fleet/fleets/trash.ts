import type { Emit, Item, Output, Parsed } from '../../../shared/contract.ts'
import { fail, orNull, toFailure } from '../../../shared/failure.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Change } from '../../../shared/model/journal.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { count } from '../../../shared/rules/count.ts'
import type { Trashed } from '../../../shared/rules/fold.ts'
import { previewClash } from '../../../shared/rules/names.ts'
import { named } from '../../../shared/rules/operations.ts'
import { planOfRestore } from '../../../shared/rules/plans.ts'
import { trashedBy } from '../../../shared/rules/trash.ts'
import type { Caller } from '../caller.ts'
import type { Sites } from '../endpoints/sites.ts'
import type { Parts } from '../parts.ts'
import { switchRoute } from '../routes/switching.ts'
import { relaunchSet } from '../sets/launch.ts'
import { tell } from '../tell.ts'
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

function findTrashed(sites: Sites, reference: string): Trashed {
  return trashedBy([...sites.journal.state().trash.values()], reference)
}

export function followTrash(sites: Sites, emit: Emit<Item<'trash.state'>>): () => void {
  const tell = () => emit(listTrash(sites))
  tell()
  return sites.journal.onChange((state, before) => {
    if (state.trash !== before.trash) tell()
  })
}

export function planOfRestored(sites: Sites, reference: string): Plan {
  const { fleet, snapshots, live } = findTrashed(sites, reference)
  return planOfRestore({ name: fleet.name, versions: snapshots.map(({ version }) => version), live })
}

/**
 * Brings a removed fleet back: snapshots and routes at once, then what was live is launched and live again. Versions whose
 * images are not in the engine any more stay behind and are named. Fails `not-found` where no version is left.
 */
export async function restoreFleet(sites: Sites, reference: string, caller: Caller): Promise<Fleet> {
  const trashed = findTrashed(sites, reference)
  const { fleet, routes, live } = trashed
  const { name } = fleet
  const parts = sites.at(fleet.endpoint)
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
  return (await orNull(parts.engine.inspectImage(imageId, { signal }))) !== null
}
