import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why no file system can be mounted here, or null where it can. */
export const mountRefusal = probeMount()

/** A small file system of its own. */
export interface SmallDisk {
  readonly path: string
  /** Leaves no byte free. */
  fill(): void
  /** Gives the room back. */
  drain(): void
  setReadOnly(): void
  unmount(): void
}

/** Mounts a file system in memory, of a size as `mount` takes it. */
export function mountSmallDisk(size: string): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'flotilla-disk-'))
  mount('-t', 'tmpfs', '-o', `size=${size},mode=0755`, 'tmpfs', path)
  const filler = join(path, 'filler')
  return {
    path,
    fill() {
      const { bavail, bsize } = statfsSync(path)
      try {
        writeFileSync(filler, Buffer.alloc(bavail * bsize), { flag: 'a' })
      } catch (error) {
        // The app may have taken the last page meanwhile: the disk is full all the same.
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
      }
    },
    drain: () => rmSync(filler, { force: true }),
    setReadOnly: () => mount('-o', 'remount,ro', path),
    unmount() {
      execFileSync('umount', ['-l', path])
      rmSync(path, { recursive: true })
    },
  }
}

function mount(...args: readonly string[]): void {
  execFileSync('mount', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

function probeMount(): string | null {
  if (process.platform !== 'linux') return 'only Linux has tmpfs'
  try {
    mountSmallDisk('64k').unmount()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
