import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Container } from './container.ts'
import { frame } from './logs.ts'
import { Input, NotRunnable } from './process.ts'
import { refuse } from './refusal.ts'

interface ExecBody {
  readonly Cmd: readonly string[]
  readonly Env?: readonly string[]
  readonly Tty?: boolean
  readonly AttachStdin?: boolean
  readonly WorkingDir?: string
}

interface Exec {
  readonly id: string
  readonly container: Container
  readonly body: ExecBody
  readonly terminal: { columns: number; rows: number }
  isRunning: boolean
  exitCode: number | null
}

/** Commands in containers, by their ids. */
export class Execs {
  readonly #all = new Map<string, Exec>()

  find(id: string): Exec {
    return this.#all.get(id) ?? refuse(404, `No such exec instance: ${id}`)
  }

  create(container: Container, body: ExecBody): string {
    if (container.state === 'paused')
      refuse(409, `container ${container.parts.name} is paused, unpause the container before exec`)
    if (!container.isRunning) refuse(409, `container ${container.id} is not running`)
    const id = randomBytes(32).toString('hex')
    this.#all.set(id, { id, container, body, terminal: { columns: 80, rows: 24 }, isRunning: false, exitCode: null })
    container.tell(`exec_create: ${body.Cmd.join(' ')}`, { execID: id })
    return id
  }

  /** Into the answer, framed by stream. */
  async startInto(id: string, response: ServerResponse): Promise<void> {
    const exec = this.find(id)
    response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' })
    response.flushHeaders()
    const write = (kind: 1 | 2) => (bytes: Buffer) => void response.write(exec.body.Tty ? bytes : frame(kind, bytes))
    await this.#run(exec, { stdin: Input.of(), out: write(1), err: write(2) })
    response.end()
  }

  /** Over the connection itself, both ways. */
  async startOver(id: string, connection: Duplex): Promise<void> {
    const exec = this.find(id)
    const stdin = inputOf(connection, exec.body.Tty === true)
    const write = (kind: 1 | 2) => (bytes: Buffer) => {
      if (!connection.writable) return
      connection.write(exec.body.Tty ? terminalText(bytes) : frame(kind, bytes))
    }
    await this.#run(exec, { stdin, out: write(1), err: write(2) })
    connection.end()
  }

  async #run(exec: Exec, streams: { stdin: Input; out(bytes: Buffer): void; err(bytes: Buffer): void }): Promise<void> {
    const { container, body } = exec
    const command = body.Cmd.join(' ')
    container.tell(`exec_start: ${command}`, { execID: exec.id })
    exec.isRunning = true
    const end = new AbortController()
    const terminal = body.Tty ? exec.terminal : undefined
    exec.exitCode = await container
      .execute(body.Cmd, { ...streams, terminal }, end.signal, {
        environment: body.Env ?? [],
        cwd: body.WorkingDir ?? '',
      })
      .catch(error => {
        streams.out(
          Buffer.from(
            `OCI runtime exec failed: exec failed: unable to start container process: ${error.message}: not found\r\n`,
          ),
        )
        return error instanceof NotRunnable ? error.code : 126
      })
    exec.isRunning = false
    container.tell('exec_die', { execID: exec.id, exitCode: String(exec.exitCode) })
  }
}

export function terminalText(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1')
}

/** A terminal echoes what is typed, and takes a return for the end of a line. */
export function inputOf(connection: Duplex, isTerminal: boolean): Input {
  const input = new Input()
  connection.on('data', (bytes: Buffer) => {
    if (isTerminal && connection.writable)
      connection.write(terminalText(Buffer.from(bytes.toString('latin1').replace(/\r/g, '\n'), 'latin1')))
    input.push(isTerminal ? Buffer.from(bytes.toString('latin1').replace(/\r/g, '\n'), 'latin1') : bytes)
  })
  connection.on('end', () => input.end()).on('error', () => input.end())
  return input
}
