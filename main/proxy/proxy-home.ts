import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, type Stats } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { fail } from '../../shared/failure.ts'
import { hasCode } from './error-code.ts'

export interface ProxyPlaces {
  /** XDG_RUNTIME_DIR, where the system has one. */
  readonly runtimeDir: string | undefined
  readonly tempDir?: string
}

/**
 * Where the proxy of a home has its control socket and log: outside of the home, so that the proxy is found again when
 * the home is gone. The folder is in the user's runtime directory, or else in the temp directory, where other users can
 * make folders, too: one that is not this user's alone fails `refused` and nothing is written there.
 */
export function openProxyHome(home: string, places: ProxyPlaces): string {
  const { runtimeDir, tempDir = tmpdir() } = places
  const { uid } = userInfo()
  const name = createHash('sha256').update(home).digest('hex').slice(0, 20)
  const temporary = join(tempDir, `flotilla-${uid}`)
  const hasRuntimeDir = runtimeDir !== undefined && isAbsolute(runtimeDir) && isPrivate(lookAt(runtimeDir), uid)
  // Earlier versions knew the temp directory only: a proxy that was started there goes on there.
  if (!hasRuntimeDir || hasOwnSocket([temporary, join(temporary, name)], uid)) return makeOwn(temporary, name, uid)
  return makeOwn(join(runtimeDir, 'flotilla'), name, uid)
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

function hasOwnSocket(folders: readonly string[], uid: number): boolean {
  const socket = lookAt(join(folders.at(-1) ?? '', 'proxy.sock'))
  return folders.every(folder => isOwn(lookAt(folder), uid)) && socket?.isSocket() === true && socket.uid === uid
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
