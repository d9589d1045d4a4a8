import type { Socket } from 'node:net'
import type { OpenSocket } from './accepted.ts'
import { BodyFraming, MALFORMED } from './body-framing.ts'
import { Exchange } from './exchange.ts'
import { ForwardedFields } from './forwarded.ts'
import { INCOMPLETE, REFUSED } from './head-parser.ts'
import { loopPage, malformedHostPage, nothingLivePage, refusedPage, slowPage, unknownHostPage } from './own-pages.ts'
import { type Page, renderPage } from './pages.ts'
import type { Door, Plane } from './plane.ts'
import { RequestHead } from './request-head.ts'
import type { Target } from './routes.ts'
import type { Tunnel } from './tunnel.ts'

/** A body of up to this many octets goes out in one write with its head. */
const INLINE_BYTES = 16 * 1024
const WATCH_SWEEPS = 20
const LINGER_BYTES = 4 * 1024 * 1024

/** One connection of a client: its requests, one at a time, in the order in which they came. */
export class ClientConnection {
  readonly socket: Socket
  tunnel: Tunnel | undefined
  place = -1
  /** When what is waited for must have come, by the plane's clock; 0 while it may take its time. */
  deadline: number
  private readonly plane: Plane
  private readonly door: Door
  private readonly head: RequestHead
  private readonly body = new BodyFraming()
  private readonly exchange: Exchange
  private readonly forwarded: ForwardedFields
  /** Octets that came and were not used yet: the start of a head, requests sent ahead, a body before its connection. */
  private pending: Buffer | undefined
  private isPumping = false
  private isLingering = false
  private hasEnded = false
  private lingered = 0
  /** For how many sweeps an answer has been open without a deadline. */
  private openSweeps = 0

  constructor(open: OpenSocket, door: Door, plane: Plane) {
    this.door = door
    this.plane = plane
    this.head = new RequestHead(plane.limits)
    this.exchange = new Exchange(this, plane)
    this.deadline = this.deadlineIn(plane.limits.headMs)
    plane.clients.add(this)
    const socket = open((octets, end) => this.take(octets, end))
    this.socket = socket
    this.forwarded = new ForwardedFields(socket, plane.pseudonym)
    socket.on('drain', () => this.onDrain())
    socket.on('end', () => this.onEnd())
    socket.on('error', () => this.onClose())
    socket.on('close', () => this.onClose())
  }

  get isRequestDone(): boolean {
    return this.body.isDone
  }

  /** The next answer is the last on this connection. */
  get mustClose(): boolean {
    const isLast = this.hasEnded && this.pending === undefined
    return !this.head.keepAlive || !this.body.isDone || this.door.isClosed || isLast
  }

  get isIdle(): boolean {
    return !this.exchange.isActive && this.tunnel === undefined && this.pending === undefined && !this.isLingering
  }

  /** No whole request has come since the last answer, which has left. */
  get isQuiet(): boolean {
    return !this.exchange.isActive && this.tunnel === undefined && !this.isFlushing
  }

  /** An answer is still on its way out: no other is begun. */
  private get isFlushing(): boolean {
    return this.socket.writableLength > 0
  }

  deadlineIn(ms: number): number {
    return this.plane.now + ms
  }

  /** A connection to the upstream is being made. */
  awaitConnection(): void {
    this.deadline = this.deadlineIn(this.plane.limits.connectMs)
    if (!this.body.isDone) this.socket.pause()
  }

  /** The request is on its way. */
  awaitAnswer(): void {
    const { limits } = this.plane
    const answerMs = this.hasEnded ? limits.halfOpenMs : limits.answerMs
    this.deadline = this.deadlineIn(this.body.isDone ? answerMs : limits.bodyMs)
  }

  /** More of the answer was passed on: an open-ended one may pause for as long as it likes, a reader may not. */
  awaitMore(isTaken: boolean): void {
    const { limits } = this.plane
    if (!isTaken) this.deadline = this.deadlineIn(limits.readMs)
    else this.deadline = this.hasEnded ? this.deadlineIn(limits.halfOpenMs) : 0
  }

  /** The upstream takes more. Also after the last octet of a body: the client is still heard, at least its going away. */
  resumeBody(): void {
    if (this.body.isDone && (this.pending !== undefined || !this.socket.isPaused())) return
    if (this.socket.isPaused()) this.socket.resume()
    this.pump()
  }

  /** The answer is with the client, or will be: on to the next request. */
  exchangeEnded(closes: boolean) {
    if (closes || this.mustClose) return this.linger()
    this.head.reset()
    this.openSweeps = 0
    this.deadline = this.deadlineIn(this.plane.limits.idleMs)
    if (this.socket.isPaused()) this.socket.resume()
    if (this.pending !== undefined) this.pump()
  }

  /** Answers by the proxy's own page. A request whose body is still to come is not read on. */
  answerPage(page: Page, how: { isHead: boolean; closes: boolean }): void {
    const closes = how.closes || this.mustClose
    this.socket.write(renderPage(page, { isHead: how.isHead, closes }))
    this.exchangeEnded(closes)
  }

  /** The answer cannot be completed: the client must not take what it has for the whole. */
  breakOff(isUntilClose: boolean): void {
    this.isLingering = true
    this.pending = undefined
    this.deadline = this.deadlineIn(this.plane.limits.readMs)
    // Without a length only a reset tells the client; elsewhere the missing rest does, and what it has arrives.
    if (isUntilClose) this.socket.resetAndDestroy()
    else this.socket.destroySoon()
  }

  startTunnel(): void {
    this.deadline = 0
    const { pending } = this
    this.pending = undefined
    if (pending !== undefined) this.tunnel?.fromClient(pending, 0, pending.length)
    this.socket.resume()
    if (this.hasEnded) this.tunnel?.onClientEnd()
  }

  /** Called by the plane now and then. */
  onSweep(now: number): void {
    if (this.deadline === 0) {
      if (++this.openSweeps === WATCH_SWEEPS) this.exchange.watch()
    } else if (this.deadline < now) {
      this.onDeadline()
    }
  }

  /** Called when the head, the body or the client was too slow. */
  private onDeadline() {
    const { exchange } = this
    if (this.isLingering || this.socket.writableLength > 0) return this.destroy()
    if (!exchange.isActive) {
      if (this.pending === undefined) return this.destroy()
      return this.answerPage(slowPage, { isHead: false, closes: true })
    }
    if (this.hasEnded && exchange.isAnswered) return this.destroy()
    if (this.body.isDone || !exchange.canTakeBody || this.socket.isPaused()) return exchange.onTimeout()
    this.refuse(slowPage)
  }

  /** When its port is closed, an idle connection ends now, and another with its next answer. */
  closeIfDoorClosed(): void {
    if (this.door.isClosed && this.isIdle) this.linger()
  }

  destroy(): void {
    this.socket.destroy()
    this.onClose()
  }

  /** The octets stand in a buffer that is read into again: what is not used at once is copied. */
  private take(octets: Buffer, end: number) {
    if (this.tunnel !== undefined) return this.tunnel.fromClient(octets, 0, end)
    if (this.isLingering) return this.discard(end)
    if (this.pending !== undefined) {
      this.pending = Buffer.concat([this.pending, octets.subarray(0, end)])
      if ((this.exchange.isActive || this.isFlushing) && this.pending.length > this.plane.limits.pipelineBytes)
        this.socket.pause()
      return this.pump()
    }
    const used = this.use(octets, 0, end)
    if (used < end) this.keep(octets, used, end)
  }

  private keep(octets: Buffer, start: number, end: number): void {
    if (this.isLingering || this.tunnel !== undefined || this.socket.destroyed) return
    this.pending = Buffer.from(octets.subarray(start, end))
    if (!this.exchange.isActive) this.pump()
  }

  /** Uses what is pending as far as it goes. Not by recursion: many small requests may have come at once. */
  private pump(): void {
    if (this.isPumping) return
    this.isPumping = true
    while (this.pending !== undefined && !this.isFlushing) {
      const { pending } = this
      const used = this.use(pending, 0, pending.length)
      if (this.pending !== pending) break
      this.pending = used === pending.length ? undefined : pending.subarray(used)
      if (used === 0) break
    }
    this.isPumping = false
    // The rest is not whole, and nothing more comes.
    if (this.hasEnded && !this.exchange.isActive && !this.isFlushing && this.tunnel === undefined) this.linger()
  }

  /** Uses octets for what comes next: the body of the request at hand, or the head of another. Returns how many. */
  private use(octets: Buffer, start: number, end: number): number {
    if (this.isLingering || this.tunnel !== undefined) return end - start
    if (!this.exchange.isActive && this.isFlushing) return 0
    if (!this.exchange.isActive) return this.readRequest(octets, start, end)
    if (this.body.isDone || !this.exchange.canTakeBody) return 0
    const count = this.body.follow(octets, start, end)
    if (count === MALFORMED) {
      this.refuse(refusedPage({ status: 400, reason: 'malformed body' }))
      return end - start
    }
    const isTaken = this.exchange.sendBody(octets, start, start + count)
    if (!isTaken) this.socket.pause()
    if (!this.exchange.isAnswered) this.awaitAnswer()
    return count
  }

  private readRequest(octets: Buffer, start: number, end: number): number {
    const { head } = this
    const length = head.read(octets, start, end)
    if (length === INCOMPLETE) {
      if (this.pending === undefined) this.deadline = this.deadlineIn(this.plane.limits.headMs)
      return 0
    }
    if (length === REFUSED) {
      const page = refusedPage(head.refusal)
      this.plane.refused++
      this.answerPage(page, { isHead: false, closes: true })
      return end - start
    }
    const bodyStart = start + length
    this.body.beginRequest(head)
    const count = this.body.isDone ? 0 : this.body.follow(octets, bodyStart, end)
    if (count === MALFORMED) {
      this.plane.refused++
      this.answerPage(refusedPage({ status: 400, reason: 'malformed body' }), { isHead: false, closes: true })
      return end - start
    }
    this.ask(octets, bodyStart, bodyStart + count)
    return length + count
  }

  private ask(octets: Buffer, bodyStart: number, bodyEnd: number) {
    const { head, plane } = this
    const target = plane.routes.find(this.door.port, head.authority, head.target)
    const page = this.ownPage(target)
    if (page !== undefined || typeof target === 'string') {
      if (typeof target === 'string') plane.refused++
      const isHead = head.method === 'HEAD'
      return this.answerPage(page ?? unknownHostPage(head.authority), { isHead, closes: page?.status === 400 })
    }
    const isInline = bodyEnd - bodyStart <= INLINE_BYTES
    let text = head.passedOn() + this.forwarded.of(head)
    if (isInline && bodyEnd > bodyStart) text += octets.toString('latin1', bodyStart, bodyEnd)
    const body = isInline ? undefined : Buffer.from(octets.subarray(bodyStart, bodyEnd))
    const { method, upgrade, minor } = head
    this.exchange.begin({ target, method, text, body, isWhole: this.body.isDone, upgrade, minor })
  }

  private ownPage(target: Target | 'malformed' | 'unknown'): Page | undefined {
    if (target === 'malformed') return malformedHostPage
    if (this.head.via !== '' && this.head.via.includes(this.plane.pseudonym)) return loopPage
    if (target === 'unknown') return unknownHostPage(this.head.authority)
    if (target.route.version === null || target.upstreams.length === 0) return nothingLivePage(target.route)
    return undefined
  }

  /** The request at hand breaks a rule, or does not go on. */
  private refuse(page: Page): void {
    this.plane.refused++
    const { isAnswered, closes, isHead } = this.exchange
    this.exchange.abort()
    if (isAnswered) this.breakOff(closes)
    else this.answerPage(page, { isHead, closes: true })
  }

  /** The client said that it sends nothing more, and sent nothing that is unread: no reset can overtake its answer. */
  private get hasSaidAll(): boolean {
    const { keepAlive, chunked, contentLength, refusal } = this.head
    const isBare = refusal === undefined && !chunked && contentLength <= 0
    return !keepAlive && isBare && this.pending === undefined
  }

  /** No more requests: the answer is flushed, and what still comes is read for a while so that no reset overtakes it. */
  private linger() {
    if (this.isLingering) return
    if (this.hasSaidAll && this.socket.writableLength === 0) return this.destroy()
    this.isLingering = true
    this.pending = undefined
    this.socket.end()
    this.deadline = this.deadlineIn(
      this.socket.writableLength > 0 ? this.plane.limits.readMs : this.plane.limits.lingerMs,
    )
    this.socket.resume()
  }

  private discard(count: number): void {
    this.lingered += count
    if (this.lingered > LINGER_BYTES) this.destroy()
  }

  private onDrain() {
    if (this.tunnel !== undefined) return this.tunnel.onClientDrain()
    if (this.isLingering) {
      this.deadline = this.deadlineIn(this.plane.limits.lingerMs)
      return
    }
    if (this.exchange.isActive) return this.exchange.onClientDrain()
    if (this.pending === undefined && !this.hasEnded && !this.socket.isPaused()) return
    if (this.socket.isPaused()) this.socket.resume()
    this.pump()
  }

  private onEnd() {
    this.hasEnded = true
    if (this.tunnel !== undefined) return this.tunnel.onClientEnd()
    if (this.isLingering) return
    if (!this.exchange.isActive) return this.pump()
    // A request that ends in the middle will never be whole; a whole one is answered, if the answer comes soon.
    if (!this.body.isDone) return this.destroy()
    if (this.socket.writableLength === 0) this.deadline = this.deadlineIn(this.plane.limits.halfOpenMs)
  }

  /** Heard more than once. */
  private onClose(): void {
    if (!this.plane.clients.delete(this)) return
    this.exchange.abort()
    this.tunnel?.destroy()
    this.pending = undefined
  }
}
