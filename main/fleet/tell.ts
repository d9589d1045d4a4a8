import { FailureError, fail, hasCode, toFailure } from '../../shared/failure.ts'
import type { FleetId, Version } from '../../shared/model/ids.ts'
import type { Change, EngineThings, JournalEntry, Operation } from '../../shared/model/journal.ts'
import { inLogContext } from '../log/context.ts'
import type { Caller } from './caller.ts'
import type { Parts } from './parts.ts'

export interface Story {
  readonly op: Operation
  readonly title: string
  readonly fleet: { readonly id: FleetId; readonly name: string } | null
  readonly from?: Version | null
  readonly to?: Version | null
  readonly forced?: boolean
  readonly undoes?: number | null
  /** The names that the operation with this id gives to containers and networks. */
  names?(operation: string): readonly string[]
  /**
   * The things that the story removes, and the changes that hold from its begin on. Such a story only goes forward: an
   * interruption or a failure leaves things in the engine that are removed when the engine is back, and a cancel has no
   * effect any more.
   */
  readonly removal?: { readonly things: EngineThings; readonly changes: readonly Change[] }
}

/** The result of an operation: its answer, and its entry for the journal. */
export interface OperationResult<T> {
  readonly value: T
  readonly detail: string
  readonly changes?: readonly Change[]
  readonly to?: Version
  /** Things that this makes useless: they are removed afterwards, by the story or by a recovery. */
  readonly removes?: EngineThings
}

/** Given to a running story: its id in the engine's labels, its cancel signal, and where to report how far it is. */
export interface Running {
  readonly operation: string
  readonly signal: AbortSignal
  progress(done: number, total: number, what: string): void
}

/**
 * Tells one story in the journal: `begin` before it touches anything, `end` with what came of it, whatever that is.
 * The story walks its own steps back before it throws.
 */
export async function tell<T>(
  parts: Parts,
  caller: Caller,
  story: Story,
  run: (running: Running) => Promise<OperationResult<T>>,
): Promise<T> {
  const abort = new AbortController()
  const stop = () => abort.abort()
  if (caller.signal.aborted) stop()
  caller.signal.addEventListener('abort', stop, { once: true })
  const operation = parts.newId()
  const startedAt = parts.now()
  const inContext = <R>(work: () => R) => inLogContext({ area: story.op, operation }, work)
  const log: Parts['log'] = (message, details) => inContext(() => parts.log(message, details))
  const begin = parts.store.journal.begin({
    op: story.op,
    fleetId: story.fleet?.id ?? null,
    fleet: story.fleet?.name ?? '',
    operation,
    cause: caller.by,
    from: story.from ?? null,
    to: story.to ?? null,
    forced: story.forced ?? false,
    undoes: caller.undoes ?? story.undoes ?? null,
    names: story.names?.(operation) ?? [],
    changes: story.removal?.changes ?? [],
    removes: story.removal?.things ?? null,
  })
  const handle = parts.operations.add(
    {
      id: operation,
      op: story.op,
      fleetId: story.fleet?.id ?? null,
      title: story.title,
      startedAt,
      progress: { done: 0, total: 1, what: story.title },
    },
    abort,
  )
  const progress = (done: number, total: number, what: string) => {
    handle.update({ done, total, what })
    caller.progress({ done, total, what })
  }
  const ended = (ms: () => number) => ({ of: begin.seq, ms: ms() })
  const ms = () => parts.now() - startedAt
  let isTold = false
  log(`${story.title}: begins`, { level: 'info' })
  try {
    const told = await inContext(() => run({ operation, signal: abort.signal, progress }))
    isTold = true
    parts.store.journal.end({
      ...ended(ms),
      outcome: 'done',
      detail: told.detail,
      changes: told.changes ?? [],
      to: told.to ?? null,
      removes: told.removes ?? null,
    })
    log(`${story.title}: done in ${ms()} ms`, { level: 'info' })
    return told.value
  } catch (error) {
    log(`${story.title}: failed after ${ms()} ms`, { level: 'info', error })
    if (isTold) return endLater(parts, begin.seq, error)
    if (story.removal !== undefined || isSilence(error)) parts.unfinished.add(begin.seq)
    const outcome = abort.signal.aborted ? 'cancelled' : 'failed'
    inContext(() => recordFailure(parts, { ...ended(ms), outcome, failure: toFailure(error) }))
    throw abort.signal.aborted && !isCancelled(error) ? cancelled(error) : error
  } finally {
    caller.signal.removeEventListener('abort', stop)
    handle.remove()
  }
}

/** A journal that cannot be written must not hide why the story failed. */
function recordFailure(
  parts: Parts,
  end: { of: number; ms: number; outcome: 'failed' | 'cancelled'; failure: NonNullable<JournalEntry['failure']> },
): void {
  try {
    parts.store.journal.end({ ...end, detail: end.failure.message })
  } catch (error) {
    parts.unfinished.add(end.of)
    parts.log(`the journal could not take the end of ${end.of}`, { error })
  }
}

/** All is done, and the journal takes no word of it: then it counts as interrupted, and is ended by a recovery. */
function endLater(parts: Parts, seq: number, cause: unknown): never {
  const { code, message } = toFailure(cause)
  parts.unfinished.add(seq)
  return fail(code, message, {
    hint: 'What was begun is taken back, and a removal is finished, as soon as there is room. Then try again',
    cause,
  })
}

/** Whether the engine fell silent, so that the operation may not have been walked back either. */
function isSilence(error: unknown): boolean {
  const { code } = toFailure(error)
  return code === 'timeout' || code === 'unreachable'
}

function isCancelled(error: unknown): boolean {
  return hasCode(error, 'cancelled')
}

function cancelled(cause: unknown): FailureError {
  return new FailureError({ code: 'cancelled', message: 'Cancelled; what was begun was taken back' }, { cause })
}
