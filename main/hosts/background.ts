import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { FailureError, fail } from '../../shared/failure.ts'
import type { Port } from '../../shared/wire.ts'
import { type ControlClient, dialControl } from '../api/control.ts'
import { prepareHome, usingHome } from '../store/home-access.ts'
import { type Environment, serveLogFile } from './home.ts'

const COMMAND_LINE = fileURLToPath(new URL('./cli/main.ts', import.meta.url))
const START_MS = 30_000
/** How long somebody else, who started it at the same moment, may still take to answer once ours has given up. */
const OTHERS_MS = 3_000
const POLL_MS = 40

export interface AttachInput {
  readonly home: string
  readonly by: ControlClient
  readonly environment: Environment
  /** Says that it had to be started. */
  readonly onStart: () => void
}

/** A port to the app of this home, which is started in the background when none runs. Fails with `unreachable` and the end of its log. */
export async function attach(input: AttachInput): Promise<Port> {
  const running = await dialIfRunning(input.home, input.by)
  if (running !== undefined) return running
  // What keeps the app from starting here is told here: on a full disk its log would stay empty.
  prepareHome(input.home)
  input.onStart()
  return awaitAnswer(input, await usingHome(input.home, () => startServe(input.home, input.environment)))
}

/** A port to the app of this home, or undefined when none runs. */
export async function dialIfRunning(home: string, by: ControlClient): Promise<Port | undefined> {
  try {
    return await dialControl(home, by)
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === 'unreachable') return undefined
    throw error
  }
}

/** Starts `flotilla serve` so that it outlives this process; what it says goes to a log in the home. */
function startServe(home: string, environment: Environment): ChildProcess {
  const log = openSync(serveLogFile(home), 'a', 0o600)
  const child = spawn(process.execPath, [...process.execArgv, COMMAND_LINE, 'serve'], {
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log, log],
    env: { ...environment, FLOTILLA_HOME: home },
  })
  closeSync(log)
  child.unref()
  return child
}

async function awaitAnswer({ home, by }: AttachInput, child: ChildProcess): Promise<Port> {
  let deadline = Date.now() + START_MS
  let hasEnded = false
  const onEnd = () => {
    hasEnded = true
    deadline = Math.min(deadline, Date.now() + OTHERS_MS)
  }
  child.once('exit', onEnd)
  child.once('error', onEnd)
  while (Date.now() < deadline) {
    await pause(POLL_MS)
    const port = await dialIfRunning(home, by)
    if (port !== undefined) return port
  }
  const what = hasEnded ? 'Flotilla ended while it was starting' : 'Flotilla does not answer'
  return fail('unreachable', `${what}: ${lastLine(home)}`, { hint: `See ${serveLogFile(home)}` })
}

function lastLine(home: string): string {
  const lines = readFileSync(serveLogFile(home), 'utf8').trimEnd().split('\n')
  return lines.at(-1) || 'its log is empty'
}
