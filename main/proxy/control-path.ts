import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { fail } from '../../shared/failure.ts'

/** The system cuts or refuses longer paths of local sockets. */
const SOCKET_PATH_BYTES = 100

/** Where the proxy of this home is controlled: a local socket in it, or a named pipe on Windows. */
export function controlPath(home: string): string {
  const absolute = resolve(home)
  const name = createHash('sha256').update(absolute).digest('hex').slice(0, 20)
  if (process.platform === 'win32') return `\\\\.\\pipe\\flotilla-proxy-${name}`
  const path = join(absolute, 'proxy.sock')
  return Buffer.byteLength(path) <= SOCKET_PATH_BYTES ? path : join(privateFolder(), `${name}.sock`)
}

/** Makes the folder of the control socket and keeps others out of it. */
export function makeHome(home: string): void {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  if (process.platform !== 'win32') chmodSync(home, 0o700)
}

/** A folder of this user alone. Another user may have made one of that name: then it is not used. */
function privateFolder(): string {
  const folder = join(tmpdir(), `flotilla-${userInfo().uid}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const stat = lstatSync(folder)
  const isOurs = stat.isDirectory() && stat.uid === userInfo().uid && (stat.mode & 0o077) === 0
  return isOurs ? folder : fail('refused', `${folder} belongs to another user`)
}
