import type { Socket } from 'node:net'
import type { UpstreamAddress } from '../../shared/table.ts'
import { HEADROOM } from './answer-head.ts'
import { BodyFraming, MALFORMED } from './body-framing.ts'
import type { Exchange } from './exchange.ts'
import { INCOMPLETE, REFUSED } from './head-parser.ts'
import { readingSocket } from './reading-socket.ts'
import { ResponseHead } from './response-head.ts'
import type { Tunnel } from './tunnel.ts'
import type { Upstream } from './upstream.ts'

const INTERIM_ANSWERS = 16
const READ_BYTES = 512 * 1024

/** A read buffer for all upstream connections: each read is written on, or copied, before the next one. */
const shared = Buffer.allocUnsafeSlow(HEADROOM + READ_BYTES)
/** After some room, so that a head can grow to the left. */
const room = shared.subarray(HEADROOM)

/**
 * One connection to an upstream. Whoever is handed octets that it read has written or copied them before it returns, and
 * pauses this connection while whoever gets them has not taken them all.
 */
export class UpstreamConnection {
  readonly upstream: Upstream
  readonly socket: Socket
  /** Whose answer is read. None while it is in the pool. */
  exchange: Exchange | undefined
  tunnel: Tunnel | undefined
  /** When it came into the pool, by the plane's clock. */
  idleSince = 0
  /** How long the upstream keeps it when unused, by its own words, with a margin. */
  keepAliveMs = Number.POSITIVE_INFINITY
  isReused = false
  isConnected = false
  /** Whether it is still connecting; the number of those is limited. */
  isOpening = false
  place = -1
  readonly body = new BodyFraming()
  readonly head: ResponseHead
  private partial: Buffer | undefined
  private isInBody = false
  private interims = 0

  constructor(upstream: Upstream) {
    this.upstream = upstream
    this.head = new ResponseHead(upstream.limits)
    this.socket = this.open(upstream.address)
    this.listen(this.socket)
    upstream.opens(this)
  }

  begin(exchange: Exchange): void {
    this.exchange = exchange
    this.head.reset()
    this.isInBody = false
    this.interims = 0
  }

  /** Lets go of the exchange; `canServe` says whether the connection is fit for another. */
  end(): void {
    this.exchange = undefined
    this.isReused = true
    if (this.head.keepAliveMs !== undefined) this.keepAliveMs = Math.max(0, this.head.keepAliveMs - 1_000)
  }

  destroy(): void {
    this.upstream.forget(this)
    this.socket.destroy()
  }

  /** The drain deadline: what is in flight ends now. */
  cut(): void {
    if (this.tunnel !== undefined) return
    if (this.exchange !== undefined) this.exchange.cut()
    else this.destroy()
  }

  private open(address: UpstreamAddress): Socket {
    const take = (count: number) => this.take(shared, HEADROOM, HEADROOM + count)
    return readingSocket({}, { room, take }).connect(address)
  }

  private listen(socket: Socket): void {
    socket.on('connect', () => {
      this.isConnected = true
      this.upstream.accepted(this)
      this.exchange?.onConnected()
    })
    socket.on('end', () => this.onEnd())
    socket.on('drain', () => {
      if (this.tunnel !== undefined) this.tunnel.onUpstreamDrain()
      else this.exchange?.onUpstreamDrain()
    })
    socket.on('error', () => this.onLost())
    socket.on('close', () => this.onLost())
  }

  /** `octets` may be the read buffer: nobody keeps them. */
  private take(octets: Buffer, start: number, end: number) {
    if (this.tunnel !== undefined) return this.tunnel.fromUpstream(octets, start, end)
    // An upstream that talks without being asked would poison the next answer.
    if (this.exchange === undefined) return this.destroy()
    this.exchange.isAnswering = true
    if (this.isInBody) return this.takeBody(this.exchange, octets, start, end)
    if (this.partial === undefined) return this.takeHead(octets, start, end)
    const room = Buffer.allocUnsafe(this.partial.length + end - start)
    this.partial.copy(room)
    octets.copy(room, this.partial.length, start, end)
    this.takeHead(room, HEADROOM, room.length)
  }

  private takeHead(octets: Buffer, start: number, end: number) {
    this.partial = undefined
    let at = start
    while (this.exchange !== undefined) {
      const length = this.head.read(octets, at, end)
      if (length === REFUSED) return this.exchange.onBroken()
      if (length === INCOMPLETE) {
        this.partial = Buffer.concat([Buffer.alloc(HEADROOM), octets.subarray(at, end)])
        return
      }
      if (this.head.status >= 200 || this.head.status === 101)
        return this.takeFinal(this.exchange, octets, at, length, end)
      if (++this.interims > INTERIM_ANSWERS) return this.exchange.onBroken()
      this.exchange.onInterim(octets.toString('latin1', at, at + length), this.head)
      this.head.reset()
      at += length
      if (at === end) return
    }
  }

  private takeFinal(exchange: Exchange, octets: Buffer, start: number, length: number, end: number) {
    const { head, body } = this
    if (head.status === 101) return exchange.onUpgraded(octets, start, length, end)
    body.beginAnswer(head, exchange.isHead)
    this.isInBody = true
    const bodyStart = start + length
    if (exchange.needsPlainBody) {
      exchange.onPlainHead(octets.toString('latin1', start, bodyStart))
      return this.takeBody(exchange, octets, bodyStart, end)
    }
    const count = body.isDone ? 0 : body.follow(octets, bodyStart, end)
    if (count === MALFORMED) return exchange.onBroken()
    const isClean = bodyStart + count === end
    exchange.onAnswer(octets, start, length, bodyStart + count, isClean)
  }

  private takeBody(exchange: Exchange, octets: Buffer, start: number, end: number) {
    if (exchange.needsPlainBody) this.body.runs = []
    const count = this.body.follow(octets, start, end)
    if (count === MALFORMED) return exchange.onBroken()
    if (this.body.runs === undefined) return exchange.onBody(octets, start, start + count, start + count === end)
    const runs = this.body.runs
    const plain: Buffer[] = []
    for (let run = 0; run < runs.length; run += 2) plain.push(octets.subarray(runs[run], runs[run + 1]))
    const joined = Buffer.concat(plain)
    exchange.onBody(joined, 0, joined.length, start + count === end)
  }

  private onEnd() {
    if (this.tunnel !== undefined) return this.tunnel.onUpstreamEnd()
    if (this.exchange !== undefined && this.isInBody && this.body.framing === 'until-close')
      return this.exchange.onUntilClose()
    this.onLost()
    this.socket.destroy()
  }

  /** Heard once or twice: an error comes before the close that it causes. */
  private onLost() {
    this.upstream.forget(this)
    if (this.tunnel !== undefined) return this.tunnel.destroy()
    const { exchange } = this
    if (exchange === undefined) return
    this.exchange = undefined
    if (this.isConnected) exchange.onLost()
    else exchange.onConnectFailed('refused')
  }
}
