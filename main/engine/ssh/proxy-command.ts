import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import { FailureError } from '../../../shared/failure.ts'
import type { SshHost } from './config.ts'
import { oneLine } from './failures.ts'

/** A connection to a host through the program that its ProxyCommand names. The program ends with it. */
export function openProxyCommand(host: SshHost, command: string): Duplex {
  const isWindows = process.platform === 'win32'
  // The shell is replaced by the program, as ssh does it: what is ended is the program.
  const child = spawn(isWindows ? command : `exec ${command}`, {
    shell: isWindows ? true : (process.env.SHELL ?? '/bin/sh'),
    stdio: 'pipe',
    windowsHide: true,
  })
  const connection = new ProgramConnection(child)
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    if (complaint.length < 1_000) complaint += chunk.toString('utf8')
  })
  const fail = (how: string) => {
    const said = complaint === '' ? '' : `: ${oneLine(complaint)}`
    connection.destroy(
      new FailureError({
        code: 'unreachable',
        message: `The ProxyCommand of ${host.alias} ${how}${said}`,
        hint: `Try it by itself: ${oneLine(command)}`,
      }),
    )
  }
  child.once('error', error => fail(`cannot be run (${error.message})`))
  child.once('close', code => fail(`ended with ${code ?? 'a signal'}`))
  return connection
}

/** The input and output of a program as a connection. It breaks after the program has ended and said why. */
class ProgramConnection extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams

  constructor(child: ChildProcessWithoutNullStreams) {
    super()
    this.#child = child
    child.stdin.on('error', () => {})
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause()
    })
  }

  override _read(): void {
    this.#child.stdout.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.#child.stdin.write(chunk, () => callback())
  }

  override _final(callback: () => void): void {
    this.#child.stdin.end(() => callback())
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#child.kill()
    callback(error)
  }
}
