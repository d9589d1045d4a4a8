import { engineFiles } from '../../shared/rules/engine-files.ts'
import type { ContainerReply } from './replies.ts'

export interface Change {
  readonly path: string
  readonly kind: 'added' | 'changed' | 'deleted'
}

/**
 * Without what the engine made to run the container: its init process, the points where mounts are put, and the
 * directories on the way there while nothing else below them differs.
 */
export function withoutEnginesOwn(changes: readonly Change[], container: ContainerReply): readonly Change[] {
  const own = [
    ...engineFiles,
    ...container.Mounts.map(mount => mount.Destination),
    ...container.HostConfig.Tmpfs.keys(),
    ...container.HostConfig.Devices.map(device => device.PathInContainer),
  ].map(path => path.replace(/\/+$/, ''))
  const made = new Set(own)
  const rest = changes.filter(change => change.kind === 'deleted' || !made.has(change.path))
  const isOnTheWay = ({ path, kind }: Change) => kind !== 'deleted' && own.some(target => target.startsWith(`${path}/`))
  const others = rest.filter(change => !isOnTheWay(change))
  return rest.filter(change => !isOnTheWay(change) || others.some(other => other.path.startsWith(`${change.path}/`)))
}
