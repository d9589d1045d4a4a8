import type { Log } from '../../shared/log.ts'
import type { Name } from '../../shared/model/ids.ts'
import type { State } from '../../shared/rules/fold.ts'
import type { Engine } from '../engine/engine.ts'
import type { Proxy as TrafficProxy } from '../proxy/proxy.ts'
import type { Store } from '../store/store.ts'
import type { Observed } from './endpoints/observed.ts'
import type { Transfers } from './images/transfers.ts'
import type { LiveWork } from './live-work.ts'
import type { Machine, Probe } from './machine.ts'
import type { Operations } from './operations.ts'
import type { Questions } from './questions.ts'
import type { Pointer } from './routes/pointer.ts'
import type { HostPorts } from './sets/host-ports.ts'
import type { Stats } from './stats/stats-store.ts'
import type { Terminals } from './terminals/open-terminals.ts'

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
