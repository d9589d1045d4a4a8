import type { AnonymousVolume, RecordedSet } from '../../../shared/model/container-set.ts'
import type { Change, EngineThings } from '../../../shared/model/journal.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import {
  anonymousVolumeSteps,
  anonymousVolumesOf,
  type VolumeInPlan,
  volumesInPlan,
} from '../../../shared/rules/anonymous-volumes.ts'
import { count } from '../../../shared/rules/count.ts'
import type { LeftBehind } from '../../../shared/rules/left-behind.ts'
import type { CallOptions } from '../../engine/model.ts'
import type { Parts } from '../parts.ts'

type Holder = Pick<RecordedSet, 'containers' | 'anonymousVolumes'>

/** The anonymous volumes of a set that are on the engine now. */
export async function findVolumes(parts: Parts, set: Holder, options: CallOptions = {}): Promise<AnonymousVolume[]> {
  const [uses, rows] = await Promise.all([parts.engine.containerUses(options), parts.engine.volumeRows(options)])
  return anonymousVolumesOf(set, uses, new Set(rows.map(row => row.name)))
}

/** The anonymous volumes that the last set of a snapshot left, or has: a launch mounts them again. */
export async function lastVolumes(
  parts: Parts,
  { id }: Pick<Snapshot, 'id'>,
  options: CallOptions,
): Promise<AnonymousVolume[]> {
  const last = parts.store.journal.state().lastSets.get(id)
  return last === undefined ? [] : findVolumes(parts, last, options)
}

/** Plan steps for the anonymous volumes of sets that are removed, with bytes where the engine measures them. */
export async function planOfVolumes(
  parts: Parts,
  sets: readonly RecordedSet[],
  { remove, signal }: { readonly remove: boolean; readonly signal: AbortSignal },
): Promise<Plan['steps']> {
  const found = await Promise.all(sets.map(async set => volumesInPlan(set, await findVolumes(parts, set, { signal }))))
  const going = sets.flatMap(({ containers }) => containers.map(({ id }) => id))
  return stepsOfVolumes(parts, found.flat(), { remove, going, signal })
}

/** `going` are the ids of the containers that are removed with them. */
export async function stepsOfVolumes(
  parts: Parts,
  volumes: readonly VolumeInPlan[],
  {
    remove,
    going,
    signal,
  }: { readonly remove: boolean; readonly going: readonly string[]; readonly signal: AbortSignal },
): Promise<Plan['steps']> {
  if (volumes.length === 0) return []
  const [sizes, uses] = await Promise.all([
    parts.engine.volumeSizes({ signal }),
    parts.engine.containerUses({ signal }),
  ])
  const others = uses.filter(({ id }) => !going.includes(id))
  return anonymousVolumeSteps(volumes, { remove, sizes, others })
}

/** Removes anonymous volumes whose containers are gone. What another container holds stays. */
export async function removeVolumes(
  parts: Parts,
  volumes: readonly { readonly name: string }[],
  options: CallOptions = {},
): Promise<void> {
  for (const { name } of volumes) {
    await parts.engine
      .removeVolume(name, options)
      .catch(error => parts.log(`the anonymous volume ${name} stays`, { error }))
  }
}

interface Left {
  /** The anonymous volumes, where they are to be removed. */
  readonly things: EngineThings
  /** The last records of the sets, with the volumes that they leave, by which a launch finds them. */
  readonly records: readonly Change[]
  readonly count: number
}

/** The fate of the anonymous volumes of sets that are removed. */
export async function goneWith(
  parts: Parts,
  sets: readonly RecordedSet[],
  { remove, signal }: { readonly remove: boolean; readonly signal: AbortSignal },
): Promise<Left> {
  const left = await Promise.all(sets.map(async set => ({ set, volumes: await findVolumes(parts, set, { signal }) })))
  const names = left.flatMap(({ volumes }) => volumes.map(({ name }) => name))
  return {
    things: { containers: [], networks: [], tags: [], volumes: remove ? names : [] },
    records: left.flatMap(({ set, volumes }) => lastRecord(set, volumes)),
    count: names.length,
  }
}

function lastRecord(set: RecordedSet, volumes: readonly AnonymousVolume[]): Change[] {
  const isRecorded = volumes.every(({ name }) => set.anonymousVolumes.some(one => one.name === name))
  return isRecorded ? [] : [{ kind: 'set', set: { ...set, anonymousVolumes: [...volumes] } }]
}

/** Said in the journal after a removal; empty where there are none. Those that were to go and stayed are told by name. */
export function volumesText({ things, count: all }: Left, { volumes: kept }: Pick<LeftBehind, 'volumes'>): string {
  const removed = things.volumes.length - kept.length
  if (removed > 0) return `; ${count(removed, 'anonymous volume')} removed`
  if (all === 0 || kept.length > 0) return ''
  return `; ${count(all, 'anonymous volume')} ${all === 1 ? 'stays' : 'stay'}`
}
