import type { Log } from '../../shared/log.ts'
import type { CheckResult } from '../../shared/model/checks.ts'
import type { RecordedSet } from '../../shared/model/container-set.ts'
import type { FleetId, Name, SetId } from '../../shared/model/ids.ts'
import type { Drift } from '../../shared/model/views.ts'
import type { State } from '../../shared/rules/fold.ts'
import type { Manifest } from '../../shared/rules/lost-fleets.ts'
import type { HostPath } from '../../shared/rules/mount-drift.ts'
import type { UpstreamAddress } from '../../shared/table.ts'
import type { Engine } from '../engine/engine.ts'
import type { Proxy as TrafficProxy } from '../proxy/proxy.ts'
import type { LocalFiles } from '../store/local-file.ts'
import type { Store } from '../store/store.ts'
import type { Observed } from './endpoints/observed.ts'
import type { Transfers } from './images/transfers.ts'
import type { Operations } from './operations.ts'
import type { Questions } from './questions.ts'
import type { Pointer } from './routes/pointer.ts'
import type { HostPorts } from './sets/host-ports.ts'
import type { Stats } from './stats/stats-store.ts'
import type { Terminals } from './terminals/terminals.ts'

/** How checks reach a container's address. Failures to connect are answers too: `saw` tells what happened. */
export interface Probe {
  http(request: {
    readonly address: UpstreamAddress
    readonly hostname: string
    readonly path: string
    readonly timeoutMs: number
    readonly signal: AbortSignal
  }): Promise<{ readonly status: number; readonly body: string; readonly ms: number }>
  tcp(request: {
    readonly address: UpstreamAddress
    readonly timeoutMs: number
    readonly signal: AbortSignal
  }): Promise<void>
}

/** Questions about this machine that no engine answers, and its files. */
export interface Machine {
  readonly files: LocalFiles
  /** Looks at a path: null where nothing is there, undefined where that cannot be told. */
  hostPath(path: string): Promise<HostPath | null | undefined>
  /** A static busybox to make sample images from, or null. */
  busybox(): Uint8Array | null
  /** The addresses that are found for a name. Rejects where there are none. */
  resolveName(hostname: string): Promise<readonly string[]>
  /** The bytes that are free on the disk that holds this path. */
  freeBytes(path: string): Promise<number>
}

/**
 * Everything a story may use. An endpoint has parts of its own: its engine, what is seen there, and the journal as far as
 * it is about its fleets; the rest is the same for all. What the outside world gives (time, ids, hashes) comes in here too.
 */
export interface Parts {
  /** Where all this is. */
  readonly endpoint: Name
  readonly engine: Engine
  readonly proxy: TrafficProxy
  readonly store: Store
  readonly probe: Probe
  readonly observed: Observed
  readonly hostPorts: HostPorts
  readonly operations: Operations
  readonly pointer: Pointer
  readonly live: LiveWork
  /**
   * Numbers of the journal at which something was left to be done: an end that a full disk did not take, or steps that the
   * engine or the proxy did not answer. A recovery does it once all of them answer.
   */
  readonly unfinished: Set<number>
  readonly stats: Stats
  readonly terminals: Terminals
  readonly questions: Questions
  /** The state of all endpoints, for names that must be unique everywhere. */
  everywhere(): State
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after so many milliseconds, rejects `cancelled` when the signal fires. */
  wait(ms: number, signal?: AbortSignal): Promise<void>
  /** A new random id: 12 hex digits. */
  newId(): string
  /** SHA-256 in hex. */
  hash(text: string): string
  readonly transfers: Transfers
  readonly machine: Machine
  /** `id` tells our containers from those of another home on the same engine. */
  readonly home: { readonly id: string; readonly path: string; readonly proxyPort: number; readonly version: string }
  /** Hears each change of `live`. */
  onLiveChange(listener: () => void): () => void
  readonly log: Log
}

/** Work in progress that is not recorded yet, for views and decisions. */
export interface LiveWork {
  readonly launching: Map<SetId, RecordedSet>
  readonly checking: Map<SetId, readonly CheckResult[]>
  /** Sets that are being stopped or removed: nothing may be pointed at them. */
  readonly leaving: Set<SetId>
  /** Containers, by id, that are started again and have not passed their checks yet: they get no traffic. */
  readonly starting: Set<string>
  /** Sets of which a container is being replaced. */
  readonly healing: Set<SetId>
  /** Names of data services' containers that a copy is just taking the place of: neither of the two is drift. */
  readonly replacing: Set<string>
  /** Operations that read images right now: containers that bear their labels are in use. */
  readonly reading: Set<string>
  /** Drift that was found last, by set. */
  readonly drift: Map<SetId, readonly Drift[]>
  /** Drift that was found last beside the sets of a fleet: in its data services and routes. */
  readonly fleetDrift: Map<FleetId, readonly Drift[]>
  /** The inodes of bind-mounted paths when a container was looked at first since its start, by its id. */
  readonly mounted: Map<string, { readonly startedAt: string; readonly inodes: Map<string, number> }>
  /** The manifests of this home that each endpoint's engine held when it was looked through last. */
  readonly manifests: Map<Engine, readonly Manifest[]>
  /** Call after any change to the maps. */
  changed(): void
}

/** The caller of an operation: its origin, its cancel signal, and where progress goes. */
export interface Caller {
  readonly by: string
  /** The entry that this takes back. */
  readonly undoes?: number
  readonly signal: AbortSignal
  progress(progress: { done: number; total: number; what: string }): void
}
