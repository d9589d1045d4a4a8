import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, constants, openSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { FailureError, fail } from '../../shared/failure.ts'
import type { Port } from '../../shared/wire.ts'
import { type ControlClient, dialControl } from '../api/control.ts'
import { rotate } from '../log/rotating-file.ts'
import { prepareHome, usingHome } from '../store/home-access.ts'
import { type Environment, serveLogFile } from './home.ts'
import { readStartLog } from './start-log.ts'

const COMMAND_LINE = fileURLToPath(new URL('./cli/main.ts', import.meta.url))
/** How long a start may go without saying anything: it tells each step, and goes on telling while a step takes long. */
const SILENT_MS = 60_000
/** How long somebody else, who started it at the same moment, may still take to answer once ours has given up. */
const OTHERS_MS = 3_000
const SERVE_LOG_BYTES = 1_000_000
const POLL_MS = 40
/** At its end, and never where a link leads. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)

export interface AttachInput {
  readonly home: string
  readonly by: ControlClient
  readonly environment: Environment
  /** Says that it had to be started. */
  readonly onStart: () => void
  /** Hears what the start is waited for; absent where nobody looks. */
  readonly onStep?: (what: string) => void
}

/**
 * A port to the app of this home, which is started in the background when none runs. Waits as long as the start goes on.
 * Fails with the reason for which the start failed, or `unreachable`.
 */
export async function attach(input: AttachInput): Promise<Port> {
  const running = await dialIfRunning(input.home, input.by)
  if (running !== undefined) return running
  // A home that cannot be used is told here: on a full disk the log would stay empty.
  prepareHome(input.home)
  input.onStart()
  boundServeLog(input.home)
  const before = logLength(input.home)
  const child = await usingHome(input.home, () => startServe(input.home, input.environment))
  return awaitAnswer(input, child, () => logSince(input.home, before))
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
  const log = openSync(serveLogFile(home), APPEND, 0o600)
  const child = spawn(process.execPath, [...process.execArgv, COMMAND_LINE, 'serve', '--json'], {
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log, log],
    env: { ...environment, FLOTILLA_HOME: home },
  })
  closeSync(log)
  child.unref()
  return child
}

async function awaitAnswer({ home, by, onStep }: AttachInput, child: ChildProcess, log: () => string): Promise<Port> {
  let deadline = Date.now() + SILENT_MS
  let hasEnded = false
  let told = ''
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
    const now = log()
    if (now === told || hasEnded) continue
    told = now
    deadline = Date.now() + SILENT_MS
    const { step } = readStartLog(now)
    if (step !== null) onStep?.(step)
  }
  return hasEnded ? failEnded(home, log()) : failSilent(home, log())
}

function failEnded(home: string, log: string): never {
  const { failure } = readStartLog(log)
  const why = failure?.message ?? 'it did not say why'
  return fail('unreachable', `Flotilla could not start: ${why}`, { hint: failure?.hint ?? `See ${serveLogFile(home)}` })
}

function failSilent(home: string, log: string): never {
  const { step } = readStartLog(log)
  const at = step === null ? '' : `; it was at this step: ${step}`
  const message = `Flotilla has not started, and said nothing for ${SILENT_MS / 1_000} s${at}`
  return fail('unreachable', message, { hint: `See ${serveLogFile(home)}` })
}

/** A log that has grown long is kept as the one before, and a new one is begun. */
function boundServeLog(home: string): void {
  if (logLength(home) > SERVE_LOG_BYTES) rotate(serveLogFile(home), 1)
}

function logLength(home: string): number {
  return statSync(serveLogFile(home), { throwIfNoEntry: false })?.size ?? 0
}

/** The part of the log after its first so many bytes. */
function logSince(home: string, bytes: number): string {
  return readFileSync(serveLogFile(home)).subarray(bytes).toString('utf8')
}
