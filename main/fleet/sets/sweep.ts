import type { Parsed } from '../../../shared/contract.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { count } from '../../../shared/rules/count.ts'
import { fleetNamed } from '../../../shared/rules/lookup.ts'
import { chooseSweep, type Sweep } from '../../../shared/rules/retention.ts'
import { tell } from '../operations.ts'
import type { Asked, Parts } from '../parts.ts'
import { sightOf } from '../routes/switching.ts'
import { removeSetThings } from './remove-set.ts'
import { findVolumes, goneChanges, planOfVolumes, removeVolumes, volumesText } from './set-volumes.ts'

type SweepInput = Parsed<'sweep.run'>

export async function planOfSweep(parts: Parts, input: SweepInput, signal: AbortSignal): Promise<Plan> {
  const fleet = fleetNamed(parts.store.journal.state(), input.fleet)
  return planOf(parts, fleet, { sweep: choose(parts, fleet), remove: input.volumes, signal })
}

/** Removes sets and snapshots that no route and no undoable entry needs. */
export async function sweepFleet(parts: Parts, input: SweepInput, asked: Asked): Promise<Plan> {
  const fleet = fleetNamed(parts.store.journal.state(), input.fleet)
  return parts.operations.inTurn(`sweep ${fleet.id}`, () =>
    tell(parts, asked, { op: 'sweep', title: `Sweep ${fleet.name}`, fleet }, async ({ signal, progress }) => {
      const sweep = choose(parts, fleet)
      const sets = sweep.sets.map(({ set }) => set)
      const plan = await planOf(parts, fleet, { sweep, remove: input.volumes, signal })
      const left = await Promise.all(
        sets.map(async set => ({ set, volumes: await findVolumes(parts, set, { signal }) })),
      )
      const volumes = left.flatMap(one => one.volumes)
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
        if (input.volumes) await removeVolumes(parts, volumes, { signal })
        for (const { snapshot } of sweep.snapshots) {
          for (const tag of [...snapshot.services.map(service => service.image), snapshot.manifestImage])
            await parts.engine.removeImage(tag, { signal })
        }
      } finally {
        for (const set of sets) parts.live.leaving.delete(set.id)
      }
      return {
        value: plan,
        detail: `${count(sets.length, 'set')} and ${count(sweep.snapshots.length, 'snapshot')} removed${volumesText(volumes, input.volumes)}`,
        changes: [
          ...left.flatMap(one => goneChanges(one.set, one.volumes)),
          ...sweep.snapshots.map(({ snapshot }) => ({ kind: 'snapshot-gone' as const, snapshotId: snapshot.id })),
        ],
      }
    }),
  )
}

function choose(parts: Parts, fleet: Fleet): Sweep {
  return chooseSweep({ ...sightOf(parts, fleet), keepWarm: parts.store.documents.settings().keepWarm })
}

async function planOf(
  parts: Parts,
  fleet: Fleet,
  { sweep, ...how }: { readonly sweep: Sweep; readonly remove: boolean; readonly signal: AbortSignal },
): Promise<Plan> {
  const sets = sweep.sets.map(({ set }) => set)
  return sweepText(fleet, sweep, await planOfVolumes(parts, sets, how))
}

function sweepText(fleet: Fleet, sweep: Sweep, volumes: Plan['steps']): Plan {
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
      ...volumes,
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
