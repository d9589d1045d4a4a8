import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { DataPlane } from '../../../../main/proxy/data-plane.ts'
import type { Limits } from '../../../../main/proxy/limits.ts'
import { RoutingTable, type TableRoute, type UpstreamAddress } from '../../../../shared/table.ts'
import { freePort } from '../../../support/free-port.ts'

type RouteInput = Partial<Omit<TableRoute, 'upstreams'>> & { upstreams?: (UpstreamAddress & { id?: string })[] }

/** A data plane on a free port, with what a test needs to talk to it. Everything ends with the test. */
export async function world(limits: Partial<Limits> = {}) {
  const plane = new DataPlane({ sweepMs: 20, ...limits })
  onTestFinished(() => plane.close())
  const port = await freePort()
  let number = 0
  /** Routes default to the hostname `a` and version v1. */
  const apply = (...routes: RouteInput[]) => plane.apply(makeTable(port, ++number, routes))
  return { plane, port, apply, ask: (...parts: Part[]) => ask(port, ...parts), open: () => openClient(port) }
}

export function makeTable(port: number, number: number, routes: RouteInput[]): RoutingTable {
  return RoutingTable.parse({
    number,
    routes: routes.map(({ upstreams = [], ...route }) => ({
      id: 'r',
      hostname: 'a',
      port,
      title: 'Shop <web>',
      version: 'v1',
      ...route,
      upstreams: upstreams.map(upstream => {
        const address = 'path' in upstream ? { path: upstream.path } : { host: upstream.host, port: upstream.port }
        return { id: upstream.id ?? JSON.stringify(address), address }
      }),
    })),
  })
}

export type Part = string | Buffer | (() => Promise<unknown>)

/** Sends the parts, each after the last was flushed, and returns all that comes until the connection ends. */
export async function ask(port: number, ...parts: Part[]): Promise<string> {
  const client = await openClient(port)
  for (const part of parts) {
    if (typeof part === 'function') await part()
    else await client.send(part)
  }
  return client.closed
}

export interface Client {
  socket: Socket
  /** All that has come. */
  text(): string
  send(part: string | Buffer): Promise<void>
  /** Resolves with all that has come when it holds the text, as often as said; throws when the connection ends before. */
  until(wanted: string, times?: number): Promise<string>
  /** Resolves with all that has come when the connection has ended, followed by ` RESET` where it was reset. */
  closed: Promise<string>
}

export async function openClient(port: number): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
  onTestFinished(() => void socket.destroy())
  let text = ''
  let reset = ''
  socket.on('data', chunk => {
    text += chunk.toString('latin1')
    socket.emit('more')
  })
  socket.on('end', () => socket.end())
  socket.on('error', (error: NodeJS.ErrnoException) => {
    reset = error.code === 'ECONNRESET' ? ' RESET' : ''
  })
  const closed = new Promise<string>(resolve => socket.on('close', () => resolve(text + reset)))
  await once(socket, 'connect')
  return {
    socket,
    text: () => text,
    closed,
    send: part => new Promise(resolve => socket.write(part, 'latin1', () => resolve())),
    until: async (wanted, times = 1) => {
      let isClosed = false
      void closed.then(() => {
        isClosed = true
        socket.emit('more')
      })
      while (text.split(wanted).length <= times) {
        if (isClosed) throw new Error(`ended with ${JSON.stringify(text)} before ${JSON.stringify(wanted)}`)
        await once(socket, 'more')
      }
      return text
    },
  }
}

export interface RawUpstream {
  host: string
  port: number
  /** Everything received, per connection. */
  received: string[]
  sockets: Socket[]
  server: Server
}

/** An upstream that does what the handler says on each read. */
export async function rawUpstream(onData: (socket: Socket, text: string, all: string) => void): Promise<RawUpstream> {
  const received: string[] = []
  const sockets: Socket[] = []
  const server = createServer({ noDelay: true, allowHalfOpen: true }, socket => {
    const index = sockets.push(socket) - 1
    received.push('')
    socket.on('data', chunk => {
      const text = chunk.toString('latin1')
      received[index] += text
      onData(socket, text, received[index]!)
    })
    socket.on('end', () => socket.end())
    socket.on('error', () => socket.destroy())
  })
  const port = await listening(server)
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { host: '127.0.0.1', port, received, sockets, server }
}

/** An upstream that answers each head with these octets. */
export function canned(answer: string | Buffer): Promise<RawUpstream> {
  return rawUpstream((socket, _text, all) => {
    if (all.endsWith('\r\n\r\n')) socket.write(answer as string, 'latin1')
  })
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void

export async function httpUpstream(handler: Handler) {
  const server = createHttpServer(handler)
  const port = await listening(server)
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { host: '127.0.0.1', port, server }
}

/** Answers with what it was asked. */
export function echoUpstream(name = 'echo') {
  return httpUpstream((request, response) => {
    const parts: Buffer[] = []
    request.on('data', part => parts.push(part))
    request.on('error', () => undefined)
    request.on('end', () => {
      const { method, url, headers } = request
      response.end(JSON.stringify({ name, method, url, headers, body: Buffer.concat(parts).toString('latin1') }))
    })
  })
}

export async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

export function ok(body: string, ...fields: string[]): string {
  return ['HTTP/1.1 200 OK', `Content-Length: ${body.length}`, ...fields, '', body].join('\r\n')
}

/** A GET that asks for the connection to end. */
export function get(path = '/', ...fields: string[]): string {
  return [`GET ${path} HTTP/1.1`, 'Host: a', 'Connection: close', ...fields, '', ''].join('\r\n')
}

export function bodyOf(answer: string): string {
  return answer.slice(answer.indexOf('\r\n\r\n') + 4)
}

export async function eventually(check: () => boolean): Promise<void> {
  while (!check()) await new Promise(resolve => setTimeout(resolve, 5))
}
