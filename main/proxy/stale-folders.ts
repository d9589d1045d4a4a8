import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { hasCode } from './error-code.ts'

/* The folders that homes have outside of themselves. Each says whose it is, so that it can go when that home is gone. */

const MARKER = 'home'

/** The name of a home's folder. */
export function folderName(home: string): string {
  return createHash('sha256').update(home).digest('hex').slice(0, 20)
}

/** Writes into the folder which home it belongs to. On a full disk it stays without, and is not removed as stale. */
export function markFolder(folder: string, home: string): void {
  if (readMarker(folder) === home) return
  try {
    writeFileSync(join(folder, MARKER), home, { mode: 0o600 })
  } catch (error) {
    if (!hasCode(error, 'ENOSPC') && !hasCode(error, 'EDQUOT')) throw error
  }
}

/** Removes the folder of a home whose app and proxy have ended. One that is not this user's stays. */
export function removeFolder(folder: string, uid: number): void {
  if (isOwnFolder(folder, uid)) rmSync(folder, { recursive: true, force: true })
}

/** Removes the folders in `base` of homes that are gone, and that no proxy runs for. What does not say whose it is stays. */
export async function removeStaleFolders(base: string, uid: number): Promise<void> {
  if (!isOwnFolder(base, uid)) return
  for (const name of readdirSync(base)) {
    const folder = join(base, name)
    const home = isOwnFolder(folder, uid) ? readMarker(folder) : null
    if (home === null || folderName(home) !== name || !isGone(home)) continue
    if (!(await answers(join(folder, 'proxy.sock')))) removeFolder(folder, uid)
  }
}

function isOwnFolder(path: string, uid: number): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  // Windows gives every user a temp directory of their own.
  return found?.isDirectory() === true && (process.platform === 'win32' || found.uid === uid)
}

function readMarker(folder: string): string | null {
  try {
    return readFileSync(join(folder, MARKER), 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

/** A home that may not be looked at may well be there. */
function isGone(home: string): boolean {
  try {
    return lstatSync(home, { throwIfNoEntry: false }) === undefined
  } catch (error) {
    return hasCode(error, 'ENOTDIR')
  }
}

function answers(socket: string): Promise<boolean> {
  return new Promise(done => {
    const connection = connect(socket)
    connection.once('connect', () => done(true))
    connection.once('error', error => done(!hasCode(error, 'ENOENT') && !hasCode(error, 'ECONNREFUSED')))
    connection.once('connect', () => connection.destroy())
  })
}
