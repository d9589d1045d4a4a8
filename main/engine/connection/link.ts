import { readFile } from 'node:fs/promises'
import { hostname, release } from 'node:os'
import type { Readable } from 'node:stream'
import { type Failure, FailureError } from '../../../shared/failure.ts'
import type { EndpointState } from '../../../shared/model/app-state.ts'
import { type Calls, createCalls, createCallsInTurn } from '../calls.ts'
import type { Dialect } from '../dialect.ts'
import { dialectOf } from '../dialects.ts'
import { platformOf } from '../references.ts'
import type { InfoReply } from '../replies.ts'
import { LOGIN_MS, type LoginWatch } from '../ssh/login.ts'
import { openSshTransport } from '../ssh/transport.ts'
import { type Candidate, isLoopback, type Way } from './endpoints.ts'
import { type KnownEngine, sayHello } from './hello.ts'
import { negotiate } from './negotiate.ts'
import { unreadable } from './tls-failure.ts'
import { breakable, plainTransport, socketTransport, type Transport, tlsTransport } from './transport.ts'

/** An engine that answered: who it is, how to call it, and its events from that moment on. */
export interface Link {
  /** Its facts, for the next connection to it. */
  readonly known: KnownEngine
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
  /** Ends every call that is under way; `why` is what they fail with. */
  close(why?: Failure): void
}

/** On this machine, through this connection, or behind a connection that carries no others. */
export type Published = 'here' | 'forwarded' | 'elsewhere'

const PING_MS = 12_000

interface ConnectOptions extends Pick<LoginWatch, 'signal' | 'asking'> {
  /** How long each step may take. Milliseconds. */
  readonly deadlineMs: number
  /** The engine that answered here last. */
  readonly known: KnownEngine | undefined
}

/** Learns who answers, agrees on a version, and begins to listen before anything is listed. */
export async function connect(
  candidate: Candidate,
  { signal, asking, deadlineMs, known }: ConnectOptions,
): Promise<Link> {
  const transport = breakable(
    await openTransport(candidate.way, { signal, asking, limitMs: Math.max(deadlineMs, LOGIN_MS), tell: () => {} }),
  )
  const following = new AbortController()
  try {
    const { engine, since } = await sayHello(transport, { signal, deadlineMs, known })
    const { version, info } = engine
    const apiVersion = negotiate(version.ApiVersion, version.MinAPIVersion)
    const dialect = dialectOf(version)
    const calls = dialect.translated(createCalls(transport, apiVersion))
    const events = await calls.follow(eventsRequest(since), { signal: following.signal, deadlineMs })
    return {
      known: engine,
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
      ping: pingOver(transport, { apiVersion, deadlineMs: Math.max(deadlineMs, PING_MS) }),
      events,
      reachesContainers: transport.local && sharesOurNetwork(info),
      published: publishedOver(candidate.way),
      forward: transport.forward,
      close(why) {
        following.abort()
        transport.close(why)
      },
    }
  } catch (error) {
    following.abort()
    transport.close()
    throw error
  }
}

/** An engine that took its time to say hello may take as much for this. */
function pingOver(
  transport: Transport,
  { apiVersion, deadlineMs }: { readonly apiVersion: string; readonly deadlineMs: number },
): Link['ping'] {
  const urgent = { ...transport, open: transport.openUrgent ?? transport.open }
  const calls = (transport.isDear ? createCallsInTurn : createCalls)(urgent, apiVersion)
  return async signal => {
    await calls.tell({ method: 'GET', path: '/_ping', deadlineMs }, [], { signal })
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

/** From the engine's own time on, so that what happens before the subscription is in place is heard as well. */
function eventsRequest(since: string | undefined) {
  const filters = JSON.stringify({ type: ['container', 'image', 'network', 'volume'] })
  return { method: 'GET' as const, path: '/events', query: { since, filters }, deadlineMs: PING_MS }
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
