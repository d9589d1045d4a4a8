import { fail } from '../../../shared/failure.ts'
import { lostFleetsText, lostJournalText, lostManifests } from '../../../shared/rules/lost-fleets.ts'
import type { Parts } from '../parts.ts'
import { readManifests } from '../snapshots/manifest-image.ts'

/** Looks through the engine for fleets of this home that the journal does not know, and remembers them for the views. */
export async function findLostFleets(parts: Parts): Promise<void> {
  const { snapshots } = await readManifests(parts, [parts.home.id])
  parts.live.manifests.set(parts.engine, snapshots)
  parts.live.changed()
}

/**
 * The fleets that the journal has lost, in a sentence; null while none is missing. They follow from the last look at each
 * engine. A journal that is gone altogether is told before the first look.
 */
export function lostFleets({ live, everywhere, store, engine }: Parts): string | null {
  const text = lostFleetsText(lostManifests(everywhere(), [...live.manifests.values()].flat()))
  const { lostRecords, state } = store.journal
  if (text !== null || lostRecords === 0 || state().seq > 0 || live.manifests.has(engine)) return text
  return lostJournalText(lostRecords)
}

/** Nothing new is made beside what was lost: it would take names, numbers and tags that are taken. */
export function refuseWhileFleetsAreLost(parts: Parts): void {
  const lost = lostFleets(parts)
  if (lost === null) return
  fail('refused', lost, {
    hint: 'Bring it back first: flotilla rebuild; or, with Flotilla stopped, from a backup of the journal: flotilla home repair',
  })
}
