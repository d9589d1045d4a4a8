import type { Version } from '../model/ids.ts'
import type { Plan } from '../model/plan.ts'
import type { RunConfig } from '../model/run-config.ts'
import type { LeftOut, SnapshotService } from '../model/snapshot.ts'
import { count } from './count.ts'
import type { FileChange } from './drift.ts'
import { isWithin } from './paths.ts'

/** A container that a service of the next snapshot may be taken from. */
export interface Candidate {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly imageId: string
  readonly state: string
  readonly run: RunConfig
  /** Changes that a person made. */
  readonly changes: readonly FileChange[]
  /** All that a commit would hold, ignored paths and programs' files among them. */
  readonly written: readonly FileChange[]
}

export interface ServiceCandidates {
  /** Everything about the service that does not come from a container. */
  readonly service: Pick<SnapshotService, 'name' | 'replicas' | 'checks' | 'pace' | 'dependsOn'>
  readonly candidates: readonly Candidate[]
}

export interface PlannedPick {
  readonly service: ServiceCandidates['service']
  readonly container: Candidate
  readonly action: 'commit' | 'as-is'
  /** Paths whose changes are not kept. */
  readonly leaveOut: readonly string[]
}

export type SnapshotPlan =
  | { readonly kind: 'ready'; readonly parent: Version | null; readonly picks: readonly PlannedPick[] }
  | {
      readonly kind: 'choose'
      readonly choices: readonly { readonly service: string; readonly containers: readonly string[] }[]
    }
  | { readonly kind: 'refuse'; readonly message: string; readonly hint: string }

export interface SnapshotWish {
  readonly fleet: string
  readonly parent: Version | null
  readonly services: readonly ServiceCandidates[]
  /** The person's choice of a container for a service, by container name or id. */
  readonly chosen: readonly { readonly service: string; readonly container: string }[]
}

/**
 * Which container each service is taken from: the one that drifted, any where none did, the chosen one where several
 * drifted apart.
 */
export function planSnapshot(wish: SnapshotWish): SnapshotPlan {
  const stray = wish.chosen.find(choice => !wish.services.some(({ service }) => service.name === choice.service))
  if (stray !== undefined) {
    return {
      kind: 'refuse',
      message: `${wish.fleet} has no service ${stray.service}`,
      hint: `It has: ${wish.services.map(({ service }) => service.name).join(', ')}`,
    }
  }
  const picks: PlannedPick[] = []
  const choices: { service: string; containers: string[] }[] = []
  for (const { service, candidates } of wish.services) {
    const choice = wish.chosen.find(other => other.service === service.name)
    const drifted = candidates.filter(candidate => candidate.changes.length > 0)
    const container =
      choice === undefined
        ? (drifted[0] ?? candidates[0])
        : candidates.find(candidate => isNamed(candidate, choice.container))
    if (container === undefined) {
      const names = candidates.map(candidate => candidate.name).join(', ')
      if (choice !== undefined)
        return {
          kind: 'refuse',
          message: `${choice.container} is not a container of ${service.name}`,
          hint: `Choose one of: ${names}`,
        }
      return {
        kind: 'refuse',
        message: `${service.name} has no container to take`,
        hint: 'Start it, or take the snapshot from a version that runs',
      }
    }
    if (choice === undefined && drifted.length > 1)
      choices.push({ service: service.name, containers: drifted.map(candidate => candidate.name) })
    picks.push({ service, container, action: container.changes.length > 0 ? 'commit' : 'as-is', leaveOut: [] })
  }
  return choices.length > 0 ? { kind: 'choose', choices } : { kind: 'ready', parent: wish.parent, picks }
}

function isNamed(candidate: Candidate, name: string): boolean {
  return candidate.name === name || (name.length >= 8 && candidate.id.startsWith(name))
}

/** Data that a commit of these containers leaves out; sizes by volume name, where the engine tells. */
export function leftOutOf(picks: readonly PlannedPick[], sizes: ReadonlyMap<string, number>): LeftOut[] {
  return picks.flatMap(({ service, container, leaveOut }) => [
    ...container.run.mounts.map(mount => ({
      service: service.name,
      kind: mount.kind,
      source: mount.source,
      target: mount.target,
      bytes: mount.kind === 'volume' ? (sizes.get(mount.source) ?? null) : null,
    })),
    ...leaveOut.map(path => ({ service: service.name, kind: 'path' as const, source: '', target: path, bytes: null })),
  ])
}

/** The plan as people read it. */
export function snapshotPlanText(fleet: string, plan: SnapshotPlan, leftOut: readonly LeftOut[]): Plan {
  const empty = { warnings: [], commands: [], choices: [], leftOut: [...leftOut] }
  if (plan.kind === 'refuse') return { ...empty, summary: plan.message, steps: [], warnings: [plan.hint] }
  if (plan.kind === 'choose') {
    const choices = plan.choices.map(choice => ({ service: choice.service, containers: [...choice.containers] }))
    return { ...empty, summary: 'Several replicas drifted apart: choose which one to keep', steps: [], choices }
  }
  const commits = plan.picks.filter(pick => pick.action === 'commit').length
  return {
    ...empty,
    summary: `Snapshot of ${fleet}: commit ${count(commits, 'container')}, take ${count(plan.picks.length - commits, 'image')} as they are`,
    steps: plan.picks.map(({ service, container, action, leaveOut }) => ({
      action: action === 'commit' ? ('commit' as const) : ('keep' as const),
      what: service.name,
      detail:
        action === 'commit'
          ? `${container.name}, ${count(container.changes.length, 'changed file')}`
          : `${container.image}, nothing ${leaveOut.length === 0 ? 'drifted' : 'else differs'}`,
    })),
    commands: plan.picks.flatMap(({ container, action }) =>
      action === 'commit' ? [`docker commit ${container.name}`] : [],
    ),
    warnings: [
      ...(leftOut.length === 0
        ? []
        : [`Not in it: ${leftOut.map(out => `${out.kind} ${out.source || out.target} of ${out.service}`).join(', ')}`]),
      ...plan.picks.flatMap(pick => {
        const paths = stillInImage(pick)
        return paths.length === 0
          ? []
          : [`${pick.service.name} shows these as its image ${pick.container.image} has them: ${paths.join(', ')}`]
      }),
    ],
  }
}

/** Left-out paths that the image below has as well: the snapshot shows them as they are there. */
export function stillInImage({ leaveOut, container }: PlannedPick): readonly string[] {
  return container.written
    .filter(({ kind, path }) => kind !== 'added' && leaveOut.some(out => isWithin(path, out)))
    .filter(change => !container.written.some(other => other !== change && isWithin(other.path, change.path)))
    .map(({ path }) => path)
}
