import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { count } from '../../../shared/rules/count.ts'
import { fleetNamed } from '../../../shared/rules/lookup.ts'
import { chooseSweep, type Sweep } from '../../../shared/rules/retention.ts'
import { tell } from '../operations.ts'
import type { Asked, Parts } from '../parts.ts'
import { sightOf } from '../routes/switching.ts'
import { removeSetThings } from './remove-set.ts'

export function planOfSweep(parts: Parts, name: string): Plan {
  const fleet = fleetNamed(parts.store.journal.state(), name)
  return sweepText(fleet, choose(parts, fleet))
}

/** Removes sets and snapshots that no route and no undoable entry needs. */
export async function sweepFleet(parts: Parts, name: string, asked: Asked): Promise<Plan> {
  const fleet = fleetNamed(parts.store.journal.state(), name)
  return parts.operations.inTurn(`sweep ${fleet.id}`, () =>
    tell(parts, asked, { op: 'sweep', title: `Sweep ${fleet.name}`, fleet }, async ({ signal, progress }) => {
      const sweep = choose(parts, fleet)
      const sets = sweep.sets.map(({ set }) => set)
      for (const set of sets) parts.live.leaving.add(set.id)
      try {
        await parts.pointer.apply()
        for (const [index, set] of sets.entries()) {
          progress(index, sets.length, `remove ${set.version}`)
          await parts.proxy.drained(
            set.containers.map(container => container.id),
            signal,
          )
          await removeSetThings(parts, set, signal)
        }
        for (const { snapshot } of sweep.snapshots) {
          for (const tag of [...snapshot.services.map(service => service.image), snapshot.manifestImage])
            await parts.engine.removeImage(tag, { signal })
        }
      } finally {
        for (const set of sets) parts.live.leaving.delete(set.id)
      }
      return {
        value: sweepText(fleet, sweep),
        detail: `${count(sets.length, 'set')} and ${count(sweep.snapshots.length, 'snapshot')} removed`,
        changes: [
          ...sets.map(set => ({ kind: 'set-gone' as const, setId: set.id })),
          ...sweep.snapshots.map(({ snapshot }) => ({ kind: 'snapshot-gone' as const, snapshotId: snapshot.id })),
        ],
      }
    }),
  )
}

function choose(parts: Parts, fleet: Fleet): Sweep {
  return chooseSweep({ ...sightOf(parts, fleet), keepWarm: parts.store.documents.settings().keepWarm })
}

function sweepText(fleet: Fleet, sweep: Sweep): Plan {
  return {
    summary: `Sweep ${fleet.name}: remove ${count(sweep.sets.length, 'set')} and ${count(sweep.snapshots.length, 'snapshot')}`,
    steps: [
      ...sweep.sets.map(({ set, reason }) => ({
        action: 'remove' as const,
        what: `the set of ${set.version}, ${count(set.containers.length, 'container')}`,
        detail: reason,
      })),
      ...sweep.snapshots.map(({ snapshot, reason }) => ({
        action: 'remove' as const,
        what: `the snapshot ${snapshot.version}`,
        detail: reason,
      })),
    ],
    warnings: [],
    commands: sweep.sets.flatMap(({ set }) => [
      `docker rm -f ${set.containers.map(container => container.name).join(' ')}`,
      `docker network rm ${set.network}`,
    ]),
    choices: [],
    leftOut: [],
  }
}
