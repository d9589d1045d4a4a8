import { posix } from 'node:path'
import { FileError } from './files.ts'
import { type Applets, execute, findProgram, Input, NotRunnable, type Run, readFile, type Streams } from './process.ts'
import { type Command, parseScript, type Redirect, SyntaxProblem } from './shell-syntax.ts'
import { type Expansion, expand, expandOne, matches } from './shell-words.ts'

/** How `exit`, and a failing command under `set -e`, leave all that is around them. */
class Exit extends Error {
  readonly code: number

  constructor(code: number) {
    super('exit')
    this.code = code
  }
}

/** `sh FILE ARGS…`, `sh -c SCRIPT NAME ARGS…`, or a script line by line from the input. */
export async function shell(run: Run, applets: Applets): Promise<number> {
  const [, first = '', ...rest] = run.args
  const options = /^-[a-z]+$/.test(first) ? first.slice(1) : ''
  const state = new Shell(run, applets, options.includes('e'))
  if (options.includes('c')) return state.whole(rest[0] ?? '', rest.slice(1))
  if (options === '' && first !== '')
    return state.whole(run.machine.files.read(first).toString('utf8'), [first, ...rest])
  return state.interactive()
}

/** Programs that a shell has in itself: they need no file. */
const IN_SHELL = new Set(['[', 'test', 'echo', 'printf', 'true', 'false', 'pwd', 'kill'])

class Shell {
  readonly #run: Run
  readonly #applets: Applets
  readonly #variables: Map<string, string>
  readonly #exported: Set<string>
  #arguments: readonly string[] = []
  #cwd: string
  #status = 0
  #exitsOnFailure: boolean

  constructor(run: Run, applets: Applets, exitsOnFailure: boolean) {
    this.#run = run
    this.#applets = applets
    this.#variables = new Map(run.environment)
    this.#exported = new Set(run.environment.keys())
    this.#cwd = run.cwd
    this.#exitsOnFailure = exitsOnFailure
  }

  async whole(script: string, args: readonly string[]): Promise<number> {
    this.#arguments = args
    return this.#untilExit(async () => this.#evaluate(parseScript(script), this.#run))
  }

  async interactive(): Promise<number> {
    const { stdin, terminal, out, signal } = this.#run
    const prompt = () => terminal && out(Buffer.from('/ # '))
    return this.#untilExit(async () => {
      for (prompt(); ; prompt()) {
        const line = await stdin.line(signal)
        if (line === null) return this.#status
        await this.#evaluate(parseScript(line), this.#run)
      }
    })
  }

  async #untilExit(work: () => Promise<number>): Promise<number> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Exit) return error.code
      if (!(error instanceof SyntaxProblem)) throw error
      this.#run.err(Buffer.from(`sh: ${error.message}\n`))
      return 2
    }
  }

  async #evaluate(command: Command, streams: Streams, isTested = false): Promise<number> {
    const status = await this.#step(command, streams, isTested)
    this.#status = status
    const mayFail = isTested || command.kind === 'and' || command.kind === 'or'
    if (status !== 0 && this.#exitsOnFailure && !mayFail && (command.kind === 'simple' || command.kind === 'pipe'))
      throw new Exit(status)
    return status
  }

  async #step(command: Command, streams: Streams, isTested: boolean): Promise<number> {
    switch (command.kind) {
      case 'simple':
        return this.#simple(command.words, await this.#redirected(command.redirects, streams))
      case 'pipe': {
        const status = await this.#pipe(command.parts, streams)
        return command.isNegated ? Number(status === 0) : status
      }
      case 'and':
      case 'or': {
        const left = await this.#evaluate(command.left, streams, true)
        const goesOn = (left === 0) === (command.kind === 'and')
        return goesOn ? this.#evaluate(command.right, streams, isTested) : left
      }
      case 'list':
        for (const part of command.parts) await this.#evaluate(part, streams, isTested)
        return command.parts.length === 0 ? 0 : this.#status
      case 'background':
        this.#subshell(command.body, { ...streams, stdin: Input.of() }).catch(() => {})
        return 0
      case 'group': {
        const to = await this.#redirected(command.redirects, streams)
        return command.isOwnShell ? this.#subshell(command.body, to) : this.#evaluate(command.body, to, isTested)
      }
      default:
        return this.#branch(command, streams, isTested)
    }
  }

  async #branch(
    command: Extract<Command, { kind: 'for' | 'while' | 'if' | 'case' }>,
    streams: Streams,
    isTested: boolean,
  ): Promise<number> {
    let status = 0
    if (command.kind === 'for')
      for (const word of await this.#fields(command.words, streams)) {
        this.#variables.set(command.name, word)
        status = await this.#evaluate(command.body, streams, isTested)
      }
    else if (command.kind === 'while')
      while ((await this.#evaluate(command.test, streams, true)) === 0) {
        status = await this.#evaluate(command.body, streams, isTested)
        // A loop that never waits would keep everything else from being done.
        await new Promise(resolve => setImmediate(resolve))
        this.#run.signal.throwIfAborted()
      }
    else if (command.kind === 'if') {
      if ((await this.#evaluate(command.test, streams, true)) === 0)
        return this.#evaluate(command.yes, streams, isTested)
      return command.no === null ? 0 : this.#evaluate(command.no, streams, isTested)
    } else {
      const word = await expandOne(command.word, this.#expansion(streams))
      for (const { patterns, body } of command.arms)
        for (const pattern of patterns)
          if (matches(word, await expandOne(pattern, this.#expansion(streams))))
            return this.#evaluate(body, streams, isTested)
    }
    return status
  }

  /** Each part ends before the next one begins, and hands on all that it wrote. */
  async #pipe(parts: readonly Command[], streams: Streams): Promise<number> {
    let { stdin } = streams
    for (const part of parts.slice(0, -1)) {
      const written: Buffer[] = []
      await this.#subshell(part, { ...streams, stdin, out: bytes => written.push(bytes) })
      stdin = Input.of(Buffer.concat(written))
    }
    const last = parts.at(-1)
    if (last === undefined) return 0
    return parts.length === 1 ? this.#evaluate(last, streams, true) : this.#subshell(last, { ...streams, stdin })
  }

  async #subshell(body: Command, streams: Streams): Promise<number> {
    const environment = new Map(this.#variables)
    const own = new Shell(
      { ...this.#run, ...streams, environment, cwd: this.#cwd },
      this.#applets,
      this.#exitsOnFailure,
    )
    own.#arguments = this.#arguments
    own.#status = this.#status
    return own.#untilExit(() => own.#evaluate(body, streams))
  }

  async #redirected(redirects: readonly Redirect[], streams: Streams): Promise<Streams> {
    let changed = streams
    const { files } = this.#run.machine
    for (const { from, how, to } of redirects) {
      const target = await expandOne(to, this.#expansion(streams))
      const path = posix.resolve(this.#cwd, target)
      if (how === '<') {
        changed = { ...changed, stdin: Input.of(readFile(this.#run.machine, path)) }
        continue
      }
      if (how === '>&') {
        changed = from === 2 ? { ...changed, err: changed.out } : { ...changed, out: changed.err }
        continue
      }
      if (how === '>' || files.get(path) === undefined) files.write(path, Buffer.alloc(0))
      const append = (bytes: Buffer) =>
        files.write(path, Buffer.concat([path === '/dev/null' ? bytes : files.read(path), bytes]))
      changed = from === 2 ? { ...changed, err: append } : { ...changed, out: append }
    }
    return changed
  }

  async #simple(written: readonly string[], streams: Streams): Promise<number> {
    const assigned = new Map<string, string>()
    let at = 0
    for (; at < written.length; at += 1) {
      const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(written[at] ?? '') ?? []
      if (name === undefined || value === undefined) break
      this.#status = 0
      assigned.set(name, await expandOne(value, this.#expansion(streams)))
    }
    const [name, ...args] = await this.#fields(written.slice(at), streams)
    if (name === undefined) {
      for (const [key, value] of assigned) this.#variables.set(key, value)
      return this.#status
    }
    return this.#builtin(name, args, streams) ?? this.#external([name, ...args], assigned, streams)
  }

  #builtin(name: string, args: readonly string[], streams: Streams): number | Promise<number> | null {
    const [first = ''] = args
    switch (name) {
      case ':':
      case 'trap':
      case 'wait':
        return 0
      case 'exit':
        throw new Exit(first === '' ? this.#status : Number(first))
      case 'cd':
        this.#cwd = posix.resolve(this.#cwd, first || '/')
        if (this.#run.machine.files.get(this.#cwd)?.kind !== 'directory')
          throw new FileError('No such file or directory')
        return 0
      case 'set':
        if (first === '-e') this.#exitsOnFailure = true
        return 0
      case 'export':
        for (const one of args) this.#export(one)
        return 0
      case 'exec':
        return this.#external(args, new Map(), streams).then(code => {
          throw new Exit(code)
        })
      case 'read':
        return this.#read(args.at(-1) ?? 'REPLY', streams)
      case 'eval':
        return this.#evaluate(parseScript(args.join(' ')), streams, true)
      case 'command':
        return first === '-v' ? this.#where(args[1] ?? '', streams) : this.#external(args, new Map(), streams)
      default:
        return IN_SHELL.has(name) ? this.#applet([name, ...args], streams) : null
    }
  }

  async #applet(args: readonly string[], streams: Streams): Promise<number> {
    const program = this.#applets(args[0] ?? '')
    return program === undefined ? 127 : program({ ...this.#run, ...streams, args, cwd: this.#cwd })
  }

  #where(name: string, { out }: Streams): number {
    try {
      out(Buffer.from(`${findProgram({ ...this.#run, environment: this.#variables }, name)}\n`))
      return 0
    } catch {
      return 127
    }
  }

  #export(said: string): void {
    const [name = '', ...value] = said.split('=')
    if (value.length > 0) this.#variables.set(name, value.join('='))
    this.#exported.add(name)
  }

  async #read(name: string, { stdin }: Streams): Promise<number> {
    const line = await stdin.line(this.#run.signal)
    this.#variables.set(name, line ?? '')
    return line === null ? 1 : 0
  }

  async #external(args: readonly string[], assigned: ReadonlyMap<string, string>, streams: Streams): Promise<number> {
    const kept = [...this.#variables].filter(([name]) => this.#exported.has(name))
    const environment = new Map([...kept, ...assigned])
    try {
      return await execute({ ...this.#run, ...streams, args, environment, cwd: this.#cwd }, this.#applets)
    } catch (error) {
      if (!(error instanceof NotRunnable)) throw error
      streams.err(Buffer.from(`sh: ${args[0]}: ${error.code === 127 ? 'not found' : 'Permission denied'}\n`))
      return error.code
    }
  }

  async #fields(words: readonly string[], streams: Streams): Promise<string[]> {
    const fields: string[] = []
    for (const word of words) fields.push(...(await expand(word, this.#expansion(streams))))
    return fields
  }

  #expansion(streams: Streams): Expansion {
    return {
      variable: name => this.#special(name) ?? this.#variables.get(name),
      arguments: this.#arguments.slice(1),
      list: path =>
        path === '/proc' ? [...this.#run.machine.processes.keys()].map(String) : this.#run.machine.files.list(path),
      cwd: this.#cwd,
      output: async script => {
        const written: Buffer[] = []
        this.#status = await this.#subshell(parseScript(script), { ...streams, out: bytes => written.push(bytes) })
        return Buffer.concat(written).toString('utf8').replace(/\n+$/, '')
      },
    }
  }

  #special(name: string): string | undefined {
    if (name === '?') return String(this.#status)
    if (name === '$') return '1'
    if (name === '#') return String(Math.max(0, this.#arguments.length - 1))
    return /^\d$/.test(name) ? (this.#arguments[Number(name)] ?? '') : undefined
  }
}
