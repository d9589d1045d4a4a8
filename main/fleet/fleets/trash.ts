import type { Emit, Item } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Name } from '../../../shared/model/ids.ts'
import type { Change } from '../../../shared/model/journal.ts'
import { count } from '../../../shared/rules/count.ts'
import type { Trashed } from '../../../shared/rules/fold.ts'
import { tell } from '../operations.ts'
import type { Asked, Parts } from '../parts.ts'
import { switchRoute } from '../routes/switching.ts'
import { relaunchSet } from '../sets/launch.ts'
import type { Sites } from '../sites.ts'
import { refuseTakenName } from './adopt.ts'
import { removeImages } from './remove-fleet.ts'

const dayMs = 86_400_000

/** The removed fleets, and when each of them is purged. */
function listTrash(parts: Parts): Item<'trash.state'> {
  const days = parts.store.documents.settings().trashDays
  return [...parts.store.journal.state().trash.values()].map(({ fleet, snapshots, at }) => ({
    fleetId: fleet.id,
    name: fleet.name,
    removedAt: at,
    purgedAt: at + days * dayMs,
    versions: snapshots.map(snapshot => snapshot.version),
  }))
}

export function followTrash(sites: Sites, emit: Emit<Item<'trash.state'>>): () => void {
  const tell = () => emit(sites.all().flatMap(listTrash))
  tell()
  return sites.journal.onChange((state, before) => {
    if (state.trash !== before.trash) tell()
  })
}

/** Brings a removed fleet back: snapshots and routes at once, then what was live is launched and live again. */
export async function restoreFleet(parts: Parts, name: Name, asked: Asked): Promise<Fleet> {
  const { fleet, snapshots, routes, live } = newestNamed(parts, name)
  refuseTakenName(parts, name)
  await tell(parts, asked, { op: 'fleet.restore', title: `Restore ${name}`, fleet }, async () => {
    refuseTakenName(parts, name)
    const taken = new Set([...parts.everywhere().routes.values()].map(route => `${route.hostname}:${route.port}`))
    const free = routes.filter(route => !taken.has(`${route.hostname}:${route.port}`))
    const changes: Change[] = [
      { kind: 'fleet', fleet },
      ...snapshots.map(snapshot => ({ kind: 'snapshot' as const, snapshot })),
      ...free.map(route => ({ kind: 'route' as const, route: { ...route, setId: null } })),
      { kind: 'trash-gone', fleetId: fleet.id },
    ]
    return {
      value: undefined,
      detail: `${count(snapshots.length, 'snapshot')}, ${count(free.length, 'route')}`,
      changes,
    }
  })
  if (live !== null) {
    const own = { ...asked, by: 'undo' }
    await relaunchSet(parts, { fleet: name, version: live }, own)
    await switchRoute(parts, { fleet: name, version: live, force: false }, own)
  }
  return fleet
}

function newestNamed(parts: Parts, name: Name): Trashed {
  const found = [...parts.store.journal.state().trash.values()].findLast(({ fleet }) => fleet.name === name)
  return found ?? fail('not-found', `There is no removed fleet named ${name}`, { hint: 'It may have been purged' })
}

/** Removes the images of fleets that have been in the trash for long enough. */
export async function purgeTrash(parts: Parts, asked: Asked): Promise<void> {
  const due = listTrash(parts).filter(({ purgedAt }) => purgedAt <= parts.now())
  for (const { fleetId } of due) {
    const trashed = parts.store.journal.state().trash.get(fleetId)
    if (trashed === undefined) continue
    await tell(
      parts,
      asked,
      { op: 'sweep', title: `Purge ${trashed.fleet.name}`, fleet: trashed.fleet },
      async ({ signal }) => {
        await removeImages(parts, trashed.snapshots, signal)
        return {
          value: undefined,
          detail: `${count(trashed.snapshots.length, 'snapshot')} purged`,
          changes: [{ kind: 'trash-gone', fleetId }],
        }
      },
    )
  }
}
