import type { Calls } from './calls.ts'
import type { CallOptions } from './model.ts'
import { createDemultiplexer, createKeeper } from './multiplex.ts'
import { pathName } from './references.ts'
import { ExecReply, IdReply } from './replies.ts'
import { limitTime, pause } from './time-limit.ts'

/** Commands in containers. */
export interface ExecCalls {
  /** `POST /containers/{id}/exec`: runs a command in the container and waits for its end; at most `maxBytes` (default 64 KiB) of output is kept. */
  exec(
    id: string,
    command: readonly string[],
    options?: CallOptions & { readonly maxBytes?: number },
  ): Promise<{ readonly exitCode: number; readonly output: string }>
}

const EXEC_MS = 60_000
const OUTPUT_BYTES = 64 * 1024

export function execCalls(calls: Calls): ExecCalls {
  return {
    async exec(id, command, options = {}) {
      const limit = limitTime(`exec ${command[0] ?? ''}`, options, EXEC_MS)
      try {
        const running = { signal: limit.signal, deadlineMs: Number.POSITIVE_INFINITY }
        return await Promise.race([
          runCommand(calls, { id, command, maxBytes: options.maxBytes ?? OUTPUT_BYTES }, running),
          limit.expired,
        ])
      } finally {
        limit.release()
      }
    },
  }
}

interface Command {
  readonly id: string
  readonly command: readonly string[]
  readonly maxBytes: number
}

/** On one connection: the engine may be found again while the command still runs, and its output would be lost. */
async function runCommand(anyCalls: Calls, { id, command, maxBytes }: Command, options: CallOptions) {
  const body = { AttachStdout: true, AttachStderr: true, Tty: false, Cmd: command }
  const create = { method: 'POST' as const, path: `/containers/${pathName(id)}/exec`, body, deadlineMs: EXEC_MS }
  const calls = await anyCalls.pinned(create, options)
  const { Id } = await calls.ask(create, IdReply, options)

  const kept = createKeeper(maxBytes, 'first')
  const start = { Detach: false, Tty: false }
  const exec = `/exec/${pathName(Id)}`
  const request = { method: 'POST' as const, path: `${exec}/start`, body: start, deadlineMs: EXEC_MS }
  await calls.read(request, createDemultiplexer(kept.add), options)
  return { exitCode: await exitCodeOf(calls, exec, options), output: kept.text() }
}

/** The output may end a moment before the engine knows the exit code. */
async function exitCodeOf(calls: Calls, exec: string, options: CallOptions): Promise<number> {
  const signal = options.signal ?? new AbortController().signal
  for (;;) {
    const state = await calls.ask({ method: 'GET', path: `${exec}/json`, deadlineMs: EXEC_MS }, ExecReply, options)
    if (!state.Running && typeof state.ExitCode === 'number') return state.ExitCode
    await pause(20, signal)
  }
}
