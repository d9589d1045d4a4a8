import { readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { isDiskFull, replaceFile } from './durable.ts'

const KEPT = 3

/**
 * Copies a sound journal to `journal.backup-1`; the two copies before it stay as `journal.backup-2` and `-3`. A journal
 * only grows, so one as long as its newest backup is that backup, and one that is shorter has lost what that backup holds.
 */
export function backUpJournal(path: string): void {
  const length = lengthOf(path)
  if (length === 0 || length <= lengthOf(backupName(path, 1))) return
  const fresh = `${path}.backup-new`
  try {
    replaceFile(fresh, readFileSync(path))
  } catch (error) {
    // The journal itself says that the disk is full, as soon as something is to be recorded.
    if (isDiskFull(error)) return
    throw error
  }
  for (let number = KEPT - 1; number >= 1; number -= 1) {
    if (lengthOf(backupName(path, number)) > 0) renameSync(backupName(path, number), backupName(path, number + 1))
  }
  renameSync(fresh, backupName(path, 1))
}

/** The backups beside a journal, newest first. */
export function backupsOf(path: string): string[] {
  const folder = dirname(path)
  const pattern = /^\.backup-[1-9]$/
  return readdirSync(folder)
    .filter(name => name.startsWith(basename(path)) && pattern.test(name.slice(basename(path).length)))
    .sort()
}

function backupName(path: string, number: number): string {
  return `${path}.backup-${number}`
}

function lengthOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
