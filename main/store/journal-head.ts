import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { hasCode } from './durable.ts'

/*
 * The number of the journal's last record, in a file beside it. A journal that lost its end at a line's border looks sound:
 * this tells it from one that is whole. It is written after the record is on disk and not synced, so that it may be behind
 * after a crash, and never ahead.
 */

const DIGITS = 12

export interface JournalHead {
  write(seq: number): void
  close(): void
}

export function openJournalHead(journal: string): JournalHead {
  let fd: number | null = attempt(() => openSync(headOf(journal), 'a+', 0o600)) ?? null
  if (fd !== null) {
    closeSync(fd)
    // Not in append mode: the number is always written over the one before.
    fd = attempt(() => openSync(headOf(journal), 'r+')) ?? null
  }
  return {
    write(seq) {
      const text = `${String(seq).padStart(DIGITS, '0')}\n`
      if (fd !== null) attempt(() => writeSync(fd as number, text, 0))
    },
    close() {
      if (fd !== null) closeSync(fd)
      fd = null
    },
  }
}

/** 0 where it is not known. */
export function readJournalHead(journal: string): number {
  try {
    const text = readFileSync(headOf(journal), 'utf8').trim()
    return /^\d{1,12}$/.test(text) ? Number(text) : 0
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0
    throw error
  }
}

/** For a journal that begins anew, or was made from what could be read. */
export function forgetJournalHead(journal: string): void {
  rmSync(headOf(journal), { force: true })
}

function headOf(journal: string): string {
  return `${journal}.last`
}

/** A disk that takes no number takes no record either, and says so there. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return undefined
  }
}
