import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes the names in a directory durable: a new or renamed file is only there for sure after this. */
export function syncDirectory(path: string): void {
  // Windows cannot open a directory, and its file system journals names by itself.
  if (process.platform === 'win32') return
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Replaces a file as a whole: after a crash it is the old one or the new one, and readable by its owner only. */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.new-${process.pid}`
  try {
    const fd = openSync(temporary, 'w', 0o600)
    try {
      writeFileSync(fd, content)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  syncDirectory(dirname(path))
}

/** Keeps a copy of a file beside it under a new name and says which: `<path>.<why>-<mark>`. */
export function keepAside(path: string, why: string, mark: string): string {
  const aside = `${path}.${why}-${mark}`
  if (existsSync(aside)) return aside
  const temporary = `${aside}.new-${process.pid}`
  try {
    copyFileSync(path, temporary)
    renameSync(temporary, aside)
  } catch (error) {
    // A full disk takes only a part.
    rmSync(temporary, { force: true })
    throw error
  }
  return aside
}

/** A moment as a part of a file name: `20261121T203000123Z`. */
export function fileTime(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:.]/g, '')
}

export function isDiskFull(error: unknown): boolean {
  return hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT') || hasCode(error, 'EFBIG')
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
