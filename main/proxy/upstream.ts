import type { UpstreamAddress } from '../../shared/table.ts'
import { Alertness } from './alertness.ts'
import type { Limits } from './limits.ts'
import { Roster } from './roster.ts'
import type { Tunnel } from './tunnel.ts'
import type { UpstreamConnection } from './upstream-connection.ts'
import { type Waiting, WaitingLine } from './waiting-line.ts'

const FIRST_EJECTION_MS = 1_000
const LONGEST_EJECTION_MS = 15_000

/** One replica: its pool of connections and what is in flight to it. Lives as long as a table or a request needs it. */
export class Upstream {
  readonly id: string
  readonly address: UpstreamAddress
  readonly connections = new Roster<UpstreamConnection>()
  readonly tunnels = new Set<Tunnel>()
  readonly answers = new Alertness()
  inFlight = 0
  /** Requests that were cut at the drain deadline since it last left the table. */
  cut = 0
  ejectedUntil = 0
  isLeaving = false
  /** Called when it is leaving and nothing is in flight any more. */
  onSettled: (() => void) | undefined
  readonly limits: Limits
  private readonly idle: UpstreamConnection[] = []
  private opening = 0
  private readonly waiting = new WaitingLine()
  private refusals = 0
  private deadline: NodeJS.Timeout | undefined

  constructor(id: string, address: UpstreamAddress, limits: Limits) {
    this.limits = limits
    this.id = id
    this.address = address
  }

  /** An open connection that nobody uses, and which was last used after `since`; the latest used first. */
  takeIdle(since: number): UpstreamConnection | undefined {
    const connection = this.idle[this.idle.length - 1]
    if (connection === undefined || connection.idleSince < since) return undefined
    this.idle.pop()
    return connection
  }

  get canOpen(): boolean {
    return this.opening < this.limits.openings
  }

  wait(request: Waiting): void {
    this.waiting.add(request)
  }

  stopWaiting(request: Waiting): void {
    this.waiting.leave(request)
  }

  /** A connection is being made. */
  opens(connection: UpstreamConnection): void {
    this.connections.add(connection)
    connection.isOpening = true
    this.opening++
  }

  release(connection: UpstreamConnection, now: number) {
    if (connection.socket.destroyed) return connection.destroy()
    const request = this.waiting.next()
    if (request !== undefined) return request.serveBy(connection)
    if (this.isLeaving) return connection.destroy()
    connection.idleSince = now
    this.idle.push(connection)
  }

  /** Forgets a connection that is closed. */
  forget(connection: UpstreamConnection): void {
    this.connections.delete(connection)
    this.opened(connection)
    const at = this.idle.indexOf(connection)
    if (at !== -1) this.idle.splice(at, 1)
  }

  /** Closes the connections that were unused for too long: the oldest stand first. */
  closeIdle(now: number): void {
    const { upstreamIdleMs } = this.limits
    for (const connection of [...this.idle]) {
      if (now - connection.idleSince > Math.min(upstreamIdleMs, connection.keepAliveMs)) connection.destroy()
    }
  }

  ended(): void {
    this.inFlight--
    if (this.isLeaving && this.inFlight === 0) this.onSettled?.()
  }

  /** Whether something is in flight: requests, and upgraded connections that their route's policy closes. */
  get isBusy(): boolean {
    if (this.inFlight > 0) return true
    for (const tunnel of this.tunnels) if (tunnel.isClosing) return true
    return false
  }

  tunnelEnded(): void {
    if (this.isLeaving) this.onSettled?.()
  }

  /** After a refusal: sends nothing to it for a while, longer each time. */
  eject(now: number): void {
    // Requests that fail together are one refusal.
    if (this.ejectedUntil > now) return
    const ms = Math.min(FIRST_EJECTION_MS * 2 ** this.refusals, LONGEST_EJECTION_MS)
    this.refusals = Math.min(this.refusals + 1, 10)
    this.ejectedUntil = now + ms
  }

  accepted(connection: UpstreamConnection): void {
    this.refusals = 0
    this.ejectedUntil = 0
    this.opened(connection)
  }

  /** Called when it left the table. Unused connections close now, used ones when they are done or at the deadline. */
  leave(drainMs: number): void {
    if (this.isLeaving) return
    this.isLeaving = true
    this.cut = 0
    for (const connection of [...this.idle]) connection.destroy()
    this.deadline = setTimeout(() => {
      for (const request of this.waiting.all()) request.cut()
      for (const connection of this.connections) connection.cut()
    }, drainMs)
    this.deadline.unref()
    if (this.inFlight === 0) this.onSettled?.()
  }

  /** Called when it is in the table again. */
  stay(): void {
    clearTimeout(this.deadline)
    this.isLeaving = false
  }

  close(): void {
    clearTimeout(this.deadline)
    for (const connection of this.connections) connection.destroy()
    for (const tunnel of [...this.tunnels]) tunnel.destroy()
  }

  /** Called when a connection is made or has failed: the next request in line may make one. */
  private opened(connection: UpstreamConnection): void {
    if (!connection.isOpening) return
    connection.isOpening = false
    this.opening--
    while (this.canOpen) {
      const request = this.waiting.next()
      if (request === undefined) return
      request.open()
    }
  }
}

export function addressKey(address: UpstreamAddress): string {
  return 'path' in address ? address.path : `${address.host}:${address.port}`
}
