import { connect, type Socket } from 'node:net'
import { WebSocket } from 'ws'

export interface Answer {
  /** By performance.now(). */
  readonly askedAt: number
  readonly answeredAt: number
  readonly version: string
}

/** Outcomes for raw clients, which never try anything twice. */
export interface Tally {
  answers: Answer[]
  failed: number
  reset: number
  mixed: number
  events: number
  cutStreams: number
  messages: number
  cutSockets: number
}

export interface Load {
  readonly port: number
  /** Milliseconds between two requests of a client. 0: as fast as they are answered. */
  readonly paceMs: number
  readonly tally: Tally
  isOver: boolean
}

export function emptyTally(): Tally {
  return { answers: [], failed: 0, reset: 0, mixed: 0, events: 0, cutStreams: 0, messages: 0, cutSockets: 0 }
}

const POST_PACE_MS = 100
const HEAD = 'Host: 127.0.0.1\r\n'
const BIG = Buffer.alloc(5_000_000, 'x')
const get = Buffer.from(`GET / HTTP/1.1\r\n${HEAD}\r\n`)
const post = Buffer.concat([Buffer.from(`POST / HTTP/1.1\r\n${HEAD}Content-Length: ${BIG.length}\r\n\r\n`), BIG])

/** Keep-alive GETs, large POSTs, pipelined GETs, event streams and WebSockets, until `isOver`. */
export function startLoad(load: Load): Promise<unknown> {
  const many = (count: number, run: () => Promise<unknown>) => Array.from({ length: count }, run)
  return Promise.all([
    ...many(16, () => askAgain(load, { request: get, answers: 1, paceMs: load.paceMs })),
    // Without a pace these alone would fill the load's core, and the more the faster the proxy is.
    ...many(2, () => askAgain(load, { request: post, answers: 1, paceMs: Math.max(load.paceMs, POST_PACE_MS) })),
    ...many(4, () => askAgain(load, { request: Buffer.concat([get, get, get, get]), answers: 4, paceMs: load.paceMs })),
    ...many(4, () => listen(load)),
    ...many(8, () => chat(load)),
  ])
}

interface Asking {
  readonly request: Buffer
  readonly answers: number
  readonly paceMs: number
}

async function askAgain(load: Load, { request, answers, paceMs }: Asking): Promise<void> {
  while (!load.isOver) {
    const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true })
    socket.on('error', () => undefined)
    while (!load.isOver) {
      const askedAt = performance.now()
      socket.write(request)
      const isOpen = await readAnswers(load.tally, socket, { askedAt, count: answers })
      if (!isOpen) break
      if (paceMs > 0) await sleep(paceMs * (0.5 + Math.random()))
    }
    socket.destroy()
  }
}

/** Resolves to false when the connection has ended: by the server's announcement, or in the middle, which is counted. */
function readAnswers(tally: Tally, socket: Socket, wanted: { askedAt: number; count: number }): Promise<boolean> {
  let text = ''
  let left = wanted.count
  let isClosing = false
  return new Promise(resolve => {
    const finish = (isOpen: boolean) => {
      socket.removeAllListeners('data').removeAllListeners('close')
      resolve(isOpen)
    }
    socket.on('close', () => {
      // Requests sent ahead on a connection that the server said it would close were not accepted.
      if (!isClosing) tally.reset++
      finish(false)
    })
    socket.on('data', chunk => {
      text += chunk.toString('latin1')
      for (let end = endOf(text); end > 0; end = endOf(text)) {
        isClosing ||= /\r\nconnection: close\r\n/i.test(text.slice(0, end))
        note(tally, text.slice(0, end), wanted.askedAt)
        text = text.slice(end)
        left--
      }
      if (left === 0) finish(!isClosing)
    })
    if (socket.destroyed) finish(false)
  })
}

function endOf(text: string): number {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd === -1) return -1
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1] ?? 0)
  return text.length >= headEnd + 4 + length ? headEnd + 4 + length : -1
}

function note(tally: Tally, answer: string, askedAt: number): void {
  const [first, last] = [answer.slice(answer.indexOf('\r\n\r\n') + 4).slice(0, 2), answer.slice(-2)]
  if (!answer.startsWith('HTTP/1.1 200')) tally.failed++
  else if (first !== last) tally.mixed++
  else tally.answers.push({ askedAt, answeredAt: performance.now(), version: first })
}

async function listen(load: Load): Promise<void> {
  while (!load.isOver) {
    const socket = connect({ port: load.port, host: '127.0.0.1' })
    socket.write(`GET /events HTTP/1.1\r\n${HEAD}\r\n`)
    const versions = new Set<string>()
    socket.on('data', chunk => {
      for (const match of chunk.toString('latin1').matchAll(/data: (v\d)/g)) {
        load.tally.events++
        versions.add(match[1] ?? '')
      }
    })
    socket.on('error', () => undefined)
    await Promise.race([new Promise(resolve => socket.once('close', resolve)), until(() => load.isOver)])
    if (!load.isOver) load.tally.cutStreams++
    if (versions.size > 1) load.tally.mixed++
    socket.destroy()
  }
}

async function chat(load: Load): Promise<void> {
  while (!load.isOver) {
    const socket = new WebSocket(`ws://127.0.0.1:${load.port}/`)
    socket.on('error', () => undefined)
    socket.on('message', () => {
      load.tally.messages++
    })
    const timer = setInterval(() => socket.readyState === socket.OPEN && socket.send('hello'), 20)
    await Promise.race([new Promise(resolve => socket.once('close', resolve)), until(() => load.isOver)])
    clearInterval(timer)
    if (!load.isOver) load.tally.cutSockets++
    socket.terminate()
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

async function until(check: () => boolean): Promise<void> {
  while (!check()) await sleep(20)
}
