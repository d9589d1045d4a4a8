import type { AnonymousVolume, RecordedSet } from '../model/container-set.ts'
import type { Plan } from '../model/plan.ts'
import type { Mount, RunConfig } from '../model/run-config.ts'
import { bytesText } from './amounts.ts'
import { isAnonymousVolume } from './complete-run.ts'
import { usedByText } from './set-network.ts'

/*
 * Volumes without a name of their own, which an image's `VOLUME` gives to every container. The engine offers to delete
 * them with the container; what is in them belongs to the person all the same.
 */

interface Use {
  readonly id: string
  readonly volumes: readonly { readonly name: string; readonly target: string }[]
}

/**
 * The anonymous volumes of a set: those that its containers have, and of a container that is gone those that were
 * recorded. `existing` are the names of all volumes on the engine.
 */
export function anonymousVolumesOf(
  set: Pick<RecordedSet, 'containers' | 'anonymousVolumes'>,
  uses: readonly Use[],
  existing: ReadonlySet<string>,
): AnonymousVolume[] {
  return set.containers.flatMap(({ id, service, replica }) => {
    const use = uses.find(candidate => candidate.id === id)
    if (use === undefined)
      return set.anonymousVolumes.filter(
        volume => volume.service === service && volume.replica === replica && existing.has(volume.name),
      )
    return use.volumes
      .filter(({ name }) => isAnonymousVolume(name))
      .map(({ name, target }) => ({ service, replica, target, name }))
  })
}

/** The same run configuration with these volumes where it mounts nothing else: a seal's folder in memory stays one. */
export function withVolumes(
  run: RunConfig,
  volumes: readonly { readonly name: string; readonly target: string }[],
): RunConfig {
  const taken = new Set(run.mounts.map(mount => mount.target))
  const added = volumes
    .filter(({ target }) => !taken.has(target))
    .map(({ name, target }): Mount => ({ kind: 'volume', source: name, target, readOnly: false }))
  if (added.length === 0) return run
  const mounts = [...run.mounts, ...added].sort((a, b) => (a.target < b.target ? -1 : a.target > b.target ? 1 : 0))
  return { ...run, mounts }
}

/** The words of a plan's step before the volume's name. */
const VOLUME_STEP = 'the anonymous volume '

/** Whether a plan names what becomes of an anonymous volume. */
export function hasAnonymousVolumes({ steps }: Pick<Plan, 'steps'>): boolean {
  return steps.some(({ what }) => what.startsWith(VOLUME_STEP))
}

export interface VolumeInPlan {
  readonly container: string
  readonly target: string
  readonly name: string
}

/** Plan steps for the anonymous volumes of a removal. */
export function anonymousVolumeSteps(
  volumes: readonly VolumeInPlan[],
  { remove, sizes, others }: VolumeRemoval,
): Plan['steps'] {
  return volumes.map(({ container, target, name }) => {
    const bytes = sizes.get(name)
    const amount = bytes === undefined ? '' : `, ${bytesText(bytes)}`
    const users = others.filter(use => use.volumes.some(volume => volume.name === name)).map(use => use.name)
    const goes = remove && users.length === 0
    const end = goes ? ', gone for good' : users.length === 0 ? '' : `; ${usedByText(users)}`
    return {
      action: goes ? 'remove' : 'keep',
      what: `${VOLUME_STEP}${shortVolume(name)}`,
      detail: `${target} of ${container}${amount}${end}`,
    }
  })
}

interface VolumeRemoval {
  readonly remove: boolean
  /** By volume name, as far as the engine tells them. */
  readonly sizes: ReadonlyMap<string, number>
  /** The containers that do not go: a volume that one of them mounts stays. */
  readonly others: readonly (Pick<Use, 'volumes'> & { readonly name: string })[]
}

/** As much of an anonymous volume's name as tells it from others. */
export function shortVolume(name: string): string {
  return name.slice(0, 12)
}

/** The set's volumes with the names of the containers that have them, for a plan. */
export function volumesInPlan(
  set: Pick<RecordedSet, 'containers'>,
  volumes: readonly AnonymousVolume[],
): VolumeInPlan[] {
  return volumes.map(({ service, replica, target, name }) => {
    const member = set.containers.find(one => one.service === service && one.replica === replica)
    return { container: member?.name ?? `${service} ${replica}`, target, name }
  })
}
