import { randomBytes } from 'node:crypto'
import type { RoutingTable, TableAck, TableRoute, Traffic } from '../../shared/table.ts'
import { Alertness } from './alertness.ts'
import { ClientConnection } from './client-connection.ts'
import { Doors } from './doors.ts'
import { defaultLimits, type Limits } from './limits.ts'
import type { Plane } from './plane.ts'
import { Roster } from './roster.ts'
import { Routes, Target } from './routes.ts'
import { VersionCounters } from './traffic.ts'
import type { Tunnel } from './tunnel.ts'
import { addressKey, Upstream } from './upstream.ts'

const KNOCK_MS = 2_000
/** A crowded proxy closes one in so many of its connections at once. */
const ROOM_PARTS = 64
const EMPTY: RoutingTable = { number: 0, listenAddress: '127.0.0.1', routes: [] }

/** Carries the traffic: listens on the ports of its table and answers by it. */
export class DataPlane implements Plane {
  readonly limits: Limits
  readonly pseudonym = `flotilla-${randomBytes(6).toString('hex')}`
  readonly clients = new Roster<ClientConnection>()
  routes = new Routes(EMPTY, [])
  now = performance.now()
  refused = 0
  inFlight = 0
  readonly requests = new Alertness()
  private nextKnockAt = 0
  private readonly doors: Doors
  private readonly upstreams = new Map<string, Upstream>()
  /** Out of the table, and not yet without requests and upgraded connections. */
  private readonly leaving = new Set<Upstream>()
  /** How many requests were cut of upstreams that are gone, by id: somebody may ask only now. */
  private readonly cuts = new Map<string, number>()
  private readonly counters = new Map<string, Map<string, VersionCounters>>()
  private readonly waiting = new Set<() => void>()
  private readonly sweeper: NodeJS.Timeout
  private queue: Promise<unknown> = Promise.resolve()

  constructor(limits: Partial<Limits> = {}) {
    this.limits = { ...defaultLimits, ...limits }
    this.doors = new Doors((open, door) => {
      if (this.clients.size >= this.limits.connections && !this.makeRoom())
        return open(() => undefined).resetAndDestroy()
      return new ClientConnection(open, door, this)
    })
    this.sweeper = setInterval(() => this.sweep(), this.limits.sweepMs)
  }

  /** Puts a table in force. The requests of open ports follow it at once; resolves when its new ports are open too. */
  apply(table: RoutingTable): Promise<TableAck> {
    const startedAt = performance.now()
    this.switchTo(table)
    const opened = this.queue.then(async () => {
      const closed = await this.doors.open(this.routes.ports, table.listenAddress)
      for (const client of this.clients) client.closeIfDoorClosed()
      const ack = { number: table.number, ms: performance.now() - startedAt, closed }
      const { listenAddress } = table
      if (isLoopback(listenAddress)) return ack
      return { ...ack, warning: `Every route can be reached from other machines, by ${listenAddress}` }
    })
    this.queue = opened
    return opened
  }

  /** The ports of the table that could not be opened so far, and why. */
  get closed(): TableAck['closed'] {
    return this.doors.closed
  }

  traffic(): Traffic {
    const routes = [...this.counters].map(([id, versions]) => ({
      id,
      versions: [...versions.values()].map(version => version.read()),
    }))
    const { number } = this.routes.table
    const closed = this.closed.map(({ port }) => port)
    return { at: Date.now(), number, connections: this.clients.size, refused: this.refused, closed, routes }
  }

  /** See Proxy.drained. Unknown upstreams have nothing in flight. */
  drained(ids: readonly string[], signal?: AbortSignal): Promise<{ cut: number }> {
    const upstreams = [...this.upstreams.values(), ...this.leaving].filter(upstream => ids.includes(upstream.id))
    const before = ids.reduce((sum, id) => sum + (this.cuts.get(id) ?? 0), 0)
    return new Promise(resolve => {
      const check = () => {
        if (signal?.aborted !== true && upstreams.some(upstream => upstream.isBusy)) return
        this.waiting.delete(check)
        resolve({ cut: upstreams.reduce((sum, upstream) => sum + upstream.cut, before) })
      }
      this.waiting.add(check)
      signal?.addEventListener('abort', check, { once: true })
      check()
    })
  }

  /** Takes no new connections and lets the requests at hand end, for up to `ms`. Then everything is closed. */
  async retire(ms: number): Promise<void> {
    this.doors.close()
    for (const client of this.clients) client.closeIfDoorClosed()
    const deadline = performance.now() + ms
    while (this.clients.size > 0 && performance.now() < deadline) await new Promise(resolve => setTimeout(resolve, 20))
    this.close()
  }

  close(): void {
    clearInterval(this.sweeper)
    this.doors.close()
    for (const client of this.clients) client.destroy()
    for (const upstream of [...this.upstreams.values(), ...this.leaving]) upstream.close()
    for (const check of [...this.waiting]) check()
  }

  private switchTo(table: RoutingTable): void {
    const before = this.routes
    const targets = table.routes.map(route => this.target(route))
    this.routes = new Routes(table, targets)
    this.settleUpstreams(before)
    this.settleTunnels(before)
    this.forgetQuietVersions()
  }

  private target(route: TableRoute): Target {
    const upstreams = route.version === null ? [] : route.upstreams.map(({ id, address }) => this.upstream(id, address))
    return new Target(route, this.countersOf(route.id, route.version ?? '-'), upstreams)
  }

  private upstream(id: string, address: Upstream['address']): Upstream {
    const key = `${id} ${addressKey(address)}`
    for (const leaving of this.leaving) {
      if (leaving.id !== id || addressKey(leaving.address) !== addressKey(address)) continue
      this.leaving.delete(leaving)
      leaving.stay()
      this.upstreams.set(key, leaving)
    }
    this.cuts.delete(id)
    const upstream = this.upstreams.get(key) ?? new Upstream(id, address, this.limits)
    upstream.onSettled = () => this.onSettled(upstream)
    this.upstreams.set(key, upstream)
    return upstream
  }

  private countersOf(routeId: string, version: string): VersionCounters {
    const versions = this.counters.get(routeId) ?? new Map<string, VersionCounters>()
    this.counters.set(routeId, versions)
    const counters = versions.get(version) ?? new VersionCounters(version)
    versions.set(version, counters)
    return counters
  }

  private settleUpstreams(before: Routes): void {
    const kept = new Set(this.routes.targets.flatMap(target => target.upstreams))
    const drainMs = new Map<Upstream, number>()
    for (const { route, upstreams } of before.targets) {
      for (const upstream of upstreams) drainMs.set(upstream, Math.max(route.drainMs, drainMs.get(upstream) ?? 0))
    }
    for (const [key, upstream] of this.upstreams) {
      if (kept.has(upstream)) continue
      this.upstreams.delete(key)
      this.leaving.add(upstream)
      upstream.leave(drainMs.get(upstream) ?? 0)
    }
  }

  /** `last` is the route as the table before this one had it. */
  settleTunnel(tunnel: Tunnel, last = tunnel.target) {
    const { route } = tunnel.target
    const current = this.routes.targets.find(target => target.route.id === route.id)
    if (current?.route.version === route.version) return tunnel.keep()
    const { upgrade } = (current ?? last).route
    if (upgrade.kind === 'close') tunnel.closeIn(upgrade.afterMs + Math.random() * upgrade.spreadMs)
  }

  private settleTunnels(before: Routes): void {
    for (const upstream of [...this.upstreams.values(), ...this.leaving]) {
      for (const tunnel of upstream.tunnels) {
        this.settleTunnel(
          tunnel,
          before.targets.find(target => target.route.id === tunnel.target.route.id),
        )
      }
    }
    for (const check of [...this.waiting]) check()
  }

  /** Counters of a version that is neither shown nor draining would only grow in number. */
  private forgetQuietVersions(): void {
    const shown = new Set(this.routes.targets.map(target => target.counters))
    for (const [id, versions] of this.counters) {
      for (const [name, counters] of versions) if (counters.isQuiet && !shown.has(counters)) versions.delete(name)
      if (versions.size === 0) this.counters.delete(id)
    }
  }

  private onSettled(upstream: Upstream): void {
    if (upstream.inFlight === 0 && upstream.tunnels.size === 0 && this.leaving.delete(upstream)) {
      if (upstream.cut > 0) this.cuts.set(upstream.id, upstream.cut)
    }
    for (const check of [...this.waiting]) check()
  }

  /**
   * At the limit, clients with no request under way make room, those first that have the least time left to ask: clients
   * that say nothing keep nobody out. Several leave at once, so that not each new connection costs a look at all.
   */
  private makeRoom(): boolean {
    const quiet = [...this.clients].filter(client => client.isQuiet).sort((a, b) => a.deadline - b.deadline)
    for (const client of quiet.slice(0, Math.ceil(this.limits.connections / ROOM_PARTS))) client.destroy()
    return quiet.length > 0
  }

  private sweep(): void {
    this.now = performance.now()
    const { now } = this
    for (const client of this.clients) client.onSweep(now)
    for (const upstream of this.upstreams.values()) upstream.closeIdle(now)
    for (const check of [...this.waiting]) check()
    if (this.doors.closed.length > 0 && now > this.nextKnockAt) this.knock(now)
  }

  /** Tries again to open the ports that another program held. */
  private knock(now: number): void {
    this.nextKnockAt = now + KNOCK_MS
    const { listenAddress } = this.routes.table
    this.queue = this.queue.then(() => this.doors.open(this.routes.ports, listenAddress))
  }
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || address.startsWith('127.')
}
