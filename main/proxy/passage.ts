import type { ClientConnection } from './client-connection.ts'
import type { Exchange } from './exchange.ts'
import { canReplay, type Outgoing } from './outgoing.ts'
import type { Plane } from './plane.ts'
import type { Upstream } from './upstream.ts'
import { UpstreamConnection } from './upstream-connection.ts'
import type { Waiting } from './waiting-line.ts'
import { writeOctets, writeText } from './writes.ts'

/** The way of a request to an upstream: to which, by which of its connections, and once more where that may be. */
export class Passage implements Waiting {
  connection: UpstreamConnection | undefined
  upstream: Upstream | undefined
  /** For a connection, in the line of its upstream. */
  isWaiting = false
  private readonly exchange: Exchange
  private readonly client: ClientConnection
  private readonly plane: Plane
  private tried: Set<Upstream> | undefined
  private isRetried = false

  constructor(exchange: Exchange, client: ClientConnection, plane: Plane) {
    this.exchange = exchange
    this.client = client
    this.plane = plane
  }

  begin(outgoing: Outgoing): void {
    this.tried = undefined
    this.isRetried = false
    this.dispatch(outgoing, outgoing.target.choose(this.plane.now))
  }

  /** The request's turn: on a connection that came free. */
  serveBy(connection: UpstreamConnection): void {
    this.isWaiting = false
    this.connection = connection
    connection.begin(this.exchange)
    this.send()
  }

  /** The request's turn: on a connection of its own. */
  open(): void {
    if (this.upstream === undefined) return
    this.isWaiting = false
    this.connection = new UpstreamConnection(this.upstream)
    this.connection.begin(this.exchange)
  }

  cut(): void {
    this.exchange.cut()
  }

  get canTakeBody(): boolean {
    return this.connection?.isConnected === true
  }

  /** Passes on octets of the request's body. False while the upstream has not taken them all. */
  sendBody(octets: Buffer, start: number, end: number): boolean {
    const socket = this.connection?.socket
    if (socket === undefined || !socket.writable) return true
    writeOctets(socket, octets, start, end)
    return socket.writableLength === 0
  }

  send() {
    const { connection } = this
    const { outgoing } = this.exchange
    if (connection === undefined || outgoing === undefined) return
    const { socket } = connection
    // With more in flight there is always something to do.
    if (this.plane.inFlight === 1) this.upstream?.answers.expect()
    if (outgoing.body === undefined) {
      writeText(socket, outgoing.text)
      return this.client.awaitAnswer()
    }
    socket.cork()
    socket.write(outgoing.text, 'latin1')
    socket.write(outgoing.body)
    socket.uncork()
    this.client.awaitAnswer()
  }

  /** Nothing was sent yet, so any request may be tried on another replica. False when none is left. */
  tryOther(): boolean {
    const { upstream } = this
    const { outgoing } = this.exchange
    if (upstream === undefined || outgoing === undefined) return false
    this.leave()
    upstream.eject(this.plane.now)
    this.tried ??= new Set()
    this.tried.add(upstream)
    const next = outgoing.target.choose(this.plane.now, this.tried)
    if (next === undefined) return false
    outgoing.target.counters.retries++
    this.dispatch(outgoing, next)
    return true
  }

  /** After a lost connection: sends the request once more on a fresh one, where that is safe. */
  tryAgain(): boolean {
    const { connection } = this
    const { outgoing } = this.exchange
    const mayTry = connection?.isReused === true && !this.isRetried
    this.leave()
    if (outgoing === undefined || !mayTry || !canReplay(outgoing)) return false
    this.isRetried = true
    outgoing.target.counters.retries++
    this.dispatch(outgoing, outgoing.target.choose(this.plane.now), true)
    return true
  }

  /** Closes a connection whose answer nobody waits for. */
  drop(): void {
    const { connection } = this
    if (connection === undefined) return
    connection.exchange = undefined
    connection.destroy()
  }

  leave(): void {
    const { upstream } = this
    this.connection = undefined
    this.upstream = undefined
    if (this.isWaiting) upstream?.stopWaiting(this)
    this.isWaiting = false
    upstream?.ended()
  }

  private dispatch(outgoing: Outgoing, upstream: Upstream | undefined, isFresh = false) {
    if (upstream === undefined) return
    const { plane } = this
    this.upstream = upstream
    upstream.inFlight++
    const since = canReplay(outgoing) ? 0 : plane.now - plane.limits.upstreamFreshMs
    const idle = isFresh ? undefined : upstream.takeIdle(since)
    if (idle !== undefined) return this.serveBy(idle)
    this.client.awaitConnection()
    if (isFresh || upstream.canOpen) return this.open()
    this.isWaiting = true
    return upstream.wait(this)
  }
}
