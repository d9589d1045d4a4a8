import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Answers one request, in bytes: well or badly. `body` is what came of the request so far. */
export type Behaviour = (socket: Socket, request: FakeRequest) => void

interface FakeRequest {
  readonly line: string
  readonly head: string
  readonly body: Buffer
}

/** An engine that says hello like a real one, and behaves as the test wants after that. Bytes on a real socket. */
export class FakeEngine {
  readonly dir = mkdtempSync(join(tmpdir(), 'flotilla-fake-'))
  readonly path = join(this.dir, 'docker.sock')
  endpoint = `unix://${this.path}`
  /** Every request line, in order, without the hello. */
  readonly asked: string[] = []
  /** The path of every request, in order, without the version. */
  readonly paths: string[] = []
  /** How many requests wait for their answer, and how many did so at most. */
  readonly waiting = { now: 0, most: 0 }
  /** The server's name in the head of an answer; absent in an engine that says nothing of itself. */
  server: string | undefined = undefined
  id = 'ENGINE:ONE'
  version: unknown = { Version: '20.10.24', ApiVersion: '1.41', MinAPIVersion: '1.12', Components: null }
  info: Record<string, unknown> = {}
  /** The versions of the API that it takes; whatever it is asked in where this is null. */
  speaks: { readonly oldest: string; readonly newest: string } | null = null
  #server: Server | undefined
  readonly #sockets = new Set<Socket>()
  readonly #events = new Set<Socket>()
  readonly #behaviours = new Map<string, Behaviour>()

  /** The behaviour for requests whose path, without the version, begins like this. */
  on(path: string, behaviour: Behaviour): void {
    this.#behaviours.set(path, behaviour)
  }

  listen(): Promise<void> {
    const server = createServer(socket => this.#accept(socket))
    this.#server = server
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.path, resolve)
    })
  }

  /** On a port of loopback instead: only there can a connection be reset. */
  async listenOnPort(): Promise<void> {
    const server = createServer(socket => this.#accept(socket))
    this.#server = server
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address !== null && typeof address === 'object') this.endpoint = `tcp://127.0.0.1:${address.port}`
  }

  /** As `kill -9` looks from outside: every connection breaks, nothing listens. */
  async die(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    for (const socket of this.#sockets) socket.destroy()
    if (server) await new Promise(resolve => server.close(resolve))
  }

  async close(): Promise<void> {
    await this.die()
    rmSync(this.dir, { recursive: true, force: true })
  }

  /** Tells all who follow the events, each line as it is. */
  tell(line: string): void {
    for (const socket of this.#events) socket.write(chunk(`${line}\n`))
  }

  get followers(): number {
    return this.#events.size
  }

  get connections(): number {
    return this.#sockets.size
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#sockets.delete(socket)
      this.#events.delete(socket)
    })
    let seen = Buffer.alloc(0)
    const read = (bytes: Buffer) => {
      seen = Buffer.concat([seen, bytes])
      const end = seen.indexOf('\r\n\r\n')
      if (end < 0) return
      socket.off('data', read)
      socket.resume()
      const line = seen.subarray(0, seen.indexOf('\r\n')).toString('latin1')
      this.#answer(socket, { line, head: seen.subarray(0, end).toString('latin1'), body: seen.subarray(end + 4) })
    }
    socket.on('data', read)
  }

  #answer(socket: Socket, request: FakeRequest): void {
    const [, target = ''] = request.line.split(' ')
    const path = target.replace(/^\/v\d+\.\d+/, '')
    this.paths.push(path.replace(/\?.*/, ''))
    this.#count(socket)
    const refused = this.#refusal(/^\/v(\d+\.\d+)/.exec(target)?.[1])
    const behaviour = refused === null && [...this.#behaviours].find(([start]) => path.startsWith(start))?.[1]
    if (behaviour) {
      this.asked.push(request.line)
      behaviour(socket, request)
      return
    }
    if (refused !== null) json(400, { message: refused })(socket)
    else if (path === '/version') json(200, this.version)(socket)
    else if (path === '/info') json(200, { ID: this.id, Name: 'fake', OSType: 'linux', ...this.info })(socket)
    else if (path === '/_ping') this.pong(socket)
    else if (path === '/networks/none' && this.server?.startsWith('Docker')) json(200, { Id: `of ${this.id}` })(socket)
    else if (path.startsWith('/events')) this.#follow(socket)
    else json(404, { message: `no ${path}` })(socket)
  }

  #refusal(version: string | undefined): string | null {
    if (this.speaks === null || version === undefined) return null
    const { oldest, newest } = this.speaks
    if (version < oldest)
      return `client version ${version} is too old. Minimum supported API version is ${oldest}, please upgrade your client to a newer version`
    return version > newest ? `client version ${version} is too new. Maximum supported API version is ${newest}` : null
  }

  /** The answer to a ping. */
  pong(socket: Socket): void {
    const named = this.server === undefined ? '' : `Server: ${this.server}\r\nApi-Version: 1.41\r\n`
    raw(200, 'OK', `${named}Date: ${new Date().toUTCString()}\r\n`)(socket)
  }

  #count(socket: Socket): void {
    this.waiting.now += 1
    this.waiting.most = Math.max(this.waiting.most, this.waiting.now)
    let isOver = false
    const over = () => {
      if (!isOver) this.waiting.now -= 1
      isOver = true
    }
    const { write } = socket
    // Whatever is written begins the answer.
    socket.write = ((...words: Parameters<typeof write>) => {
      over()
      return write.apply(socket, words)
    }) as typeof write
    socket.once('close', over).once('finish', over)
  }

  #follow(socket: Socket): void {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
    this.#events.add(socket)
  }
}

/** The whole body of a request that tells its length. */
export async function bodyOf(socket: Socket, { head, body }: FakeRequest): Promise<Buffer> {
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1])
  const chunks = [body]
  const count = () => chunks.reduce((sum, part) => sum + part.length, 0)
  while (count() < length) chunks.push(await new Promise<Buffer>(resolve => socket.once('data', resolve)))
  return Buffer.concat(chunks)
}

/** A whole and proper answer. */
export function json(status: number, value: unknown): (socket: Socket) => void {
  return raw(status, JSON.stringify(value))
}

/** A proper head, and any text as the body. */
export function raw(status: number, body: string, headers = ''): (socket: Socket) => void {
  const length = Buffer.byteLength(body)
  const head = `HTTP/1.1 ${status} Such\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\nConnection: close\r\n${headers}\r\n`
  return socket => void socket.end(head + body)
}

export function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
}
