import type { Mount } from '../model/run-config.ts'

/** A path of the machine that the engine runs on. */
export interface HostPath {
  /** Tells one file from another that takes its name. */
  readonly inode: number
  /** When it was made, in milliseconds since the epoch; 0 where the file system does not tell. */
  readonly bornAt: number
}

interface MountSight {
  readonly mounts: readonly Mount[]
  /** When the container was started: what is mounted then stays mounted, whatever becomes of the path. */
  readonly startedAt: number
  /** Looks at a path: null where nothing is there, undefined where that cannot be told. */
  hostPath(path: string): HostPath | null | undefined
  /** The inode that was seen at the path first since the container was started. */
  inodeAtStart(path: string): number | undefined
}

/** Bind mounts of a container that runs whose file or folder on the host is another one by now, or gone. */
export function mountDrift({ mounts, startedAt, hostPath, inodeAtStart }: MountSight): readonly { detail: string }[] {
  return mounts
    .filter(({ kind }) => kind === 'bind')
    .flatMap(({ source }) => {
      const now = hostPath(source)
      if (now === undefined) return []
      if (now === null) return [{ detail: `${source} on the host is gone; the container still sees what was there` }]
      const first = inodeAtStart(source)
      const isReplaced = now.bornAt > startedAt || (first !== undefined && first !== now.inode)
      if (!isReplaced) return []
      return [
        { detail: `${source} on the host was replaced; the container sees the earlier one until it is restarted` },
      ]
    })
}
