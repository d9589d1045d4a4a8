import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import { fail } from '../shared/failure.ts'

/**
 * Makes a folder of this user alone, and closes one that others may enter: they could listen in our place, read along, or
 * put links where we write. Fails `refused` for another user's folder, and for a link.
 */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (process.platform === 'win32') return
  const found = lstatSync(folder)
  if (!found.isDirectory() || found.uid !== userInfo().uid) {
    const why = found.isDirectory() ? `belongs to user ${found.uid}` : 'is a link, which could be pointed elsewhere'
    fail('refused', `${folder} ${why}`, { hint: 'Set FLOTILLA_HOME to a folder of your own' })
  }
  if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700)
}
