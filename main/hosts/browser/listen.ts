import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type WebSocket, WebSocketServer } from 'ws'
import * as z from 'zod'
import { BAD_TOKEN, SOCKET_PATH } from '../../../shared/bridge.ts'
import { Strangers } from '../../../shared/strangers.ts'
import type { Port } from '../../../shared/wire.ts'
import { findPageFile, pageHeaders } from '../page.ts'
import { webSocketPort } from './web-socket-port.ts'

const LARGEST_FRAME = 16 * 1024 * 1024
const HELLO_MS = 5_000
/** Most bytes that a client may send before its token, the request for the socket included. */
const HELLO_BYTES = 64 * 1024
/** Connections that have not shown a token yet. A page opens six for its files, and one that lasts. */
const MOST_STRANGERS = 64
/** How often connections that are late with a request are looked for. */
const CHECK_MS = 2_000
const ADDRESS = '127.0.0.1'
const NOT_BUILT = 'The page is not built. Run: npm run build\n'

const Hello = z.strictObject({ token: z.string() })

export interface BrowserHostInput {
  /** The folder of the built page. */
  readonly root: string
  /** 0 for any that is free. */
  readonly port: number
  readonly onPort: (port: Port) => void
  /** One that outlives restarts, for development; a new one if absent. */
  readonly token?: string | undefined
}

export interface BrowserHost {
  /** With the token in its fragment, which no browser sends anywhere. Whoever has it is the user. */
  readonly url: string
  close(): Promise<void>
}

export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Serves the page on loopback, and a port to each page that knows the token. */
export async function listenBrowser(input: BrowserHostInput): Promise<BrowserHost> {
  const token = input.token ?? newToken()
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, connectionsCheckingInterval: CHECK_MS })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_FRAME, perMessageDeflate: false })
  const port = await listen(server, input.port)
  const authority = `${ADDRESS}:${port}`
  const strangers = new Strangers<Socket>(MOST_STRANGERS, socket => socket.destroy())

  server.on('connection', socket => {
    strangers.add(socket)
    socket.on('close', () => strangers.delete(socket))
  })
  server.on('request', (request, response) => {
    answer(request, response, { root: input.root, authority }).catch(() => response.destroy())
  })
  server.on('upgrade', (request, socket, head) => {
    const status = refusal(request, authority, 'needs an origin')
    if (status !== 0) return refuse(socket, status)
    if (pathOf(request) !== SOCKET_PATH) return refuse(socket, 404)
    sockets.handleUpgrade(request, socket, head, opened => {
      admit(opened, request.socket, token, port => {
        strangers.delete(request.socket)
        input.onPort(port)
      })
    })
  })

  return {
    url: `http://${authority}/#${token}`,
    async close() {
      const closed = new Promise(done => server.close(done))
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Hands the socket over as a port once its first frame held the token. */
function admit(socket: WebSocket, connection: Socket, token: string, onPort: (port: Port) => void): void {
  const port = webSocketPort(socket)
  const timer = setTimeout(() => socket.close(BAD_TOKEN, 'no token'), HELLO_MS)
  port.onClose(() => clearTimeout(timer))
  const stop = port.receive(message => {
    stop()
    connection.off('data', count)
    clearTimeout(timer)
    const hello = Hello.safeParse(message)
    if (hello.success && isSame(hello.data.token, token)) onPort(port)
    else socket.close(BAD_TOKEN, 'wrong token')
  })
  const count = () => {
    if (connection.bytesRead > HELLO_BYTES) connection.destroy()
  }
  connection.on('data', count)
}

interface Site {
  readonly root: string
  readonly authority: string
}

async function answer(request: IncomingMessage, response: ServerResponse, { root, authority }: Site): Promise<void> {
  const status = refusal(request, authority, 'origin may be absent')
  if (status !== 0) return end(response, status)
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405)
  const path = pathOf(request)
  const file = await findPageFile(root, path)
  if (file === undefined) return path === '/' ? end(response, 503, NOT_BUILT) : end(response, 404)
  response.writeHead(200, Object.fromEntries(pageHeaders(file, `ws://${authority}`)))
  if (request.method === 'HEAD') response.end()
  else await pipeline(createReadStream(file.path), response)
}

/**
 * The status that a request from elsewhere is refused with, or 0. Any page may send requests here, and any name may be
 * made to resolve to loopback: the Host tells the second, the Origin the first.
 */
function refusal(
  request: IncomingMessage,
  authority: string,
  origin: 'needs an origin' | 'origin may be absent',
): number {
  const hosts = request.headersDistinct.host ?? []
  if (hosts.length !== 1 || hosts[0] !== authority) return 421
  const from = request.headers.origin
  if (from === undefined) return origin === 'needs an origin' ? 403 : 0
  return from === `http://${authority}` ? 0 : 403
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?')[0] ?? ''
}

function end(response: ServerResponse, status: number, text = ''): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' })
  response.end(text)
}

function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => {})
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** Compares digests, so that neither the length nor the first difference shows in the time it takes. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((done, failed) => {
    server.once('error', failed)
    server.listen(port, ADDRESS, () => {
      server.off('error', failed)
      const address = server.address()
      done(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
