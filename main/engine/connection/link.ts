import { readFile } from 'node:fs/promises'
import { hostname, release } from 'node:os'
import type { Readable } from 'node:stream'
import { FailureError, fail } from '../../../shared/failure.ts'
import type { EndpointState } from '../../../shared/model/app-state.ts'
import { type Calls, createCalls, createCallsInTurn } from '../calls.ts'
import { type Dialect, dialectOf } from '../dialects.ts'
import { platformOf } from '../references.ts'
import { type InfoReply, InfoReply as InfoSchema, VersionReply } from '../replies.ts'
import type { LoginWatch } from '../ssh/login.ts'
import { openSshTransport } from '../ssh/transport.ts'
import { type Candidate, isLoopback, type Way } from './endpoints.ts'
import { unreadable } from './tls-failure.ts'
import { breakable, plainTransport, socketTransport, type Transport, tlsTransport } from './transport.ts'

/** An engine that answered: who it is, how to call it, and its events from that moment on. */
export interface Link {
  readonly identity: NonNullable<EndpointState['engine']>
  readonly calls: Calls
  readonly dialect: Dialect
  /** Asks whether the engine is there, never behind other calls. Rejects when it cannot be asked. */
  ping(signal: AbortSignal): Promise<void>
  readonly events: Readable
  readonly reachesContainers: boolean
  /** Where ports that containers publish on loopback are found. */
  readonly published: Published
  /** A connection to a port of the engine's own machine, where the way there can carry one. */
  readonly forward: Transport['forward']
  close(): void
}

/** On this machine, through this connection, or behind a connection that carries no others. */
export type Published = 'here' | 'forwarded' | 'elsewhere'

/** The span of the Engine API that is spoken here. */
const OLDEST = '1.24'
const NEWEST = '1.55'
/** Later ones keep to themselves what a committed image remembers of its container. */
const MOST_TELLING = '1.44'
const HELLO_MS = 5_000
const PING_MS = 12_000

/** Says hello: negotiates the version, learns who answers, and begins to listen before anything is listed. */
export async function connect(
  candidate: Candidate,
  { signal, asking }: Pick<LoginWatch, 'signal' | 'asking'>,
): Promise<Link> {
  const transport = breakable(await openTransport(candidate.way, { signal, asking, tell: () => {} }))
  const following = new AbortController()
  try {
    const hello = { signal }
    const version = await createCalls(transport, null).ask(get('/version'), VersionReply, hello)
    const apiVersion = negotiate(version.ApiVersion, version.MinAPIVersion)
    const dialect = dialectOf(version)
    const calls = dialect.translated(createCalls(transport, apiVersion))
    const info = await calls.ask(get('/info'), InfoSchema, hello)
    const events = await calls.follow(eventsRequest(info.SystemTime), { signal: following.signal })
    return {
      identity: {
        id: info.ID || `${info.Name || 'engine'} (${info.OSType || 'unknown'})`,
        name: info.Name,
        product: dialect.product,
        version: info.ServerVersion || version.Version,
        apiVersion,
        os: info.OperatingSystem,
        platform: platformOf(version.Os, version.Arch),
      },
      calls,
      dialect,
      ping: pingOver(transport, apiVersion),
      events,
      reachesContainers: transport.local && sharesOurNetwork(info),
      published: publishedOver(candidate.way),
      forward: transport.forward,
      close() {
        following.abort()
        transport.close()
      },
    }
  } catch (error) {
    following.abort()
    transport.close()
    throw error
  }
}

function pingOver(transport: Transport, apiVersion: string): Link['ping'] {
  const urgent = { ...transport, open: transport.openUrgent ?? transport.open }
  const calls = (transport.isDear ? createCallsInTurn : createCalls)(urgent, apiVersion)
  return async signal => {
    await calls.tell({ method: 'GET', path: '/_ping', deadlineMs: PING_MS }, [], { signal })
  }
}

export function publishedOver(way: Way): Published {
  if (way.kind === 'ssh') return 'forwarded'
  return (way.kind === 'tls' || way.kind === 'plain') && !isLoopback(way.host) ? 'elsewhere' : 'here'
}

/** Opens the way there. Over SSH that is the login; the others connect when they are used. */
export async function openTransport(way: Way, watch: LoginWatch): Promise<Transport> {
  switch (way.kind) {
    case 'socket':
      return socketTransport(way.path)
    case 'plain':
      return plainTransport(way.host, way.port)
    case 'tls': {
      const [ca, cert, key] = await Promise.all(
        [way.files.ca, way.files.cert, way.files.key].map(path =>
          path === null ? undefined : readFile(path).catch(error => unreadable(path, error)),
        ),
      )
      return tlsTransport(way.host, way.port, { ca, cert, key })
    }
    case 'ssh':
      return openSshTransport(way.to, way.user, watch)
    case 'refused':
      throw new FailureError(way.failure)
  }
}

function get(path: string) {
  return { method: 'GET' as const, path, deadlineMs: HELLO_MS }
}

/** From the engine's own time on, so that what happens before the subscription is in place is heard as well. */
function eventsRequest(systemTime: string) {
  const at = Date.parse(systemTime)
  const since = Number.isFinite(at) ? String(at / 1000) : undefined
  const filters = JSON.stringify({ type: ['container', 'image', 'network', 'volume'] })
  return { ...get('/events'), query: { since, filters } }
}

/** The version that tells most, or the nearest to it that both sides speak. */
export function negotiate(newest: string, oldest: string): string {
  if (newer(OLDEST, newest)) {
    fail('unsupported', `This engine speaks API ${newest} at most, and Flotilla ${OLDEST} to ${NEWEST}`, {
      hint: 'Update Docker on the machine of the engine',
    })
  }
  if (oldest !== '' && newer(oldest, NEWEST)) {
    fail('unsupported', `This engine speaks API ${oldest} at least, and Flotilla ${OLDEST} to ${NEWEST}`, {
      hint: 'Update Flotilla',
    })
  }
  if (newer(oldest, MOST_TELLING)) return oldest
  return newer(newest, MOST_TELLING) ? MOST_TELLING : newest
}

function newer(a: string, b: string): boolean {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number)
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number)
  return aMajor > bMajor || (aMajor === bMajor && aMinor > bMinor)
}

/** A daemon of this very kernel and network: not one in a virtual machine, and not a rootless one in its own namespace. */
export function sharesOurNetwork(
  info: InfoReply,
  machine = { platform: process.platform, hostname: hostname(), kernel: release() },
): boolean {
  if (machine.platform !== 'linux' || info.OSType !== 'linux') return false
  if (/docker desktop/i.test(info.OperatingSystem)) return false
  if (info.SecurityOptions.some(option => option.includes('rootless'))) return false
  return info.Name === machine.hostname && info.KernelVersion === machine.kernel
}
