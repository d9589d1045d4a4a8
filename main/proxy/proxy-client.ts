import { setTimeout as sleep } from 'node:timers/promises'
import { fail } from '../../shared/failure.ts'
import { createListeners } from '../../shared/listeners.ts'
import type { ControlReply } from '../../shared/proxy-control.ts'
import type { RoutingTable, TableAck, TableRoute, Traffic } from '../../shared/table.ts'
import { type ControlLink, LinkLost } from './control-link.ts'
import { Heartbeat } from './heartbeat.ts'
import type { ProxyReport, Proxy as TrafficProxy } from './proxy.ts'

const REACH_MS = 20_000
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000
/** Time for requests in flight to end when the process is stopped. */
const PARTING_MS = 1_000
/** Extra time for a drain and the end of a process. */
const SLACK_MS = 5_000
/** Node fires a timer that is set for longer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Keeps a proxy process reachable: when its process dies it starts another and gives it the last table. */
export class ProxyClient implements TrafficProxy {
  private readonly reach: () => Promise<ControlLink>
  private readonly trafficListeners = createListeners<[traffic: Traffic]>()
  private readonly reachableListeners = createListeners<[reachable: boolean]>()
  private readonly arrivals = new Set<() => void>()
  private link: ControlLink | undefined
  private table: RoutingTable | undefined
  private heartbeat: Heartbeat | undefined
  /** The longest that anything may go on to an upstream which left one of the tables so far. */
  private drainMs = 0
  found: readonly TableRoute[] = []
  private latest: Traffic | undefined
  private isClosed = false
  /** While the process is gone: resolves with the next one, or with nothing where we were closed before. */
  private reaching: Promise<ControlLink | undefined> | undefined

  constructor(reach: () => Promise<ControlLink>) {
    this.reach = reach
  }

  get pid(): number | null {
    return this.link?.pid ?? null
  }

  /** Adopts or starts the process. Fails `unreachable`. */
  async open(): Promise<void> {
    const link = await this.reach()
    this.found = link.found
    this.allowDrain(link.found)
    this.use(link)
  }

  async apply(table: RoutingTable): Promise<TableAck> {
    this.table = table
    this.allowDrain(table.routes)
    const reply = await this.ask(link => link.ask({ op: 'apply', table }))
    return reply.op === 'ack' ? reply.ack : unexpected(reply)
  }

  async drained(upstreamIds: readonly string[], signal?: AbortSignal): Promise<{ cut: number }> {
    const deadlineMs = Math.min(this.drainMs + SLACK_MS, LONGEST_TIMER_MS)
    const question = { op: 'drained' as const, upstreamIds: [...upstreamIds] }
    const reply = await this.ask(link => link.ask(question, { signal, deadlineMs }))
    return reply.op === 'drained' ? { cut: reply.cut } : unexpected(reply)
  }

  async check(deadlineMs: number): Promise<ProxyReport> {
    const link = this.link ?? fail('unreachable', 'The proxy process is not answering')
    const reply = await link.ask({ op: 'hello' }, { deadlineMs })
    if (reply.op !== 'hello') return unexpected(reply)
    const { number, routes, closed } = reply
    return { number, routes, closed: closed ?? null }
  }

  onTraffic(listener: (traffic: Traffic) => void): () => void {
    const stop = this.trafficListeners.add(listener)
    if (this.latest !== undefined) listener(this.latest)
    return stop
  }

  onReachable(listener: (reachable: boolean) => void): () => void {
    const stop = this.reachableListeners.add(listener)
    listener(this.link !== undefined && this.heartbeat?.isHeard !== false)
    return stop
  }

  close(): void {
    this.isClosed = true
    this.heartbeat?.stop()
    this.link?.close()
    // A process that is just being started is left to the next app.
    void this.reaching?.then(link => link?.close())
    for (const arrive of [...this.arrivals]) arrive()
  }

  async stop(): Promise<void> {
    this.isClosed = true
    const link = this.link ?? (await this.reaching)
    if (link === undefined) return
    const gone = new Promise<void>(resolve => {
      link.onClose = resolve
    })
    const asked = await link.ask({ op: 'retire', ms: PARTING_MS }).catch(() => undefined)
    if (asked !== undefined) await Promise.race([gone, sleep(PARTING_MS + SLACK_MS, undefined, { ref: false })])
    this.close()
  }

  private use(link: ControlLink): void {
    this.link = link
    link.onClose = () => this.onLost()
    this.heartbeat = new Heartbeat(isHeard => this.tellReachable(isHeard))
    const { heartbeat } = this
    link.onTraffic = ({ traffic }) => {
      heartbeat.beat()
      this.latest = traffic
      this.trafficListeners.tell(traffic)
    }
    link.ask({ op: 'follow' }).catch(() => undefined)
    this.tellReachable(true)
    for (const arrive of [...this.arrivals]) arrive()
  }

  private onLost(): void {
    if (this.link === undefined) return
    this.link = undefined
    this.heartbeat?.stop()
    if (this.isClosed) return
    this.tellReachable(false)
    this.reaching = this.reachAgain()
  }

  private tellReachable(reachable: boolean): void {
    this.reachableListeners.tell(reachable)
  }

  private allowDrain(routes: readonly TableRoute[]): void {
    this.drainMs = Math.max(this.drainMs, ...routes.map(longestDrainMs))
  }

  private async reachAgain(): Promise<ControlLink | undefined> {
    for (let pause = FIRST_PAUSE_MS; !this.isClosed; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const link = await this.reach().catch(() => undefined)
      if (link !== undefined && this.isClosed) return link
      if (link !== undefined && (await this.restore(link))) {
        this.use(link)
        return link
      }
      await sleep(pause)
    }
    return undefined
  }

  /** The last table goes to the new process before anyone else asks it something. */
  private async restore(link: ControlLink): Promise<boolean> {
    if (this.table === undefined) return true
    const reply = await link.ask({ op: 'apply', table: this.table }).catch(() => undefined)
    if (reply?.op === 'ack') return true
    link.close()
    return false
  }

  /** Asks the process that is there, and its successor if it dies over the question: every question may be repeated. */
  private async ask(question: (link: ControlLink) => Promise<ControlReply>): Promise<ControlReply> {
    while (!this.isClosed) {
      const link = this.link ?? (await this.arrival(Date.now() + REACH_MS))
      if (link === undefined) break
      try {
        return await question(link)
      } catch (error) {
        if (!(error instanceof LinkLost)) throw error
        if (this.link === link) this.onLost()
      }
    }
    return fail('unreachable', 'The proxy process does not answer')
  }

  private arrival(deadline: number): Promise<ControlLink | undefined> {
    return new Promise(resolve => {
      const arrive = () => {
        clearTimeout(timer)
        this.arrivals.delete(arrive)
        resolve(this.link)
      }
      const timer = setTimeout(arrive, Math.max(0, deadline - Date.now()))
      this.arrivals.add(arrive)
    })
  }
}

/** How long requests and upgraded connections to upstreams that left a route may go on. */
function longestDrainMs({ drainMs, upgrade }: TableRoute): number {
  return upgrade.kind === 'close' ? Math.max(drainMs, upgrade.afterMs + upgrade.spreadMs) : drainMs
}

function unexpected(reply: ControlReply): never {
  return fail('internal', `The proxy process answered ${reply.op}`)
}
