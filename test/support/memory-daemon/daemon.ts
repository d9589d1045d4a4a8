import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { Containers } from './containers.ts'
import { Events } from './events.ts'
import { Execs } from './execs.ts'
import { ImageStore } from './images.ts'
import { Networks } from './networks.ts'
import { Refusal } from './refusal.ts'
import type { Call } from './route.ts'
import { routes, upgrades } from './routes.ts'
import { Volumes } from './volumes.ts'

/** Everything that the daemon has. */
export interface World {
  readonly id: string
  readonly events: Events
  readonly images: ImageStore
  readonly volumes: Volumes
  readonly networks: Networks
  readonly containers: Containers
  readonly execs: Execs
}

export interface MemoryDaemon {
  readonly endpoint: string
  readonly world: World
  stop(): Promise<void>
}

function emptyWorld(): World {
  const events = new Events()
  const images = new ImageStore(events.tell)
  const users = () => containers.all.values()
  const volumes = new Volumes(events.tell, users)
  const networks = new Networks(events.tell, users)
  const containers: Containers = new Containers({ images, volumes, networks, tell: events.tell })
  return { id: randomBytes(16).toString('hex'), events, images, volumes, networks, containers, execs: new Execs() }
}

/** A Docker daemon in this process: the Engine API on a socket, over containers that are a few objects each. */
export async function startMemoryDaemon(): Promise<MemoryDaemon> {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-memory-'))
  const path = join(folder, 'docker.sock')
  const world = emptyWorld()
  const sockets = new Set<Duplex>()
  const server = createServer((request, response) => void answer(world, request, response))
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (request, socket, head) => void upgrade(world, request, { socket, head }))
  await new Promise<void>(resolve => server.listen(path, resolve))
  return {
    endpoint: `unix://${path}`,
    world,
    async stop() {
      for (const container of world.containers.all.values())
        await (container.isRunning ? container.kill() : container.stop(0))
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function find<T>(table: readonly (readonly [string, RegExp, T])[], request: IncomingMessage) {
  const url = new URL(request.url ?? '/', 'http://docker')
  const path = url.pathname.replace(/^\/v\d+\.\d+/, '')
  for (const [method, pattern, handler] of table) {
    const found = method === request.method ? pattern.exec(path) : null
    if (found !== null) return { handler, query: url.searchParams, name: decodeURIComponent(found[1] ?? '') }
  }
  return null
}

async function answer(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('server', 'Docker/28.5.2 (linux)').setHeader('api-version', '1.51').setHeader('ostype', 'linux')
  try {
    const found = find(routes, request)
    if (found === null) throw new Refusal(404, 'page not found')
    const { handler, ...told } = found
    const asked: Call = { world, ...told, request, response, body: await buffer(request) }
    const said = await handler(asked)
    if (response.headersSent) return
    if (typeof said === 'number') response.writeHead(said).end()
    else if (Buffer.isBuffer(said)) response.writeHead(200, { 'content-type': 'application/x-tar' }).end(said)
    else
      response
        .writeHead(request.url?.includes('/create') && !request.url.includes('/images/') ? 201 : 200, {
          'content-type': 'application/json',
        })
        .end(JSON.stringify(said))
  } catch (error) {
    if (response.headersSent) response.destroy()
    else
      response
        .writeHead(error instanceof Refusal ? error.status : 500, { 'content-type': 'application/json' })
        .end(JSON.stringify({ message: error instanceof Refusal ? error.message : String((error as Error).stack) }))
  }
}

interface Upgraded {
  readonly socket: Duplex
  readonly head: Buffer
}

/** The connection is taken over: its request has a body of a known length, which is of no more use. */
async function upgrade(world: World, request: IncomingMessage, { socket, head }: Upgraded): Promise<void> {
  const length = Number(request.headers['content-length'] ?? 0)
  let seen = head
  while (seen.length < length) {
    const [more] = await new Promise<[Buffer]>(resolve => socket.once('data', (bytes: Buffer) => resolve([bytes])))
    seen = Buffer.concat([seen, more])
  }
  const found = find(upgrades, request)
  try {
    if (found === null) throw new Refusal(404, 'page not found')
    const { handler, ...told } = found
    await handler({ world, ...told, socket, rest: seen.subarray(length) })
  } catch (error) {
    const body = JSON.stringify({ message: error instanceof Error ? error.message : '' })
    const status = error instanceof Refusal ? error.status : 500
    socket.end(
      `HTTP/1.1 ${status} No\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    )
  }
}
