import { posix } from 'node:path'
import { FileError, type FileView } from './files.ts'

/** The input of a program: bytes that come when they come. */
export class Input {
  #kept = Buffer.alloc(0)
  #hasEnded = false
  #wake: () => void = () => {}

  static of(bytes: Buffer | string = ''): Input {
    const input = new Input()
    input.push(Buffer.from(bytes))
    input.end()
    return input
  }

  push(bytes: Buffer): void {
    this.#kept = Buffer.concat([this.#kept, bytes])
    this.#wake()
  }

  end(): void {
    this.#hasEnded = true
    this.#wake()
  }

  async all(signal: AbortSignal): Promise<Buffer> {
    while (!this.#hasEnded) await this.#more(signal)
    return this.#take(this.#kept.length)
  }

  /** Up to the next line break or, where the input ends without one, to its end; null behind that. */
  async line(signal: AbortSignal): Promise<string | null> {
    for (;;) {
      const end = this.#kept.indexOf(10)
      if (end >= 0) return this.#take(end + 1).toString('utf8', 0, end)
      if (this.#hasEnded) return this.#kept.length === 0 ? null : this.#take(this.#kept.length).toString('utf8')
      await this.#more(signal)
    }
  }

  #take(length: number): Buffer {
    const taken = this.#kept.subarray(0, length)
    this.#kept = this.#kept.subarray(length)
    return taken
  }

  #more(signal: AbortSignal): Promise<void> {
    return abortable(signal, done => {
      this.#wake = done
    })
  }
}

/** Rejects with the signal's reason where that fires first. */
export function abortable(signal: AbortSignal, begin: (done: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    begin(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
  })
}

/** A file, or what `/proc` tells of a process. */
export function readFile({ files, processes }: Pick<Machine, 'files' | 'processes'>, path: string): Buffer {
  const [, pid] = /^\/proc\/(\d+)\/environ$/.exec(path) ?? []
  if (pid === undefined) return files.read(path)
  const environment = processes.get(Number(pid))?.environment ?? new Map()
  return Buffer.from([...environment].map(([name, value]) => `${name}=${value}\0`).join(''))
}

/** How a process ends that is told to. */
export class Killed extends Error {
  readonly code: number

  constructor(signal: number) {
    super(`signal ${signal}`)
    this.code = 128 + signal
  }
}

export interface Streams {
  readonly stdin: Input
  out(bytes: Buffer): void
  err(bytes: Buffer): void
}

export interface Process {
  readonly pid: number
  readonly args: readonly string[]
  readonly environment: ReadonlyMap<string, string>
  kill(signal: number): void
}

export interface WebRequest {
  readonly method: string
  readonly path: string
  readonly body: Buffer
}

export interface WebReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export type Listener = (request: WebRequest) => Promise<WebReply>

/** The container that a program runs in. */
export interface Machine {
  readonly files: FileView
  readonly hostname: string
  readonly processes: Map<number, Process>
  readonly listeners: Map<number, Listener>
  readonly user: string
  /** The containers that answer to a name from here: their addresses, and what listens on a port of one. */
  lookUp(name: string): readonly { readonly address: string; readonly listeners: ReadonlyMap<number, Listener> }[]
}

export interface Run extends Streams {
  readonly machine: Machine
  readonly args: readonly string[]
  readonly environment: Map<string, string>
  readonly cwd: string
  readonly signal: AbortSignal
  /** Columns and rows where there is a terminal. */
  readonly terminal?: { columns: number; rows: number } | undefined
}

export type Program = (run: Run) => Promise<number> | number

export class NotRunnable extends Error {
  readonly code: 126 | 127

  constructor(code: 126 | 127, message: string) {
    super(message)
    this.code = code
  }
}

/** The file that a command names, by the search path; fails where nothing there can be run. */
export function findProgram(
  { machine, environment, cwd }: Pick<Run, 'machine' | 'environment' | 'cwd'>,
  name: string,
): string {
  const folders = (environment.get('PATH') ?? '/usr/local/bin:/usr/bin:/bin').split(':')
  const places = name.includes('/') ? [posix.resolve(cwd, name)] : folders.map(folder => posix.join(folder, name))
  const path = places.find(place => machine.files.get(place)?.kind === 'file')
  if (path === undefined) throw new NotRunnable(127, `exec: "${name}": executable file not found in $PATH`)
  if (((machine.files.get(path)?.mode ?? 0) & 0o111) === 0)
    throw new NotRunnable(126, `exec: "${name}": permission denied`)
  return path
}

let lastPid = 1

export type Applets = (name: string) => Program | undefined

/** Runs a program to its end as a process of its own. Programs are the applets of busybox, and scripts. */
export async function execute(run: Run, applets: Applets): Promise<number> {
  const [name = '', ...rest] = run.args
  const path = findProgram(run, name)
  const file = run.machine.files.resolve(path)
  const content = run.machine.files.read(file)
  if (posix.basename(file) === 'busybox') {
    const isByName = posix.basename(path) === 'busybox'
    const applet = isByName ? (rest[0] ?? 'true') : posix.basename(path)
    return asProcess({ ...run, args: isByName ? rest : run.args }, applets(applet) ?? unknownApplet)
  }
  if (content.toString('latin1', 0, 2) !== '#!') throw new NotRunnable(126, `exec ${name}: exec format error`)
  const [shell = ''] = content.toString('utf8', 2, content.indexOf(10)).trim().split(' ')
  return execute({ ...run, args: [shell, path, ...rest] }, applets)
}

function unknownApplet({ args, err }: Run): number {
  err(Buffer.from(`${args[0]}: applet not found\n`))
  return 127
}

async function asProcess(run: Run, program: Program): Promise<number> {
  const { machine, args, environment, signal } = run
  const own = new AbortController()
  const follow = () => own.abort(signal.reason)
  if (signal.aborted) follow()
  signal.addEventListener('abort', follow, { once: true })
  const pid = ++lastPid
  machine.processes.set(pid, { pid, args, environment, kill: number => own.abort(new Killed(number)) })
  try {
    return await program({ ...run, signal: own.signal })
  } catch (error) {
    if (error instanceof Killed) return error.code
    if (!(error instanceof FileError)) throw error
    run.err(Buffer.from(`${args[0]}: ${error.message}\n`))
    return 1
  } finally {
    machine.processes.delete(pid)
    signal.removeEventListener('abort', follow)
  }
}
