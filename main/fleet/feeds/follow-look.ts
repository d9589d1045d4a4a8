import { type Failure, toFailure } from '../../../shared/failure.ts'
import type { EngineEvent } from '../../engine/model.ts'
import type { Parts } from '../parts.ts'
import { repeat } from './repeat.ts'

export interface Look<T> {
  /** Whether an event may have changed it. */
  hints(event: EngineEvent): boolean
  /** Tells what it saw, in parts where some of it takes long. */
  look(signal: AbortSignal, tell: (value: T) => void): Promise<void>
}

/**
 * Tells what a look at the engine sees: now, soon after what hints at a change, and every minute; only what is something
 * else than before. A look that failed tells what was seen last, and why there is nothing newer.
 */
export function followLook<T>(
  parts: Parts,
  { hints, look }: Look<T>,
  emit: (seen: { readonly value: T | null; readonly failure: Failure | null }) => void,
): () => void {
  const abort = new AbortController()
  let value: T | null = null
  let told = ''
  const tell = (failure: Failure | null) => {
    const text = JSON.stringify([value, failure])
    if (abort.signal.aborted || text === told) return
    told = text
    emit({ value, failure })
  }
  const looks = repeat(
    () =>
      look(abort.signal, seen => {
        value = seen
        tell(null)
      }),
    error => tell(toFailure(error)),
  )
  const stops = [
    parts.engine.onEvent(event => hints(event) && looks.soon()),
    parts.engine.onReconcile(looks.soon),
    parts.store.journal.onChange(looks.soon),
    looks.stop,
  ]
  return () => {
    abort.abort()
    for (const stop of stops) stop()
  }
}
