import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import type { Failure } from '../../shared/failure.ts'
import type { Calls } from './calls.ts'
import { codeOfFailure, engineFailure } from './engine-failure.ts'
import { execCalls } from './exec.ts'
import type { CallOptions, ExecEnd, ExecSession, TerminalSize } from './model.ts'
import { pathName } from './references.ts'
import { ExecReply, IdReply } from './replies.ts'
import { pause } from './time-limit.ts'

/** Commands in containers with a terminal of their own. */
export interface TerminalCalls {
  /** Runs a command with a terminal; `environment` is added to the container's own. */
  openExec(
    id: string,
    spec: {
      readonly command: readonly string[]
      readonly size: TerminalSize
      readonly environment: readonly (readonly [string, string])[]
    },
    options?: CallOptions,
  ): Promise<ExecSession>
}

const EXEC_MS = 20_000
const RESIZE_MS = 5_000
const HANG_UP_MS = 5_000
/** Most bytes that wait for a program that does not read, and how long further input waits, in milliseconds. */
const MOST_WAITING = 1024 * 1024
const TAKE_MS = 10_000
/** Marks every process of a session in its environment, so that they can be found when it is closed. */
const MARK = 'FLOTILLA_TERMINAL'

/**
 * The keys that the engine takes for "leave me": by default Ctrl+P, Ctrl+Q, which people and bytes do say. It cannot be switched
 * off, only made so long that nobody ever says it; and its first key is one that few ever press.
 */
export const DETACH_KEYS = 'ctrl-^,f,l,o,t,i,l,l,a,ctrl-^,d,e,t,a,c,h,ctrl-^'

/** Commands with a terminal of their own. `onReconcile` tells when there is a way to the engine again. */
export function terminalCalls(calls: Calls, onReconcile: (listener: () => void) => () => void): TerminalCalls {
  return {
    async openExec(id, spec, options = {}) {
      const mark = randomBytes(8).toString('hex')
      const environment = [...spec.environment, [MARK, mark] as const].map(([name, value]) => `${name}=${value}`)
      const streams = { AttachStdin: true, AttachStdout: true, AttachStderr: true, Tty: true }
      const create = {
        method: 'POST' as const,
        path: `/containers/${pathName(id)}/exec`,
        body: { ...streams, Cmd: spec.command, Env: environment, DetachKeys: DETACH_KEYS },
        deadlineMs: EXEC_MS,
      }
      const own = await calls.pinned(create, options)
      const { Id } = await own.ask(create, IdReply, options)
      const exec = `/exec/${pathName(Id)}`
      const start = { method: 'POST' as const, path: `${exec}/start`, body: { Detach: false, Tty: true } }
      const connection = await own.hijack({ ...start, deadlineMs: EXEC_MS }, options)
      const hangUpLater = () => {
        const stop = onReconcile(() => {
          stop()
          void hangUp(calls, id, mark)
        })
      }
      const session = sessionOf({
        connection,
        resize: size => resize(own, exec, size),
        exitCode: () => exitCodeOf(own, exec),
        hangUp: () => hangUp(own, id, mark),
        hangUpLater,
      })
      return closedUnless(session, firstSize(own, exec, spec.size))
    },
  }
}

/** A terminal over there: its bytes, and what is asked of it beside them. */
interface Opened {
  readonly connection: Duplex
  readonly resize: (size: TerminalSize) => Promise<boolean>
  readonly exitCode: () => Promise<number | null>
  readonly hangUp: () => Promise<void>
  readonly hangUpLater: () => void
}

export function sessionOf({ connection, resize, exitCode, hangUp, hangUpLater }: Opened): ExecSession {
  let hasEnded = false
  const listeners: ((end: ExecEnd) => void)[] = []
  let ended: ExecEnd | undefined

  async function end(failure: Failure | null = null): Promise<void> {
    if (hasEnded) return
    hasEnded = true
    connection.destroy()
    ended = { exitCode: failure === null ? await exitCode() : null, failure }
    for (const listener of listeners) listener(ended)
  }

  connection.on('error', error => {
    // Its command goes on in the container, and nobody can come back to it.
    if (!hasEnded) hangUpLater()
    void end(engineFailure(error).failure)
  })
  connection.on('end', () => void end())
  connection.on('close', () => void end())

  return {
    async write(bytes) {
      if (!hasEnded && connection.writableLength > MOST_WAITING) await drained(connection)
      if (hasEnded || connection.writableLength > MOST_WAITING) return false
      connection.write(bytes)
      return true
    },
    resize: async size => void (await resize(size)),
    onData: listener => void connection.on('data', listener),
    pause: () => void connection.pause(),
    resume: () => void connection.resume(),
    onEnd(listener) {
      if (ended === undefined) listeners.push(listener)
      else listener(ended)
    },
    async close() {
      if (hasEnded) return
      await hangUp()
      await end()
    },
  }
}

/** Resolves when what was written has gone out, the connection is closed, or it takes too long. */
function drained(connection: Duplex): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer)
      connection.off('drain', end).off('close', end)
      resolve()
    }
    const timer = setTimeout(end, TAKE_MS)
    connection.on('drain', end).on('close', end)
  })
}

/** The session, once it has its size. Nobody could close one that is not handed out. */
export async function closedUnless(session: ExecSession, isSized: Promise<unknown>): Promise<ExecSession> {
  try {
    await isSized
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}

/** A command is not there yet when the engine says that it has started it. */
async function firstSize(calls: Calls, exec: string, size: TerminalSize): Promise<void> {
  for (let left = 20; left > 0; left -= 1) {
    if (await resize(calls, exec, size)) return
    await pause(25, new AbortController().signal)
  }
}

/** False where there is no such command, not yet or not any more. */
export async function resize(calls: Calls, of: string, { columns, rows }: TerminalSize): Promise<boolean> {
  const query = { w: String(columns), h: String(rows) }
  try {
    const status = await calls.tell(
      { method: 'POST', path: `${of}/resize`, query, deadlineMs: RESIZE_MS },
      [404, 409, 500],
    )
    return status < 300
  } catch (error) {
    if (codeOfFailure(error) !== 'not-found') throw error
    return false
  }
}

/** The terminal may end a moment before the engine knows the exit code. */
async function exitCodeOf(calls: Calls, exec: string): Promise<number | null> {
  try {
    for (let left = 20; left > 0; left -= 1) {
      const state = await calls.ask({ method: 'GET', path: `${exec}/json`, deadlineMs: EXEC_MS }, ExecReply)
      if (!state.Running) return state.ExitCode ?? null
      await pause(25, new AbortController().signal)
    }
  } catch {
    // The container is gone or the engine is lost: nobody knows it any more.
  }
  return null
}

/**
 * The engine lets a command run on when its connection is closed, waiting for input that never comes. So whatever bears
 * the session's mark is told, from inside, that its terminal is gone.
 */
async function hangUp(calls: Calls, id: string, mark: string): Promise<void> {
  const script = `for p in /proc/[0-9]*; do case "$(tr '\\0' ' ' <"$p/environ")" in *${MARK}=${mark}*) kill -HUP "\${p#/proc/}";; esac; done 2>/dev/null`
  try {
    await execCalls(calls).exec(id, ['sh', '-c', script], { deadlineMs: HANG_UP_MS })
  } catch {
    // No shell, no container or no engine: there is nothing more that can be done.
  }
}
