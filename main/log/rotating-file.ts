import { closeSync, constants, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'

/** At its end, and never where a link leads. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)

/** The bound of a log: the file that is written and older ones beside it, `PATH.1` the newest of them. */
export interface RotationLimits {
  readonly bytes: number
  readonly olderFiles: number
}

export interface RotatingFile {
  /** Appends at once. What a full disk does not take is lost: a log must not stop what it tells of. */
  write(text: string): void
  close(): void
}

export function openRotatingFile(path: string, limits: RotationLimits): RotatingFile {
  let fd: number | null = null
  let size = 0
  let isOver = false
  const close = () => {
    if (fd !== null) closeSync(fd)
    fd = null
  }
  const open = () => {
    const opened = openSync(path, APPEND, 0o600)
    size = fstatSync(opened).size
    return opened
  }
  return {
    write(text) {
      // The next app of this home may write by now.
      if (isOver) return
      const bytes = Buffer.from(text)
      try {
        fd ??= open()
        if (size > 0 && size + bytes.length > limits.bytes) {
          close()
          rotate(path, limits.olderFiles)
          fd = open()
        }
        size += writeSync(fd, bytes)
      } catch (error) {
        if (!(error instanceof Error)) throw error
      }
    },
    close() {
      isOver = true
      close()
    },
  }
}

/** Moves each file on by one number; the oldest goes. */
export function rotate(path: string, olderFiles: number): void {
  rmSync(`${path}.${olderFiles}`, { force: true })
  const names = [path, ...Array.from({ length: olderFiles }, (_, index) => `${path}.${index + 1}`)]
  for (let index = olderFiles - 1; index >= 0; index -= 1) move(names[index] ?? path, names[index + 1] ?? path)
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    // There are not that many yet.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
