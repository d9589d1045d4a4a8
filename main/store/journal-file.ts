import { Buffer } from 'node:buffer'
import { closeSync, fdatasyncSync, ftruncateSync, openSync, statfsSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { fail } from '../../shared/failure.ts'
import { isDiskFull, syncDirectory } from './durable.ts'

/** The three calls that a disk can refuse, so that a test can refuse them. */
export interface Disk {
  write(fd: number, bytes: Buffer, offset: number, position: number): number
  sync(fd: number): void
  truncate(fd: number, length: number): void
}

export const realDisk: Disk = {
  write: (fd, bytes, offset, position) => writeSync(fd, bytes, offset, bytes.length - offset, position),
  sync: fdatasyncSync,
  truncate: ftruncateSync,
}

/** Room that must be free again before a full disk is believed to have space. */
const ROOM_BYTES = 1024 * 1024

export interface JournalFile {
  /** Written in full and on disk when it returns; otherwise nothing of it stays. Fails `read-only`. */
  append(line: Buffer): void
  /** Why the last append failed, while that still stands, or null. */
  trouble(): string | null
  close(): void
}

interface Trouble {
  readonly reason: string
  /** Until a restart, or only while the disk is full. */
  readonly lasting: boolean
}

/** Where the next line goes in a journal's file. */
export interface JournalEnd {
  /** Where the last sound line ends, in bytes. */
  readonly length: number
  /** The last line has no newline yet: the newline is written together with the next line. */
  readonly lacksNewline: boolean
}

/** Opens a file that only ever grows, makes it if it is not there. */
export function openJournalFile(path: string, end: JournalEnd, disk: Disk): JournalFile {
  const fd = openForAppend(path, end.length, disk)
  let good = end.length
  let prefix = Buffer.from(end.lacksNewline ? '\n' : '')
  let trouble: Trouble | null = null
  // True while bytes of a failed append may still stand after the last good line.
  let hasScraps = false

  function writeAll(bytes: Buffer): void {
    for (let written = 0; written < bytes.length; ) written += disk.write(fd, bytes, written, good + written)
    disk.sync(fd)
  }

  function dropScraps(): void {
    disk.truncate(fd, good)
    hasScraps = false
  }

  return {
    append(line) {
      if (trouble?.lasting) refuse(trouble)
      const bytes = Buffer.concat([prefix, line])
      try {
        if (hasScraps) dropScraps()
        hasScraps = true
        writeAll(bytes)
      } catch (error) {
        trouble = describeTrouble(error)
        if (hasScraps) ignoreFailure(dropScraps)
        refuse(trouble, error)
      }
      hasScraps = false
      good += bytes.length
      prefix = Buffer.alloc(0)
      trouble = null
    },
    trouble() {
      if (trouble !== null && !trouble.lasting && hasRoom(path)) trouble = null
      return trouble?.reason ?? null
    },
    close: () => closeSync(fd),
  }
}

function openForAppend(path: string, length: number, disk: Disk): number {
  const isNew = statSync(path, { throwIfNoEntry: false }) === undefined
  // Not in append mode: a write goes where the last sound line ends, whatever the file's length says.
  const fd = openSync(path, isNew ? 'wx' : 'r+', 0o600)
  if (isNew) syncDirectory(dirname(path))
  disk.truncate(fd, length)
  disk.sync(fd)
  return fd
}

function describeTrouble(error: unknown): Trouble {
  if (isDiskFull(error)) return { reason: 'The disk is full: nothing can be recorded', lasting: false }
  const said = error instanceof Error ? error.message : String(error)
  // After a failed sync nobody knows what is on the disk, so no later append may pretend to know.
  return { reason: `The disk refused the journal: ${said}`, lasting: true }
}

function refuse({ reason, lasting }: Trouble, cause?: unknown): never {
  const advice = lasting ? 'Look after the disk, then start Flotilla again' : 'Make room on the disk, then try again'
  fail('read-only', reason, { hint: `Nothing was changed. ${advice}`, cause })
}

function hasRoom(path: string): boolean {
  const disk = statfsSync(dirname(path))
  return disk.bavail * disk.bsize >= ROOM_BYTES
}

/** The scraps stay marked and are dropped before the next append, so a second failure here changes nothing. */
function ignoreFailure(act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!(error instanceof Error)) throw error
  }
}
