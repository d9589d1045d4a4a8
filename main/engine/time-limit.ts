import { FailureError } from '../../shared/failure.ts'
import type { CallOptions } from './model.ts'

/** How long one call may go on. `expired` rejects at the deadline or the cancel; `signal` aborts with it. */
export interface TimeLimit {
  readonly signal: AbortSignal
  readonly expired: Promise<never>
  /** Lets go of the timer and of the caller's signal. */
  release(): void
  /** Lets go, and aborts what was to end in time: it has failed otherwise. */
  abandon(): void
}

/** Node fires a timer that is set for longer at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export function limitTime(what: string, options: CallOptions, defaultMs: number): TimeLimit {
  const controller = new AbortController()
  let reject: (error: FailureError) => void = () => {}
  const expired = new Promise<never>((_resolve, rejectExpired) => {
    reject = rejectExpired
  })
  // The race handles the rejection; alone it is not an error.
  expired.catch(() => {})

  function expire(error: FailureError): void {
    release()
    reject(error)
    controller.abort(error)
  }

  const deadlineMs = options.deadlineMs ?? defaultMs
  const timer = setTimeout(() => expire(timeout(what, deadlineMs)), Math.min(deadlineMs, LONGEST_TIMER_MS))
  const cancel = () => expire(new FailureError({ code: 'cancelled', message: `Cancelled: ${what}` }))
  options.signal?.addEventListener('abort', cancel, { once: true })

  function release(): void {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', cancel)
  }

  if (options.signal?.aborted) cancel()
  const abandon = () => {
    release()
    controller.abort()
  }
  return { signal: controller.signal, expired, release, abandon }
}

function timeout(what: string, deadlineMs: number): FailureError {
  const message = `Docker did not answer within ${deadlineMs / 1000} s: ${what}`
  return new FailureError({ code: 'timeout', message, hint: 'The engine may be overloaded or hung' })
}

/** Waits, unless it is cancelled first. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>(resolve => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}

/** A pause that took so much longer was a sleep of this machine. Milliseconds. */
const SLEEP_MS = 10_000
const SLICE_MS = 5_000

/** Waits, unless it is cancelled first, or this machine was asleep meanwhile: much may have changed by then. */
export async function pauseUntilResume(ms: number, signal: AbortSignal, now: () => number = Date.now): Promise<void> {
  for (let left = ms; left > 0 && !signal.aborted; left -= SLICE_MS) {
    const slice = Math.min(left, SLICE_MS)
    const begunAt = now()
    await pause(slice, signal)
    if (now() - begunAt > slice + SLEEP_MS) return
  }
}
