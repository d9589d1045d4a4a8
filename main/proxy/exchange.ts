import { composeHead, rewriteHead } from './answer-head.ts'
import type { ClientConnection } from './client-connection.ts'
import type { Outgoing } from './outgoing.ts'
import { brokenAnswerPage, brokenOffPage, noAnswerPage, stoppedPage, unreachablePage } from './own-pages.ts'
import type { Page } from './pages.ts'
import { Passage } from './passage.ts'
import type { Plane } from './plane.ts'
import type { ResponseHead } from './response-head.ts'
import type { FailureKind } from './traffic.ts'
import { openTunnel } from './tunnel.ts'
import type { UpstreamConnection } from './upstream-connection.ts'
import { writeOctets } from './writes.ts'

const empty = Buffer.alloc(0)
const KEEP_ALIVE_MS = 30_000

/** One request and its answer. A client connection has one, used for its requests one after another. */
export class Exchange {
  isActive = false
  isHead = false
  /** The client cannot read chunks. */
  needsPlainBody = false
  /** The first octet of an answer came. */
  isAnswering = false
  /** The head of the answer is with the client. */
  isAnswered = false
  closes = false
  outgoing: Outgoing | undefined
  private readonly client: ClientConnection
  private readonly plane: Plane
  private readonly passage: Passage
  private startedAt = 0

  constructor(client: ClientConnection, plane: Plane) {
    this.client = client
    this.plane = plane
    this.passage = new Passage(this, client, plane)
  }

  begin(outgoing: Outgoing): void {
    const { counters } = outgoing.target
    counters.inFlight++
    counters.requests++
    this.isActive = true
    this.isHead = outgoing.method === 'HEAD'
    this.needsPlainBody = outgoing.minor === 0
    this.isAnswering = false
    this.isAnswered = false
    this.closes = false
    this.outgoing = outgoing
    this.startedAt = performance.now()
    this.plane.inFlight++
    this.plane.requests.came()
    this.passage.begin(outgoing)
  }

  get canTakeBody(): boolean {
    return this.passage.canTakeBody
  }

  /** See Passage.sendBody. */
  sendBody(octets: Buffer, start: number, end: number): boolean {
    return this.passage.sendBody(octets, start, end)
  }

  onConnected(): void {
    this.passage.send()
    this.client.resumeBody()
  }

  onClientDrain(): void {
    if (this.isAnswered) this.client.awaitMore(true)
    this.passage.connection?.socket.resume()
  }

  onUpstreamDrain(): void {
    this.client.resumeBody()
  }

  onConnectFailed(kind: 'refused' | 'timeout') {
    const { outgoing } = this
    if (outgoing === undefined || this.passage.tryOther()) return
    this.failed(kind, unreachablePage(outgoing.target.route, kind === 'timeout'))
  }

  /** The connection is gone and the answer is not complete. */
  onLost() {
    const { outgoing } = this
    if (outgoing === undefined) return
    if (this.isAnswering) this.passage.leave()
    else if (this.passage.tryAgain()) return
    this.failed('reset', brokenOffPage(outgoing.target.route))
  }

  /** The upstream's answer breaks a rule. */
  onBroken(): void {
    if (this.outgoing !== undefined) this.abandon('bad-answer', brokenAnswerPage(this.outgoing.target.route))
  }

  /** The wait for an upstream is over. */
  onTimeout() {
    const { passage } = this
    if (passage.isWaiting || passage.connection?.isConnected === false) {
      passage.drop()
      return this.onConnectFailed('timeout')
    }
    if (this.outgoing !== undefined) this.abandon('timeout', noAnswerPage(this.outgoing.target.route))
  }

  /** The drain deadline of the upstream has come. */
  cut(): void {
    const { upstream } = this.passage
    if (upstream !== undefined) upstream.cut++
    if (this.outgoing !== undefined) this.abandon('cut', stoppedPage(this.outgoing.target.route))
  }

  /** The client is gone, or asked for something that cannot be passed on. */
  abort(): void {
    if (!this.isActive) return
    this.passage.drop()
    this.passage.leave()
    this.settle()
  }

  /** The answer has been open for a while: only the system can tell whether both ends are still there. */
  watch(): void {
    this.passage.connection?.socket.setKeepAlive(true, KEEP_ALIVE_MS)
    this.client.socket.setKeepAlive(true, KEEP_ALIVE_MS)
  }

  onInterim(text: string, head: ResponseHead): void {
    if (this.outgoing?.minor === 1) this.client.socket.write(composeHead(text, head, {}), 'latin1')
  }

  /** A head, with the part of the body that came with it. The octets are the connection's own. */
  onAnswer(octets: Buffer, start: number, length: number, end: number, isClean: boolean): void {
    const { client } = this
    const { connection } = this.passage
    if (connection === undefined) return
    const { head, body } = connection
    this.passage.upstream?.answers.came()
    if (head.status >= 500 && this.outgoing !== undefined) this.outgoing.target.counters.serverErrors++
    this.closes = client.mustClose || body.framing === 'until-close'
    this.isAnswered = true
    if (head.named === undefined) {
      const from = rewriteHead(octets, start, length, head, this.closes)
      this.pass(octets, from, end, isClean)
      return
    }
    const extra = this.closes ? 'Connection: close\r\n' : ''
    const text = composeHead(octets.toString('latin1', start, start + length), head, { extra })
    const whole = Buffer.concat([Buffer.from(text, 'latin1'), octets.subarray(start + length, end)])
    this.pass(whole, 0, whole.length, isClean)
  }

  /** A head whose body follows without its chunks, up to the end of the connection. */
  onPlainHead(text: string): void {
    const head = this.passage.connection?.head
    if (head === undefined) return
    if (head.status >= 500 && this.outgoing !== undefined) this.outgoing.target.counters.serverErrors++
    this.closes = true
    this.isAnswered = true
    const without = head.chunked ? ['transfer-encoding', 'trailer'] : []
    this.client.socket.write(composeHead(text, head, { without, extra: 'Connection: close\r\n' }), 'latin1')
  }

  onBody(octets: Buffer, start: number, end: number, isClean: boolean): void {
    this.pass(octets, start, end, isClean)
  }

  /** An answer that ends with its connection has ended. */
  onUntilClose(): void {
    if (this.passage.connection !== undefined) this.passage.connection.body.isDone = true
    this.pass(empty, 0, 0, false)
  }

  onUpgraded(octets: Buffer, start: number, length: number, end: number) {
    const { outgoing, client } = this
    const { connection } = this.passage
    if (connection === undefined || outgoing === undefined) return
    const { head } = connection
    if (outgoing.upgrade === undefined || head.upgrade === undefined) return this.onBroken()
    const extra = `Connection: Upgrade\r\nUpgrade: ${head.upgrade}\r\n`
    const text = composeHead(octets.toString('latin1', start, start + length), head, { extra })
    client.socket.write(text, 'latin1')
    // Before the exchange leaves its upstream, which would be taken for quiet between the two.
    const isWebSocket = /^websocket$/i.test(head.upgrade)
    client.tunnel = openTunnel({ client, connection, target: outgoing.target, isWebSocket })
    connection.end()
    this.passage.leave()
    this.settle()
    if (start + length < end) client.tunnel.fromUpstream(octets, start + length, end)
    client.startTunnel()
    this.plane.settleTunnel(client.tunnel)
  }

  /** Gives octets to the client and sees what follows from how they were taken. */
  private pass(octets: Buffer, start: number, end: number, isClean: boolean) {
    const { client } = this
    const { connection } = this.passage
    if (connection === undefined) return
    writeOctets(client.socket, octets, start, end)
    const isTaken = client.socket.writableLength === 0
    if (connection.body.isDone) return this.complete(connection, isClean, isTaken)
    client.awaitMore(isTaken)
    if (!isTaken) connection.socket.pause()
  }

  private complete(connection: UpstreamConnection, isClean: boolean, isTaken: boolean): void {
    const { client, plane, outgoing } = this
    const canServe =
      isClean && connection.head.keepAlive && client.isRequestDone && connection.body.framing !== 'until-close'
    outgoing?.target.counters.answered(performance.now() - this.startedAt)
    connection.end()
    this.passage.leave()
    this.settle()
    if (plane.inFlight === 0 && isTaken) plane.requests.expect()
    if (!canServe) connection.destroy()
    else connection.upstream.release(connection, plane.now)
    client.exchangeEnded(this.closes)
  }

  private abandon(kind: FailureKind, page: Page): void {
    this.passage.drop()
    this.passage.leave()
    this.failed(kind, page)
  }

  private failed(kind: FailureKind, page: Page): void {
    this.outgoing?.target.counters.fail(kind)
    const wasAnswered = this.isAnswered
    const isUntilClose = this.closes
    const { isHead } = this
    this.settle()
    if (wasAnswered) this.client.breakOff(isUntilClose)
    else this.client.answerPage(page, { isHead, closes: false })
  }

  private settle(): void {
    if (this.outgoing !== undefined) {
      this.plane.inFlight--
      this.outgoing.target.counters.inFlight--
    }
    this.outgoing = undefined
    this.isActive = false
  }
}
