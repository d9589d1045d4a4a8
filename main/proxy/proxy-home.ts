import { chmodSync, lstatSync, mkdirSync, type Stats } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { fail } from '../../shared/failure.ts'
import { hasCode } from './error-code.ts'
import { folderName, markFolder, removeFolder, removeStaleFolders } from './stale-folders.ts'

export interface ProxyPlaces {
  /** XDG_RUNTIME_DIR, where the system has one. */
  readonly runtimeDir: string | undefined
  /** Where the system keeps that directory, for a process that was not told (cron, su). */
  readonly usualRuntimeDir?: string
  readonly tempDir?: string
}

/**
 * Where the proxy of a home has its control socket and log: outside of the home, so that the proxy is found again when
 * the home is gone. The folder is in the user's runtime directory, or else in the temp directory, where other users can
 * make folders, too: one that is not this user's alone fails `refused` and nothing is written there.
 */
export function openProxyHome(home: string, places: ProxyPlaces): string {
  const { uid } = userInfo()
  const { runtimeDir } = places
  const { temporary, runtime } = basesOf(places, uid)
  const folder = chooseFolder(home, { temporary, runtime, runtimeDir, uid })
  markFolder(folder, home)
  return folder
}

/** Where the log of a home's proxy may be. Makes nothing. */
export function proxyLogFiles(home: string, places: ProxyPlaces): string[] {
  const { uid } = userInfo()
  return Object.values(basesOf(places, uid)).map(base => join(base, folderName(home), 'proxy.log'))
}

/** Removes what a home has outside of itself, once its app and its proxy have ended for good. */
export function removeProxyHome(home: string, places: ProxyPlaces): void {
  const { uid } = userInfo()
  for (const base of Object.values(basesOf(places, uid))) removeFolder(join(base, folderName(home)), uid)
}

/** Removes what homes have left behind that are gone, and that no proxy runs for any more. */
export async function removeStaleProxyHomes(places: ProxyPlaces): Promise<void> {
  const { uid } = userInfo()
  for (const base of Object.values(basesOf(places, uid))) await removeStaleFolders(base, uid)
}

function basesOf({ runtimeDir, usualRuntimeDir, tempDir = tmpdir() }: ProxyPlaces, uid: number) {
  return {
    temporary: join(tempDir, `flotilla-${uid}`),
    runtime: join(runtimeDir || usualRuntimeDir || `/run/user/${uid}`, 'flotilla'),
  }
}

interface Bases {
  readonly temporary: string
  readonly runtime: string
  readonly runtimeDir: string | undefined
  readonly uid: number
}

function chooseFolder(home: string, { temporary, runtime, runtimeDir, uid }: Bases): string {
  const name = folderName(home)
  const hasRuntimeDir = isAbsolute(runtime) && isPrivate(lookAt(dirname(runtime)), uid)
  // A proxy goes on where it was started: by an earlier version in the temp directory, or with another environment.
  if (hasOwnSocket(temporary, name, uid)) return makeOwn(temporary, name, uid)
  const isChosen = hasRuntimeDir && (Boolean(runtimeDir) || hasOwnSocket(runtime, name, uid))
  return makeOwn(isChosen ? runtime : temporary, name, uid)
}

function makeOwn(base: string, name: string, uid: number): string {
  const folder = join(base, name)
  makePrivate(base, uid)
  makePrivate(folder, uid)
  return folder
}

function makePrivate(folder: string, uid: number): void {
  // Not recursive: what exists, even a link that leads nowhere, is looked at below.
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  }
  // Windows gives every user a temp directory of their own.
  if (process.platform === 'win32') return
  const found = lstatSync(folder)
  if (!isOwn(found, uid)) {
    const what = found.isDirectory() ? `belongs to user ${found.uid}` : `is no folder (it belongs to user ${found.uid})`
    fail('refused', `${folder} ${what}, so the proxy of user ${uid} cannot use it`, {
      hint: `Remove ${folder} (its owner or root can), or set XDG_RUNTIME_DIR to a folder of your own with mode 0700`,
    })
  }
  if (!isPrivate(found, uid)) chmodSync(folder, 0o700)
}

function hasOwnSocket(base: string, name: string, uid: number): boolean {
  const folder = join(base, name)
  if (!isOwn(lookAt(base), uid) || !isOwn(lookAt(folder), uid)) return false
  const socket = lookAt(join(folder, 'proxy.sock'))
  return socket?.isSocket() === true && socket.uid === uid
}

function isOwn(found: Stats | undefined, uid: number): boolean {
  return found?.isDirectory() === true && found.uid === uid
}

function isPrivate(found: Stats | undefined, uid: number): boolean {
  return isOwn(found, uid) && ((found?.mode ?? 0) & 0o777) === 0o700
}

function lookAt(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}
