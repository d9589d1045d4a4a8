import { readFile } from 'node:fs/promises'
import { connect as connectSocket, isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Client, ClientChannel, ConnectConfig } from 'ssh2'
import ssh2 from 'ssh2'
import { type Failure, FailureError } from '../../../shared/failure.ts'
import type { Asking } from '../connection/asking.ts'
import { pause } from '../time-limit.ts'
import { hostAndPort, type SshAddress } from './address.ts'
import { resolveSshHost, type SshHost, type SshUser } from './config.ts'
import { describeKey, hostKeyFailure, loginFailure, reachFailure } from './failures.ts'
import { gatherIdentities } from './identities.ts'
import { fingerprint, judgeHostKey, type KnownKey, knownTypes, parseKnownHosts, typeOf } from './known-hosts.ts'
import { openProxyCommand } from './proxy-command.ts'

/** How long each step of a login may take unless it is said. Milliseconds. */
export const LOGIN_MS = 10_000
const KEEPALIVE_MS = 5_000

/** How far a login got; each stage is told when it is over. */
export type LoginStage = 'name' | 'port' | 'host key' | 'login'
export interface LoginWatch {
  readonly signal: AbortSignal
  readonly tell: (stage: LoginStage, saw: string) => void
  readonly asking: Asking
  /** How long each step may take; `LOGIN_MS` if absent. */
  readonly limitMs?: number
}

/** A machine that let us in, over as many others as the configuration says. */
interface SshLogin {
  readonly client: Client
  readonly host: SshHost
  /** Of the key that the machine showed. */
  readonly fingerprint: string
  close(): void
}

/** Logs in once, host keys checked all along the way. Fails `refused` where a host or we are not trusted. */
export async function logIn(address: SshAddress, user: SshUser, watch: LoginWatch): Promise<SshLogin> {
  const opened: Greeted[] = []
  const close = () => {
    for (const { client } of opened.toReversed()) {
      client.end()
      client.destroy()
    }
  }
  try {
    const way = await wayTo(address, user, new Set())
    for (const host of way) opened.push(await logInTo(host, opened.at(-1)?.client, watch))
    for (const { client } of opened.slice(0, -1)) hurry(client)
    const [host, last] = [way.at(-1), opened.at(-1)]
    if (host === undefined || last === undefined) throw new Error('a way without an end')
    return { ...last, host, close }
  } catch (error) {
    close()
    throw error
  }
}

/**
 * A server sends small packets at once only after it has run a program for a login; until then each may wait 40 ms for
 * an acknowledgement. It does not matter what comes of the program, or whether one may be run.
 */
export function hurry(client: Client): void {
  const started = new Promise<void>((resolve, reject) => {
    // Throws where the connection is gone already.
    client.exec('exit 0', (error, channel) => {
      if (error) return reject(error)
      channel.on('error', () => {})
      channel.resume().end()
      resolve()
    })
  })
  started.catch(() => {})
}

/** The machines to log in to, in turn. One that is to be reached through itself is reached directly. */
async function wayTo(address: SshAddress, user: SshUser, passed: ReadonlySet<string>): Promise<readonly SshHost[]> {
  const host = await resolveSshHost(address, user)
  const [first, ...rest] = host.jumps
  const seen = new Set([...passed, host.alias])
  if (first === undefined || host.proxyCommand !== null || host.jumps.some(jump => seen.has(jump.host))) return [host]
  const others = await Promise.all(rest.map(jump => resolveSshHost(jump, user)))
  return [...(await wayTo(first, user, seen)), ...others, host]
}

type Greeted = Pick<SshLogin, 'client' | 'fingerprint'>

async function logInTo(host: SshHost, via: Client | undefined, watch: LoginWatch): Promise<Greeted> {
  try {
    const known = await readKnownHosts(host)
    const identities = await gatherIdentities(host, watch.asking)
    const sock = await connectionTo(host, via, watch)
    const login = { host, known, watch, identities, sock }
    return await shakeHands(login).catch(error => {
      sock.destroy()
      throw error
    })
  } catch (error) {
    throw reachFailure(error, host)
  }
}

async function connectionTo(host: SshHost, via: Client | undefined, watch: LoginWatch): Promise<Duplex> {
  if (via !== undefined) return reachThrough(via, host, watch)
  if (host.proxyCommand === null) return reach(host, watch)
  watch.tell('name', `${host.hostName} is reached by its ProxyCommand`)
  return openProxyCommand(host, host.proxyCommand)
}

async function readKnownHosts(host: SshHost): Promise<readonly KnownKey[]> {
  const read = async (path: string) => parseKnownHosts(await readFile(path, 'utf8').catch(() => ''), path)
  return (await Promise.all(host.knownHostsFiles.map(read))).flat()
}

function reach({ hostName, port }: SshHost, { signal, tell, limitMs = LOGIN_MS }: LoginWatch): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ host: hostName, port, noDelay: true, signal })
    const late = () => socket.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }))
    const timer = setTimeout(late, limitMs)
    if (isIP(hostName) > 0) tell('name', `${hostName} is an address`)
    socket.once('lookup', (error, address) => {
      if (!error) tell('name', `${hostName} is ${address}`)
    })
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', reject)
      tell('port', `${hostAndPort(hostName, port)} takes connections`)
      resolve(socket)
    })
    socket.once('error', reject)
    socket.once('close', () => clearTimeout(timer))
  })
}

async function reachThrough(via: Client, { hostName, port }: SshHost, watch: LoginWatch): Promise<Duplex> {
  const opening = new Promise<ClientChannel>((resolve, reject) => {
    via.forwardOut('127.0.0.1', 0, hostName, port, (error, channel) => (error ? reject(error) : resolve(channel)))
  })
  const channel = await inTime(opening, watch)
  watch.tell('port', `${hostAndPort(hostName, port)} takes connections from the machine before it`)
  return channel
}

/** A server may never say whether it opens a channel. One that comes too late is closed. */
export async function inTime(
  opening: Promise<ClientChannel>,
  { signal, limitMs = LOGIN_MS }: Pick<LoginWatch, 'signal' | 'limitMs'>,
): Promise<ClientChannel> {
  const settled = new AbortController()
  const late = pause(limitMs, AbortSignal.any([signal, settled.signal])).then(() => {
    throw Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })
  })
  try {
    return await Promise.race([opening, late])
  } catch (error) {
    opening.then(
      channel => channel.close(),
      () => {},
    )
    throw error
  } finally {
    settled.abort()
  }
}

interface Handshake {
  readonly host: SshHost
  readonly known: readonly KnownKey[]
  readonly watch: LoginWatch
  readonly identities: Awaited<ReturnType<typeof gatherIdentities>>
  readonly sock: Duplex
}

function shakeHands({ host, known, watch, identities, sock }: Handshake): Promise<Greeted> {
  const client = new ssh2.Client()
  let distrust: Failure | undefined
  let shown = ''
  const hostVerifier = (key: Buffer) => {
    shown = fingerprint(key)
    const verdict = judgeHostKey(known, host.knownAs, host.knownPort, key)
    const { asking } = watch
    const isTrusted = verdict.kind === 'unknown' && asking.isTrusted(host, key)
    distrust = isTrusted ? undefined : hostKeyFailure(verdict, host, { key, isAsked: asking.isHeard })
    if (distrust === undefined) {
      const where = verdict.kind === 'known' ? `recorded in ${verdict.where}` : 'trusted for now'
      watch.tell('host key', `${describeKey(typeOf(key), shown)}, ${where}`)
    } else if (verdict.kind === 'unknown') asking.trust(host, key)
    return distrust === undefined
  }
  return new Promise((resolve, reject) => {
    const cancel = () => client.destroy()
    const settle = (act: () => void) => {
      watch.signal.removeEventListener('abort', cancel)
      act()
    }
    watch.signal.addEventListener('abort', cancel, { once: true })
    client.on('ready', () => {
      watch.tell('login', `as ${host.user} with the ${identities.offered().tried.at(-1) ?? 'name alone'}`)
      settle(() => resolve({ client, fingerprint: shown }))
    })
    // Stays on after the login: an error without a listener would end the process. What breaks is told by 'close'.
    client.on('error', error => {
      // An identity of the agent failed; the next one is tried.
      if (error.level === 'agent') return
      if (distrust !== undefined) return settle(() => reject(new FailureError(distrust ?? lost, { cause: error })))
      const isDenied = error.level === 'client-authentication'
      const isAsked = isDenied && identities.offered().locked.some(path => watch.asking.unlock(path))
      settle(() => reject(isDenied ? loginFailure(host, identities.offered(), isAsked) : reachFailure(error, host)))
    })
    client.on('close', () => settle(() => reject(new FailureError(lost))))
    client.connect({
      ...configOf(host, known),
      readyTimeout: watch.limitMs ?? LOGIN_MS,
      sock,
      hostVerifier,
      authHandler: identities.authHandler,
    })
  })
}

const lost: Failure = { code: 'unreachable', message: 'The machine hung up before it let us in' }

function configOf(host: SshHost, known: readonly KnownKey[]): ConnectConfig {
  return {
    username: host.user,
    algorithms: { serverHostKey: orderOf(knownTypes(known, host.knownAs, host.knownPort)) },
    keepaliveInterval: KEEPALIVE_MS,
    keepaliveCountMax: 3,
  }
}

type HostKeyOrder = NonNullable<NonNullable<ConnectConfig['algorithms']>['serverHostKey']>

const signatures: readonly (readonly [type: string, names: readonly string[]])[] = [
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]

/** A host has several keys: it shows one of a type that is recorded, if there is any, or it would look like another. */
function orderOf(types: readonly string[]): HostKeyOrder {
  const last =
    types.length === 0 ? [] : signatures.filter(([type]) => !types.includes(type)).flatMap(([, names]) => names)
  // As patterns: those that this platform cannot check are left out instead of refused.
  const append = last.map(name => new RegExp(`^${name}$`))
  // ssh2 takes patterns, and in this order; its declarations know names alone.
  return { remove: ['ssh-rsa', ...last], append, prepend: [] } as unknown as HostKeyOrder
}
