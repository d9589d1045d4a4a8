import type { RoutingTable, TableAck, TableRoute, Traffic } from '../../shared/table.ts'

/** The state of the process: the table in force, and its ports that are not open now. */
export interface ProxyReport {
  readonly number: number
  readonly routes: readonly TableRoute[]
  /** Null where the process is of an earlier version, which does not tell. */
  readonly closed: TableAck['closed'] | null
}

/** Our end of the proxy process. The process outlives it. */
export interface Proxy {
  /** The routes that the process had in force when it was found: an earlier app's, or none. */
  readonly found: readonly TableRoute[]
  /** The id of the process that is there; null while there is none. */
  readonly pid: number | null
  /** Replaces the whole routing table. Resolves when it is in force; the old upstreams then drain. Fails `unreachable`. */
  apply(table: RoutingTable): Promise<TableAck>
  /** Asks the process for what it does now. Fails `timeout` or `unreachable` when no answer comes in time. */
  check(deadlineMs: number): Promise<ProxyReport>
  /** The counters now and then once a second, until unsubscribed. */
  onTraffic(listener: (traffic: Traffic) => void): () => void
  /** True while the process is there and tells its counters. The listener hears each change. */
  onReachable(listener: (reachable: boolean) => void): () => void
  /**
   * Resolves when nothing is in flight to these upstreams any more (upgraded connections count only where the route's
   * policy closes them), with the number of requests that were cut at the drain deadline. Fails `timeout` when that
   * deadline is well over: a process that hangs is not waited for.
   */
  drained(upstreamIds: readonly string[], signal?: AbortSignal): Promise<{ cut: number }>
  /** Lets go of the process, which keeps carrying traffic. */
  close(): void
  /** Ends the process. */
  stop(): Promise<void>
}

export interface ProxyLaunch {
  /** Directory of the control socket and the process's log, mode 0700. */
  readonly home: string
  /** How this platform starts a proxy process: an executable and its first arguments. */
  readonly command: string
  readonly args: readonly string[]
}
