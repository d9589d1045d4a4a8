import { type FileChange, realChanges } from './drift.ts'
import { cleanPath, isWithin } from './paths.ts'
import type { PlannedPick, SnapshotPlan } from './plan-snapshot.ts'

/** A path that a person leaves out of a snapshot: in one service, or wherever it was written. */
export interface LeaveOut {
  readonly service?: string | undefined
  readonly path: string
}

type Refusal = Extract<SnapshotPlan, { kind: 'refuse' }>
type Ready = Extract<SnapshotPlan, { kind: 'ready' }>

/**
 * The plan without these paths: of each container, what it wrote or deleted at and below them. Where nothing else differs
 * the image is taken as it is. What lies in an image below is in every snapshot of it: to leave that out is refused.
 */
export function leavingOut(plan: Ready, wishes: readonly LeaveOut[]): Ready | Refusal {
  let { picks } = plan
  for (const wish of wishes) {
    const path = cleanPath(wish.path)
    if (path === undefined)
      return refuse(`${wish.path} is no path that can be left out`, 'Write it from the root on: /root/.ssh')
    const asked = picks.filter(({ service }) => wish.service === undefined || service.name === wish.service)
    if (asked.length === 0) return refuse(`There is no service ${wish.service}`, `Services: ${namesOf(picks)}`)
    const holders = asked.filter(({ container }) => container.written.some(change => isWithin(change.path, path)))
    if (holders.length === 0) return notWritten(path, asked, plan.parent)
    picks = picks.map(pick => (holders.includes(pick) ? without(pick, path) : pick))
  }
  return { ...plan, picks }
}

function without(pick: PlannedPick, path: string): PlannedPick {
  const leaveOut = [...pick.leaveOut.filter(other => !isWithin(other, path)), path]
  const { written, run } = pick.container
  const kept = written.filter(change => !leaveOut.some(out => isWithin(change.path, out)))
  // A folder that is listed only for what is left out in it does not differ for itself.
  const own = kept.filter(change => change.kind !== 'changed' || !isParentOfDropped(change, written, kept))
  return { ...pick, leaveOut, action: realChanges(own, run.mounts).length > 0 ? 'commit' : 'as-is' }
}

function isParentOfDropped(change: FileChange, all: readonly FileChange[], kept: readonly FileChange[]): boolean {
  const inside = (other: FileChange) => other !== change && isWithin(other.path, change.path)
  return all.some(inside) && !kept.some(inside)
}

function notWritten(path: string, picks: readonly PlannedPick[], parent: Ready['parent']): Refusal {
  for (const { service, container } of picks) {
    const mount = container.run.mounts.find(({ target }) => isWithin(path, cleanPath(target) ?? target))
    if (mount !== undefined)
      return refuse(
        `${path} of ${service.name} lies in the ${mount.kind} ${mount.source || mount.target}`,
        'No snapshot holds what is mounted: there is nothing to leave out',
      )
  }
  const images = picks.map(({ service, container }) => `${service.name}: ${container.image}`).join(', ')
  return refuse(
    `Nothing was written at ${path}: what is there comes with the image${parent === null ? '' : ` of ${parent}`} (${images}) and cannot be left out`,
    'It stays in that image, and in every snapshot made from it; build the image without it',
  )
}

function refuse(message: string, hint: string): Refusal {
  return { kind: 'refuse', message, hint }
}

function namesOf(picks: readonly PlannedPick[]): string {
  return picks.map(({ service }) => service.name).join(', ')
}
