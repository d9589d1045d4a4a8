import type { HostPath } from '../../../shared/rules/mount-drift.ts'
import { mountDrift } from '../../../shared/rules/mount-drift.ts'
import type { ContainerDetail } from '../../engine/model.ts'
import type { Parts } from '../parts.ts'

/** Bind mounts whose path on the host changed. Paths of another machine cannot be looked at. */
export async function mountsDrift(
  parts: Parts,
  detail: Pick<ContainerDetail, 'id' | 'state' | 'startedAt' | 'run'>,
): Promise<readonly { detail: string }[]> {
  const sources = detail.run.mounts.flatMap(({ kind, source }) => (kind === 'bind' ? [source] : []))
  if (sources.length === 0 || detail.state !== 'running' || !parts.engine.reachesContainers()) return []
  const paths = new Map<string, HostPath | null | undefined>()
  for (const source of sources) paths.set(source, await parts.machine.hostPath(source))
  const inodes = inodesAtStart(parts, detail, paths)
  return mountDrift({
    mounts: detail.run.mounts,
    startedAt: Date.parse(detail.startedAt),
    hostPath: path => paths.get(path),
    inodeAtStart: path => inodes.get(path),
  })
}

/** The inodes at the first look since the container started: a restart mounts the paths anew. */
function inodesAtStart(
  parts: Parts,
  { id, startedAt }: Pick<ContainerDetail, 'id' | 'startedAt'>,
  paths: ReadonlyMap<string, HostPath | null | undefined>,
): ReadonlyMap<string, number> {
  const known = parts.live.mounted.get(id)
  const inodes = known?.startedAt === startedAt ? known.inodes : new Map<string, number>()
  for (const [path, found] of paths) if (found && !inodes.has(path)) inodes.set(path, found.inode)
  parts.live.mounted.set(id, { startedAt, inodes })
  return inodes
}
