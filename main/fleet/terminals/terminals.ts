import type { Emit } from '../../../shared/contract.ts'
import { type Failure, fail, toFailure } from '../../../shared/failure.ts'
import type { RecordedSet } from '../../../shared/model/container-set.ts'
import { setWith } from '../../../shared/rules/lookup.ts'
import type { TerminalOpen, TerminalOutput, TerminalSession, TerminalSize } from '../../../shared/terminal.ts'
import type { Engine } from '../../engine/engine.ts'
import type { ContainerDetail } from '../../engine/model.ts'
import { scanSet } from '../drift/drift-scan.ts'
import type { Parts } from '../parts.ts'
import type { OpenTerminal } from './open-terminals.ts'

/** More would be a mistake, and each holds a connection to the engine. */
const MOST_SESSIONS = 32

/**
 * Opens a shell, the best that the container has, or the terminal of its own process. Its container counts as touched from
 * now on.
 */
export async function openTerminal(
  parts: Parts,
  { container, kind, ...size }: TerminalOpen,
  signal: AbortSignal,
): Promise<TerminalSession> {
  if (parts.terminals.list().length >= MOST_SESSIONS)
    fail('refused', `There are ${MOST_SESSIONS} terminals already`, { hint: 'Close some of them' })
  const detail = await parts.engine.inspectContainer(container, { signal })
  if (detail.state !== 'running')
    fail('conflict', `${detail.name} is ${detail.state}`, { hint: 'A terminal needs a container that runs' })
  const program = kind === 'shell' ? await findShell(parts.engine, detail, signal) : ownProgram(detail)
  const set = setWith(parts.store.journal.state(), detail.id)
  const what = kind === 'shell' ? 'a terminal session' : 'attached to its terminal'
  if (set !== undefined) parts.store.touched.add(detail.id, { what, at: parts.now() })
  const exec = await openSession(parts.engine, { detail, program, kind, size, signal })
  const session: TerminalSession = {
    id: parts.newId(),
    containerId: detail.id,
    container: detail.name,
    fleet: parts.store.journal.state().fleets.get(set?.fleetId ?? ('' as RecordedSet['fleetId']))?.name ?? null,
    version: set?.version ?? null,
    kind,
    shell: program.split('/').at(-1) ?? program,
    openedAt: parts.now(),
    ended: null,
  }
  parts.terminals.add(session, { exec, engine: parts.engine })
  exec.onEnd(({ exitCode, failure }) => {
    if (failure !== null) return parts.terminals.end(session.id, gone(detail.name, failure))
    whyEnded(parts.engine, detail, exitCode).then(
      why => parts.terminals.end(session.id, why),
      error => parts.log('the end of a terminal could not be told', { error }),
    )
  })
  if (set !== undefined) showTouched(parts, set)
  return session
}

interface Opening {
  readonly detail: ContainerDetail
  readonly program: string
  readonly kind: TerminalOpen['kind']
  readonly size: TerminalSize
  readonly signal: AbortSignal
}

function openSession(engine: Engine, { detail, program, kind, size, signal }: Opening): Promise<OpenTerminal['exec']> {
  if (kind === 'attached') return engine.attach(detail.id, size, { signal })
  const environment = [['TERM', 'xterm-256color'] as const, ['COLORTERM', 'truecolor'] as const]
  return engine.openExec(detail.id, { command: [program], size, environment }, { signal })
}

/** The program in the container's own terminal. */
function ownProgram({ name, run }: ContainerDetail): string {
  if (!run.tty) {
    fail('unsupported', `${name} has no terminal of its own`, {
      hint: 'It was made without one (docker run -t): open a shell in it, or read its log',
    })
  }
  return [...(run.entrypoint ?? []), ...(run.command ?? [])][0] ?? name
}

async function findShell(engine: Engine, { id, name }: ContainerDetail, signal: AbortSignal): Promise<string> {
  const search = 'command -v bash || command -v ash || command -v sh'
  const { exitCode, output } = await engine.exec(id, ['sh', '-c', search], { signal, deadlineMs: 10_000 })
  const shell = output.trim().split('\n')[0] ?? ''
  if (exitCode === 0 && /^\/[\w./-]+$/.test(shell)) return shell
  if (exitCode === 0) return 'sh'
  return fail('unsupported', `${name} has no shell: neither bash, ash nor sh`, {
    hint: 'An image without one can only be looked at from outside: its files, its logs',
  })
}

/** The drift that this is shows at once; a scan that fails is tried again by the watch. */
function showTouched(parts: Parts, set: RecordedSet): void {
  scanSet(parts, set, new AbortController().signal).catch(error =>
    parts.log('drift could not be looked for', { error }),
  )
}

/** The exit code of a killed shell, and how long the engine may take to say why. Milliseconds. */
const killedCode = 137
const settleMs = 1_000

async function whyEnded(engine: Engine, { id, name }: ContainerDetail, exitCode: number | null): Promise<string> {
  try {
    // A container that is killed takes its shell along a moment before the engine says so.
    if (exitCode === killedCode) await new Promise(resolve => setTimeout(resolve, settleMs))
    const { state } = await engine.inspectContainer(id)
    if (state !== 'running') return `${name} has stopped`
    return exitCode === null ? 'The connection to it was lost' : `The shell ended with exit code ${exitCode}`
  } catch (error) {
    return gone(name, toFailure(error))
  }
}

function gone(name: string, failure: Failure): string {
  return failure.code === 'not-found' ? `${name} was removed` : `The engine was lost: ${failure.message}`
}

export function followTerminals(parts: Parts, emit: Emit<TerminalSession[]>): () => void {
  const tell = () => emit([...parts.terminals.list()])
  tell()
  return parts.terminals.onChange(tell)
}

export function followTerminal(
  parts: Parts,
  { id, reader }: { readonly id: string; readonly reader: string },
  emit: Emit<TerminalOutput>,
): () => void {
  return parts.terminals.find(id).outlet.follow(reader, emit)
}

/** Types into a terminal. Fails `conflict` where its program has ended or does not read. */
export async function writeTerminal(
  parts: Parts,
  { id, bytes }: { readonly id: string; readonly bytes: string },
): Promise<void> {
  const { exec } = parts.terminals.find(id)
  if (await exec.write(Buffer.from(bytes, 'base64'))) return
  const { ended } = parts.terminals.find(id).session
  fail('conflict', ended ?? 'The program in the terminal does not read what is typed')
}

export async function closeTerminal(parts: Pick<Parts, 'terminals'>, id: string): Promise<void> {
  const { exec } = parts.terminals.find(id)
  await exec.close()
  parts.terminals.remove(id)
}

/** Hangs up on every shell over an engine, or over all, so that none is left behind in a container. Never rejects. */
export async function closeTerminals(parts: Pick<Parts, 'terminals' | 'log'>, engine?: Engine): Promise<void> {
  const left = (error: unknown) => parts.log('a terminal was left open', { error })
  await Promise.all(parts.terminals.list(engine).map(({ id }) => closeTerminal(parts, id).catch(left)))
}
