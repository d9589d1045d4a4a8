import { realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fail } from '../../shared/failure.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const DEFAULT_PROXY_PORT = 8080

/** Where all state of one user lives: FLOTILLA_HOME, or what this platform keeps for applications' data. */
export function homeFolder(environment: Environment, platform: string = process.platform): string {
  const folder = chosenFolder(environment, platform)
  try {
    // A person may keep it elsewhere and leave a link. Below it no link is followed.
    return realpathSync(folder)
  } catch {
    // A home that is not there yet, or cannot be used: the start says which.
    return folder
  }
}

function chosenFolder(environment: Environment, platform: string): string {
  const chosen = environment.FLOTILLA_HOME
  if (chosen) return resolve(chosen)
  const own = environment.HOME ?? homedir()
  if (platform === 'darwin') return join(own, 'Library', 'Application Support', 'Flotilla')
  if (platform === 'win32') return join(environment.LOCALAPPDATA ?? join(own, 'AppData', 'Local'), 'Flotilla')
  const data = environment.XDG_DATA_HOME
  // A relative path there is to be ignored, says the specification.
  return join(data?.startsWith('/') ? data : join(own, '.local', 'share'), 'flotilla')
}

/** The port that routes listen on where none is named: FLOTILLA_PROXY_PORT, or 8080. */
export function proxyPortOf(environment: Environment): number {
  const text = environment.FLOTILLA_PROXY_PORT
  if (!text) return DEFAULT_PROXY_PORT
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port >= 1 && port <= 65535) return port
  return fail('bad-input', `FLOTILLA_PROXY_PORT is not a port: ${text}`, { hint: 'Use a number from 1 to 65535' })
}

/** Where `serve` leaves the page's address for `flotilla open`. Whoever can read it is the user. */
export function browserUrlFile(home: string): string {
  return join(home, 'browser.url')
}

export function serveLogFile(home: string): string {
  return join(home, 'serve.log')
}
