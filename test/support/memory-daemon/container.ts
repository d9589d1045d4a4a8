import { createServer as createWebServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type Files, FileView, type Mounted } from './files.ts'
import type { Config } from './image-config.ts'
import type { Image } from './images.ts'
import { ContainerLog } from './logs.ts'
import {
  execute,
  findProgram,
  Input,
  Killed,
  type Listener,
  type Machine,
  NotRunnable,
  type Process,
  type Streams,
} from './process.ts'
import { applets } from './programs.ts'
import { refuse, type Tell } from './refusal.ts'

export interface Binding {
  readonly HostIp: string
  readonly HostPort: string
}

export interface HostConfig {
  readonly [name: string]: unknown
  PortBindings?: Readonly<Record<string, readonly Binding[]>>
  RestartPolicy?: { readonly Name: string; readonly MaximumRetryCount: number }
  Init?: boolean
  AutoRemove?: boolean
  ReadonlyRootfs?: boolean
}

export interface MountPoint extends Mounted {
  readonly kind: 'volume' | 'bind' | 'tmpfs'
  readonly name: string
  readonly source: string
  readonly isAnonymous: boolean
}

export interface Joined {
  readonly network: string
  readonly address: string
  readonly aliases: readonly string[]
}

export interface ContainerParts {
  readonly id: string
  name: string
  readonly image: Image
  readonly config: Config
  readonly host: HostConfig
  readonly mounts: readonly MountPoint[]
  readonly tell: Tell
  lookUp(from: Container, name: string): readonly Container[]
  removed(container: Container): void
}

interface Health {
  status: 'starting' | 'healthy' | 'unhealthy'
  failures: number
  log: { Start: string; End: string; ExitCode: number; Output: string }[]
}

const NEVER = '0001-01-01T00:00:00Z'

/** A container: its programs run here, in this process, and its published ports are real ones. */
export class Container implements Machine {
  readonly parts: ContainerParts
  readonly files: FileView
  readonly log = new ContainerLog()
  readonly processes = new Map<number, Process>()
  readonly listeners = new Map<number, Listener>()
  readonly networks = new Map<string, Joined>()
  readonly created = new Date().toISOString()
  readonly published = new Map<string, Binding[]>()
  state: 'created' | 'running' | 'paused' | 'exited' = 'created'
  exitCode = 0
  error = ''
  startedAt = NEVER
  finishedAt = NEVER
  restarts = 0
  health: Health | null = null
  stdin = new Input()
  terminal = { columns: 80, rows: 24 }
  /** Hears what the container's own process writes. */
  readonly attached = new Set<(bytes: Buffer) => void>()
  #servers: Server[] = []
  readonly #sockets = new Set<Socket>()
  #main: AbortController | null = null
  #ended: Promise<void> = Promise.resolve()
  #wasStopped = false
  #again: NodeJS.Timeout | undefined

  constructor(parts: ContainerParts) {
    this.parts = parts
    this.files = new FileView(new Map(parts.image.files), parts.mounts, parts.host.ReadonlyRootfs === true)
  }

  get id(): string {
    return this.parts.id
  }

  get hostname(): string {
    return this.parts.config.Hostname ?? ''
  }

  get user(): string {
    return this.parts.config.User ?? ''
  }

  get isRunning(): boolean {
    return this.state === 'running' || this.state === 'paused'
  }

  get root(): Files {
    return this.files.root
  }

  get ended(): Promise<void> {
    return this.#ended
  }

  get environment(): Map<string, string> {
    const lines = [`HOSTNAME=${this.hostname}`, ...(this.parts.config.Env ?? [])]
    return new Map(lines.map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
  }

  lookUp(name: string) {
    return this.parts.lookUp(this, name).map(({ networks, listeners }) => {
      const shared = [...networks.values()].find(({ network }) => network !== 'bridge' && this.networks.has(network))
      return { address: shared?.address ?? '', listeners }
    })
  }

  tell(action: string, more: Readonly<Record<string, string>> = {}): void {
    const { name, config } = this.parts
    this.parts.tell('container', action, this.id, { ...config.Labels, image: config.Image ?? '', name, ...more })
  }

  async start(): Promise<void> {
    const { config } = this.parts
    clearTimeout(this.#again)
    const args = [...(config.Entrypoint ?? []), ...(config.Cmd ?? [])]
    try {
      findProgram({ machine: this, environment: this.environment, cwd: '/' }, args[0] ?? '')
    } catch (error) {
      if (!(error instanceof NotRunnable)) throw error
      this.exitCode = error.code
      this.error = `failed to create task for container: OCI runtime create failed: ${error.message}: unknown`
      refuse(400, this.error)
    }
    await this.#publish()
    if (config.WorkingDir) this.files.makeFolder(config.WorkingDir, true)
    this.state = 'running'
    this.#wasStopped = false
    this.error = ''
    this.startedAt = new Date().toISOString()
    this.stdin = new Input()
    if (!config.OpenStdin) this.stdin.end()
    this.#main = new AbortController()
    this.tell('start')
    this.#ended = this.#run(args, this.#main)
    this.#watchHealth(this.#main.signal)
  }

  async #run(args: readonly string[], main: AbortController): Promise<void> {
    const { config } = this.parts
    const write = (kind: 1 | 2) => (bytes: Buffer) => {
      const shown = config.Tty ? Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1') : bytes
      this.log.write(config.Tty ? 1 : kind, shown)
      for (const listener of this.attached) listener(shown)
    }
    const terminal = config.Tty ? this.terminal : undefined
    const streams = { stdin: this.stdin, out: write(1), err: write(2), terminal }
    const code = await this.execute(args, streams, main.signal).catch(error => {
      write(2)(Buffer.from(`${error instanceof Error ? error.message : error}\n`))
      return error instanceof NotRunnable ? error.code : 1
    })
    for (const process of [...this.processes.values()]) process.kill(9)
    main.abort(new Killed(9))
    await this.#ends(code)
  }

  async execute(
    args: readonly string[],
    streams: Streams & { readonly terminal?: { columns: number; rows: number } | undefined },
    signal: AbortSignal,
    more: { readonly environment?: readonly string[]; readonly cwd?: string } = {},
  ): Promise<number> {
    const added = (more.environment ?? []).map(
      line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const,
    )
    const environment = new Map([...this.environment, ...added])
    return execute(
      { machine: this, args, environment, cwd: more.cwd || this.parts.config.WorkingDir || '/', signal, ...streams },
      applets,
    )
  }

  async #ends(code: number): Promise<void> {
    this.state = 'exited'
    this.exitCode = code
    this.finishedAt = new Date().toISOString()
    this.#unpublish()
    this.listeners.clear()
    this.log.end()
    this.tell('die', { exitCode: String(code) })
    const { Name: policy = 'no', MaximumRetryCount: most = 0 } = this.parts.host.RestartPolicy ?? {}
    const mayFail = policy === 'on-failure' && code !== 0 && (most === 0 || this.restarts < most)
    if (!this.#wasStopped && (policy === 'always' || policy === 'unless-stopped' || mayFail)) {
      this.restarts += 1
      this.#again = setTimeout(() => void this.start().catch(() => {}), 100 * 2 ** Math.min(this.restarts, 6))
    }
    if (this.parts.host.AutoRemove) this.parts.removed(this)
  }

  /** With SIGTERM, which only an init process hands on to a program that does not ask for it, and SIGKILL when the time is over. */
  async stop(graceMs: number): Promise<void> {
    this.#wasStopped = true
    clearTimeout(this.#again)
    if (!this.isRunning) return
    this.state = 'running'
    this.tell('kill', { signal: '15' })
    if (this.parts.host.Init) this.#main?.abort(new Killed(this.parts.config.StopSignal === 'SIGINT' ? 2 : 15))
    else {
      const timer = setTimeout(() => this.#main?.abort(new Killed(9)), graceMs)
      await this.#ended
      clearTimeout(timer)
    }
    await this.#ended
    this.tell('stop')
  }

  async kill(signal = 9): Promise<void> {
    this.#wasStopped = true
    clearTimeout(this.#again)
    this.tell('kill', { signal: String(signal) })
    this.#main?.abort(new Killed(signal))
    await this.#ended
  }

  async #publish(): Promise<void> {
    this.published.clear()
    try {
      for (const [key, bindings] of Object.entries(this.parts.host.PortBindings ?? {}))
        for (const binding of bindings) await this.#listen(key, binding)
    } catch (error) {
      this.#unpublish()
      throw error
    }
  }

  async #listen(key: string, { HostIp, HostPort }: Binding): Promise<void> {
    const port = Number.parseInt(key, 10)
    const web = createWebServer((request, response) => void this.#answer(port, request, response))
    const server = createServer(socket => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket)).on('error', () => {})
      if (this.listeners.has(port)) web.emit('connection', socket)
      else socket.destroy()
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(Number(HostPort || 0), HostIp || '127.0.0.1', resolve)
    }).catch(() =>
      refuse(
        500,
        `failed to set up container networking: driver failed programming external connectivity on endpoint ${this.parts.name}: failed to bind host port for ${HostIp}:${HostPort}: address already in use`,
      ),
    )
    this.#servers.push(server)
    const { port: given } = server.address() as AddressInfo
    this.published.set(key, [...(this.published.get(key) ?? []), { HostIp, HostPort: String(given) }])
  }

  async #answer(port: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await buffer(request)
      const listener = this.listeners.get(port)
      if (listener === undefined) return void request.socket.destroy()
      const reply = await listener({ method: request.method ?? 'GET', path: request.url ?? '/', body })
      response.writeHead(reply.status, { ...reply.headers, 'content-length': reply.body.length, connection: 'close' })
      response.end(request.method === 'HEAD' ? '' : reply.body)
    } catch {
      request.socket.destroy()
    }
  }

  #unpublish(): void {
    for (const server of this.#servers) server.close()
    for (const socket of this.#sockets) socket.destroy()
    this.#servers = []
    this.published.clear()
  }

  #watchHealth(signal: AbortSignal): void {
    const check = this.parts.config.Healthcheck
    const [how = 'NONE', ...words] = check?.Test ?? []
    this.health = how === 'NONE' ? null : { status: 'starting', failures: 0, log: [] }
    const { health } = this
    if (health === null) return
    const args = how === 'CMD-SHELL' ? ['/bin/sh', '-c', words.join(' ')] : words
    const next = () => {
      const timer = setTimeout(() => void look().then(next, () => {}), (check?.Interval ?? 30e9) / 1e6)
      signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
    }
    const look = async () => {
      const Start = new Date().toISOString()
      const { code, output } = await this.#check(args, signal)
      health.log = [...health.log.slice(-4), { Start, End: new Date().toISOString(), ExitCode: code, Output: output }]
      health.failures = code === 0 ? 0 : health.failures + 1
      const before = health.status
      if (code === 0) health.status = 'healthy'
      else if (health.failures >= (check?.Retries || 3)) health.status = 'unhealthy'
      if (health.status !== before && !signal.aborted) this.tell(`health_status: ${health.status}`)
    }
    next()
  }

  async #check(args: readonly string[], signal: AbortSignal): Promise<{ code: number; output: string }> {
    let output = ''
    const hear = (bytes: Buffer) => {
      output += bytes.toString('utf8')
    }
    const streams = { stdin: Input.of(), out: hear, err: hear }
    const code = await this.execute(args, streams, signal).catch(error => {
      output += String(error.message)
      return 1
    })
    return { code, output }
  }
}
