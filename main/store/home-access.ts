import {
  accessSync,
  constants,
  lstatSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { type Failure, FailureError, fail } from '../../shared/failure.ts'
import { makePrivateFolder } from '../private-folder.ts'
import { hasCode } from './durable.ts'
import { checkHomeFormat } from './home-format.ts'

const OTHER_HOME = 'set FLOTILLA_HOME to another folder'
/** As much as a start writes at least: an empty file fits on a full disk. */
const PROBE_BYTES = 4096

/**
 * Makes the folder of a home where there is none. Fails `refused` and names the cause where nothing can be kept in it, and
 * `conflict` for a home that a newer Flotilla wrote.
 */
export function prepareHome(home: string): void {
  const path = resolve(home)
  try {
    refuseDanglingLink(path)
    makeFolders(path)
    refuseOtherOwner(path)
    makePrivateFolder(path)
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    checkHomeFormat(path)
    probe(path)
  } catch (error) {
    throw homeError(path, error)
  }
}

/** Runs work that reads and writes a home: what the file system refuses becomes a failure that names the cause. */
export async function usingHome<T>(home: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw homeError(resolve(home), error)
  }
}

function refuseDanglingLink(home: string): void {
  for (let path = home; ; path = dirname(path)) {
    const found = lookAt(path, lstatSync)
    if (found?.isSymbolicLink() && lookAt(path, statSync) === undefined)
      fail(
        'refused',
        `The home ${home} cannot be used: ${path} is a link to ${readlinkSync(path)}, which is not there`,
        {
          hint: `Is a disk not mounted? Mount it or mend the link, or ${OTHER_HOME}`,
        },
      )
    if (found !== undefined || path === dirname(path)) return
  }
}

/** Below a file there is nothing. */
function lookAt(path: string, look: typeof statSync): Stats | undefined {
  try {
    return look(path, { throwIfNoEntry: false })
  } catch (error) {
    if (hasCode(error, 'ENOTDIR')) return undefined
    throw error
  }
}

/** Level by level: where a file system takes no folder, a recursive call of Node names no cause or does not return. */
function makeFolders(path: string): void {
  const found = lookAt(path, statSync)
  if (found === undefined) {
    makeFolders(dirname(path))
    mkdirSync(path, { mode: 0o700 })
  } else if (!found.isDirectory()) {
    fail('refused', `The home cannot be used: ${path} is a file, where a folder is needed`, { hint: upper(OTHER_HOME) })
  }
}

/** Root may write everywhere, but would leave files there that the owner of the home can no longer read. */
function refuseOtherOwner(home: string): void {
  const own = process.geteuid?.()
  const { uid } = statSync(home)
  if (own !== undefined && uid !== own)
    fail('refused', `The home ${home} belongs to user ${uid}, and this is user ${own}`, {
      hint: `Start Flotilla as user ${uid}, give the folder to user ${own} (chown -R), or ${OTHER_HOME}`,
    })
}

function probe(home: string): void {
  const path = join(home, `lock-probe-${process.pid}`)
  try {
    writeFileSync(path, Buffer.alloc(PROBE_BYTES), { mode: 0o600 })
  } finally {
    rmSync(path, { force: true })
  }
}

function homeError(home: string, error: unknown): unknown {
  if (error instanceof FailureError || !isSystemError(error)) return error
  const at = error.path ?? home
  const isInside = at === home || at.startsWith(home + sep)
  const place = isInside ? `home ${home}` : `folder ${dirname(at)}`
  return new FailureError(describe(error, place, at), { cause: error })
}

type SystemError = Error & { readonly code: string; readonly path?: string }

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
}

function describe({ code, message }: SystemError, place: string, path: string): Failure {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return refused(`The disk of the ${place} is full`, 'Make room on it, then start Flotilla again')
    case 'EROFS':
      return refused(`The ${place} is on a read-only file system`, `Mount it for writing, or ${OTHER_HOME}`)
    case 'EACCES':
    case 'EPERM':
      return refused(
        `The ${place} cannot be used: no permission for ${path}`,
        `Let user ${userInfo().username} read and write it, or ${OTHER_HOME}`,
      )
    case 'ELOOP':
      return refused(`The ${place} cannot be used: its links lead back to themselves`, upper(OTHER_HOME))
    default:
      return refused(`The ${place} cannot be used: ${message}`, `Look after the disk, or ${OTHER_HOME}`)
  }
}

function refused(message: string, hint: string): Failure {
  return { code: 'refused', message, hint }
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
