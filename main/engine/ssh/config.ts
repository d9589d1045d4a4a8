import { readdir, readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import SSHConfig from 'ssh-config'
import { fail } from '../../../shared/failure.ts'
import { parseJump, type SshAddress } from './address.ts'
import { askSsh, type HostSettings, isHomeOfSsh } from './ask-ssh.ts'

/** Whose SSH it is: keys, configuration and known hosts are this user's. */
export interface SshUser {
  readonly home: string
  readonly name: string
  /** SSH_AUTH_SOCK, or null. */
  readonly agent: string | null
}

/** A machine to log in to. The configuration fills what the address leaves open. */
export interface SshHost {
  /** As it was asked for: `Host` patterns match it. */
  readonly alias: string
  readonly hostName: string
  readonly port: number
  readonly user: string
  readonly identityFiles: readonly string[]
  /** Keys of the agent are used only where a file names them. */
  readonly identitiesOnly: boolean
  readonly agent: string | null
  /** The program that leads there, for the shell; null where there is none. */
  readonly proxyCommand: string | null
  /** The machines on the way, first the one that is reached directly. */
  readonly jumps: readonly SshAddress[]
  readonly knownHostsFiles: readonly string[]
  /** The user's own of these, where new keys are recorded; null for none. */
  readonly recordsIn: string | null
  /** Whether names are hashed in there. */
  readonly hashesKnown: boolean
  /** Name of the host in known_hosts. */
  readonly knownAs: string
  /** The port that goes with that name; an alias has none, as if it were the usual one. */
  readonly knownPort: number
}

const INCLUDE_DEPTH = 16
const usualKeys = ['id_ed25519', 'id_ecdsa', 'id_rsa']

/** Resolves an address by `~/.ssh/config` and the system's own, as ssh does, and by ssh itself where that reads them. */
export async function resolveSshHost(
  address: SshAddress,
  user: SshUser,
  ask: typeof askSsh = askSsh,
): Promise<SshHost> {
  const told = isHomeOfSsh(user.home) ? await ask(address) : undefined
  return hostOf(address, user, told ?? (await compute(address, user)))
}

function hostOf(address: SshAddress, user: SshUser, values: HostSettings): SshHost {
  const all = (name: string) => values.get(name) ?? []
  const said = { all, first: (name: string) => all(name)[0] }
  const hostName = (said.first('hostname') ?? address.host).replaceAll('%h', address.host).replaceAll('%%', '%')
  const port = address.port ?? Number(said.first('port') ?? 22)
  const login = address.user ?? said.first('user') ?? user.name
  const tokens = { user, alias: address.host, hostName, port, login }
  const path = (text: string) => expand(text, tokens)
  const command = said.all('proxycommand').join(' ')
  const hostKeyAlias = said.first('hostkeyalias')
  const files = said.all('identityfile').filter(file => file !== 'none')
  const agent = said.first('identityagent') ?? 'SSH_AUTH_SOCK'
  const known = said.all('userknownhostsfile').flatMap(files => files.split(/\s+/))
  const usual = ['known_hosts', 'known_hosts2'].map(name => join(user.home, '.ssh', name))
  const own = known.length > 0 ? known.filter(file => file !== 'none').map(path) : usual
  return {
    alias: address.host,
    hostName,
    port,
    user: login,
    identityFiles: files.length > 0 ? files.map(path) : usualKeys.map(name => join(user.home, '.ssh', name)),
    identitiesOnly: said.first('identitiesonly') === 'yes',
    agent: agent === 'SSH_AUTH_SOCK' ? user.agent : agent === 'none' ? null : path(agent),
    proxyCommand: command === '' || command === 'none' ? null : expand(command, tokens),
    jumps: jumpsOf(said.first('proxyjump'), address.host),
    knownHostsFiles: [...own, '/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
    recordsIn: own[0] ?? null,
    hashesKnown: said.first('hashknownhosts') === 'yes',
    knownAs: hostKeyAlias ?? hostName,
    knownPort: hostKeyAlias === undefined ? port : 22,
  }
}

function jumpsOf(said: string | undefined, host: string): readonly SshAddress[] {
  if (said === undefined || said === 'none') return []
  return said.split(',').map(text => {
    const jump = parseJump(text.trim())
    return jump ?? fail('bad-input', `ProxyJump ${JSON.stringify(text)} of ${host} is no [user@]host[:port]`)
  })
}

async function compute(address: SshAddress, user: SshUser): Promise<HostSettings> {
  const own = await flatten(join(user.home, '.ssh', 'config'), { user, address, depth: 0 })
  const system = await flatten('/etc/ssh/ssh_config', { user, address, depth: 0 })
  const asked = { Host: address.host, ...(address.user !== null && { User: address.user }) }
  const said = Object.entries(parsed(`${own}\nHost *\n${system}`).compute(asked, computing))
  return new Map(said.map(([name, value]) => [name, [value].flat()]))
}

/** Programs that `Match exec` names are run by ssh alone: the library would stop everything else until they end. */
const computing = { ignoreCase: true, matchExec: false }

function parsed(text: string): SSHConfig {
  try {
    return SSHConfig.parse(text)
  } catch (cause) {
    return fail('bad-input', 'The SSH configuration cannot be read', {
      hint: `Look at ~/.ssh/config: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    })
  }
}

interface Including {
  readonly user: SshUser
  readonly address: SshAddress
  readonly depth: number
}

/** A file's text with what it includes in place. A section goes on after an Include in it. */
async function flatten(file: string, including: Including): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const lines: string[] = []
  let header = 'Host *'
  for (const line of text.split(/\r?\n/)) {
    // Looked up by running a program of its own, and only ever another spelling of the name.
    if (/^\s*Canonical/i.test(line)) continue
    if (/^\s*(Host|Match)[\s=]/i.test(line)) header = line
    if (!/^\s*Include[\s=]/i.test(line)) lines.push(line)
    else if (including.depth < INCLUDE_DEPTH && isMeant(header, including.address)) {
      const deeper = { ...including, depth: including.depth + 1 }
      for (const path of await included(line, file, including.user)) lines.push(await flatten(path, deeper))
      lines.push(header)
    }
  }
  return lines.join('\n')
}

function isMeant(header: string, { host, user }: SshAddress): boolean {
  const asked = { Host: host, ...(user !== null && { User: user }) }
  return 'compression' in parsed(`${header}\n  Compression yes`).compute(asked, computing)
}

async function included(line: string, file: string, user: SshUser): Promise<readonly string[]> {
  const said = new Map(Object.entries(parsed(line).compute('', computing))).get('include') ?? []
  const base = file.startsWith(user.home) ? join(user.home, '.ssh') : '/etc/ssh'
  const found: string[] = []
  for (const pattern of [said].flat()) {
    const path = pattern.replace(/^~(?=\/)/, user.home)
    found.push(...(await matching(isAbsolute(path) ? path : join(base, path))))
  }
  return found
}

/** The files that a path with `*` and `?` in it stands for, in the order of their names. */
async function matching(path: string): Promise<readonly string[]> {
  if (!/[*?]/.test(path)) return [path]
  let found = ['/']
  for (const part of path.split('/').filter(Boolean)) {
    if (!/[*?]/.test(part)) found = found.map(folder => join(folder, part))
    else {
      const pattern = part
        .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
        .replace(/\*+/g, '.*')
        .replaceAll('?', '.')
      const lists = await Promise.all(found.map(folder => namesIn(folder, new RegExp(`^(?!\\.)${pattern}$`))))
      found = lists.flat()
    }
  }
  return found
}

async function namesIn(folder: string, pattern: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter(name => pattern.test(name))
    .sort()
    .map(name => join(folder, name))
}

interface Tokens {
  readonly user: SshUser
  readonly alias: string
  readonly hostName: string
  readonly port: number
  readonly login: string
}

function expand(text: string, { user, alias, hostName, port, login }: Tokens): string {
  const tokens = new Map([
    ['%', '%'],
    ['d', user.home],
    ['h', hostName],
    ['n', alias],
    ['p', String(port)],
    ['r', login],
    ['u', user.name],
  ])
  return text
    .replace(/^~(?=\/|$)/, user.home)
    .replace(/%(.)/g, (whole, letter: string) => tokens.get(letter) ?? whole)
    .replace(/\$\{HOME\}/g, user.home)
}
