import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { offerPackages } from './offer-packages.ts'

const SSHD = '/usr/sbin/sshd'

/** Offers to install an SSH server where there is none. */
export async function offerSshd(): Promise<void> {
  if (whyNoSshd() !== null) await offerPackages(['openssh-server', 'openssh-client'], 'for engines over SSH')
}

/** Why there can be no SSH server here, or null. */
export function whyNoSshd(): string | null {
  return existsSync(SSHD) ? null : `${SSHD} is not installed (openssh-server)`
}

/** Somebody's home directory with an `.ssh` of its own, and the way to make keys in it. */
export interface SshHome {
  readonly path: string
  readonly environment: { readonly HOME: string; readonly USER: string }
  /** Adds to `~/.ssh/config` and `~/.ssh/known_hosts`. */
  config(text: string): void
  known(line: string): void
  forget(): void
  /** Makes `~/.ssh/NAME`, and returns its public half. */
  key(name: string, type: readonly string[], passphrase?: string): string
  /** The public half of a key that was made before. */
  publicKey(name: string): string
  remove(): void
}

export function makeSshHome(): SshHome {
  const path = mkdtempSync(join(tmpdir(), 'flotilla-ssh-home-'))
  const ssh = join(path, '.ssh')
  mkdirSync(ssh, { mode: 0o700 })
  return {
    path,
    environment: { HOME: path, USER: userInfo().username },
    config: text => appendFileSync(join(ssh, 'config'), `${text}\n`),
    known: line => appendFileSync(join(ssh, 'known_hosts'), `${line}\n`),
    forget: () => rmSync(join(ssh, 'known_hosts'), { force: true }),
    key: (name, type, passphrase = '') => makeKey(join(ssh, name), type, passphrase),
    publicKey: name => publicHalf(join(ssh, name)),
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}

/** Debian's own SSH server, on a port of loopback, with host keys and a list of users' keys of its own. */
export interface Sshd {
  readonly port: number
  /** Public host keys by type: `ed25519`, `rsa`. */
  readonly hostKeys: ReadonlyMap<string, string>
  /** A line of known_hosts for one of its keys. */
  knownLine(type?: string): string
  authorize(publicKey: string): void
  /** How often somebody logged in so far. */
  logins(): number
  log(): string
  /** Ends the server and every connection to it. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Ends every connection, as a cut network would; the server takes new ones. */
  cut(): void
  remove(): Promise<void>
}

interface Wanted {
  readonly types?: readonly string[]
  readonly config?: readonly string[]
  /** The environment of programs over there: `NAME=value`. */
  readonly environment?: readonly string[]
}

export async function startSshd(options: Wanted = {}): Promise<Sshd> {
  const dir = mkdtempSync(join(tmpdir(), 'flotilla-sshd-'))
  const port = await freePort()
  const types = options.types ?? ['ed25519']
  const hostKeys = new Map(types.map(type => [type, makeKey(join(dir, `host_${type}`), ['-t', type], '')]))
  const log = join(dir, 'log')
  writeFileSync(join(dir, 'authorized_keys'), '')
  const settings = [
    `ListenAddress 127.0.0.1:${port}`,
    ...types.map(type => `HostKey ${dir}/host_${type}`),
    `AuthorizedKeysFile ${dir}/authorized_keys`,
    `PidFile ${dir}/pid`,
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'StrictModes no',
    'UsePAM no',
    'LogLevel VERBOSE',
    // In a shell that is not the first one bash leaves the user's own files alone: they may be slow, and are not ours to try.
    `SetEnv ${['SHLVL=2', ...(options.environment ?? [])].join(' ')}`,
    ...(options.config ?? []),
  ]
  writeFileSync(join(dir, 'sshd_config'), `${settings.join('\n')}\n`)
  // The server gives up its rights in there.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true })
  let daemon: ChildProcess | undefined

  const sshd: Sshd = {
    port,
    hostKeys,
    knownLine: (type = types[0] ?? '') => `[127.0.0.1]:${port} ${hostKeys.get(type)}`,
    authorize: publicKey => appendFileSync(join(dir, 'authorized_keys'), `${publicKey}\n`),
    logins: () => (readFileSync(log, 'utf8').match(/^Accepted publickey /gm) ?? []).length,
    log: () => readFileSync(log, 'utf8'),
    async start() {
      const command = ['--pdeathsig', 'TERM', SSHD, '-D', '-f', join(dir, 'sshd_config'), '-E', log]
      daemon = spawn('setpriv', command, { stdio: 'ignore' })
      for (let tries = 0; tries < 200 && !(await listens(port)); tries++) await sleep(20)
    },
    async stop() {
      const child = daemon
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise(resolve => child.once('exit', resolve))
      const served = childrenOf(Number(child.pid))
      child.kill('SIGTERM')
      await ended
      for (const pid of served) killQuietly(pid)
    },
    cut() {
      for (const pid of childrenOf(Number(daemon?.pid))) killQuietly(pid)
    },
    async remove() {
      await sshd.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
  await sshd.start()
  return sshd
}

/** An agent that holds no key yet. */
export async function startAgent(home: SshHome) {
  const socket = join(home.path, 'agent.sock')
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' })
  while (!existsSync(socket)) await sleep(10)
  return {
    socket,
    add: (name: string) =>
      void execFileSync('ssh-add', [join(home.path, '.ssh', name)], {
        stdio: 'ignore',
        env: { ...process.env, SSH_AUTH_SOCK: socket },
      }),
    stop: () => void child.kill(),
  }
}

function makeKey(path: string, type: readonly string[], passphrase: string): string {
  execFileSync('ssh-keygen', ['-q', ...type, '-N', passphrase, '-C', 'test', '-f', path])
  return publicHalf(path)
}

function publicHalf(path: string): string {
  return readFileSync(`${path}.pub`, 'utf8').trim().split(' ').slice(0, 2).join(' ')
}

function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createConnection({ host: '127.0.0.1', port })
    socket.once('data', () => {
      resolve(true)
      socket.destroy()
    })
    socket.once('error', () => resolve(false))
  })
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // A process that ended by itself is all that was wanted.
  }
}

/** The processes that serve one connection each, and theirs. */
function childrenOf(pid: number): number[] {
  const found = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).stdout ?? ''
  const own = found.split('\n').map(Number).filter(Boolean)
  return own.flatMap(child => [child, ...childrenOf(child)])
}
