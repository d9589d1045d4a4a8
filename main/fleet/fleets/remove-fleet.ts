import type { Parsed } from '../../../shared/contract.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Change } from '../../../shared/model/journal.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { count } from '../../../shared/rules/count.ts'
import { fleetNamed, routesOf, setsOf, snapshotsOf } from '../../../shared/rules/lookup.ts'
import { tell } from '../operations.ts'
import type { Asked, Parts } from '../parts.ts'
import { removeSetThings } from '../sets/remove-set.ts'
import { findVolumes, lastRecord, planOfVolumes, removeVolumes, volumesText } from '../sets/set-volumes.ts'

type RemoveInput = Parsed<'fleet.remove'>

export async function planOfRemoval(
  parts: Parts,
  { fleet: name, images, volumes }: RemoveInput,
  signal: AbortSignal,
): Promise<Plan> {
  const state = parts.store.journal.state()
  const fleet = fleetNamed(state, name)
  return {
    summary: `Remove the fleet ${name}`,
    steps: [
      ...routesOf(state, fleet.id).map(route => ({
        action: 'remove' as const,
        what: `${route.hostname}:${route.port}`,
        detail: 'answers no more',
      })),
      ...setsOf(state, fleet.id).map(set => ({
        action: 'remove' as const,
        what: `the set of ${set.version}`,
        detail: `${count(set.containers.length, 'container')}`,
      })),
      ...snapshotsOf(state, fleet.id).map(snapshot => ({
        action: images ? ('remove' as const) : ('keep' as const),
        what: `the images of ${snapshot.version}`,
        detail: images ? 'cannot be launched again' : 'in the trash for a while',
      })),
      ...fleet.dataServices.map(data => ({
        action: 'keep' as const,
        what: data.name,
        detail: `${data.container} and its volumes stay`,
      })),
      ...(await planOfVolumes(parts, setsOf(state, fleet.id), { remove: volumes, signal })),
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
export async function removeFleet(
  parts: Parts,
  { fleet: name, images, volumes: withVolumes }: RemoveInput,
  asked: Asked,
): Promise<void> {
  const fleet = fleetNamed(parts.store.journal.state(), name)
  const story = { op: 'fleet.remove' as const, title: `Remove ${name}`, fleet }
  await tell(parts, asked, story, async ({ signal, progress }) => {
    const state = parts.store.journal.state()
    const sets = setsOf(state, fleet.id)
    const left = await Promise.all(sets.map(async set => ({ set, volumes: await findVolumes(parts, set, { signal }) })))
    const volumes = left.flatMap(one => one.volumes)
    for (const set of sets) parts.live.leaving.add(set.id)
    try {
      for (const [index, set] of sets.entries()) {
        progress(index, sets.length, `remove ${set.version}`)
        await removeSetThings(parts, set, signal)
      }
    } finally {
      for (const set of sets) parts.live.leaving.delete(set.id)
    }
    if (withVolumes) await removeVolumes(parts, volumes, { signal })
    if (images) await removeImages(parts, snapshotsOf(state, fleet.id), signal)
    const changes: Change[] = [
      ...left.flatMap(one => lastRecord(one.set, one.volumes)),
      { kind: 'fleet-gone', fleetId: fleet.id },
    ]
    if (images) changes.push({ kind: 'trash-gone', fleetId: fleet.id })
    return { value: undefined, detail: removedText(fleet, sets.length) + volumesText(volumes, withVolumes), changes }
  })
  await parts.pointer.apply()
}

function removedText(fleet: Fleet, sets: number): string {
  const kept = fleet.dataServices.map(data => data.container).join(', ')
  return `${count(sets, 'set')} removed${kept === '' ? '' : `; ${kept} stays`}`
}

export async function removeImages(parts: Parts, snapshots: readonly Snapshot[], signal: AbortSignal): Promise<void> {
  for (const snapshot of snapshots) {
    for (const tag of [...snapshot.services.map(service => service.image), snapshot.manifestImage]) {
      await parts.engine.removeImage(tag, { signal }).catch(error => parts.log(`${tag} stays: ${error}`))
    }
  }
}
