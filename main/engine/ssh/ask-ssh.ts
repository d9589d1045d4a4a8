import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import type { SshAddress } from './address.ts'

/** How long ssh may take: it may run the programs that `Match exec` names. Milliseconds. */
const ASK_MS = 5_000

/** Settings of a host by lower-case keyword; some have several values. */
export type HostSettings = ReadonlyMap<string, readonly string[]>

/**
 * The SSH settings of a host as ssh itself reads them, with every kind of `Match`. Undefined where there is no ssh, or it
 * cannot read the configuration. `file` is read in place of the user's and the system's own.
 */
export function askSsh({ host, user, port }: SshAddress, file?: string): Promise<HostSettings | undefined> {
  const options = [
    ...(file === undefined ? [] : ['-F', file]),
    ...(user === null ? [] : ['-l', user]),
    ...(port === null ? [] : ['-p', String(port)]),
  ]
  return new Promise(resolve => {
    execFile('ssh', ['-G', ...options, '--', host], { timeout: ASK_MS, windowsHide: true }, (error, told) =>
      resolve(error === null ? parse(told) : undefined),
    )
  })
}

/** ssh reads the configuration in the home that the system has on record, whatever HOME says. */
export function isHomeOfSsh(home: string): boolean {
  try {
    return userInfo().homedir === home
  } catch {
    return false
  }
}

function parse(told: string): HostSettings {
  const said = new Map<string, string[]>()
  for (const line of told.split(/\r?\n/)) {
    const [, name, value] = /^(\S+) (.*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) said.set(name, [...(said.get(name) ?? []), value])
  }
  return said
}
