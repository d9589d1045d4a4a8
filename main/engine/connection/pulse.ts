import type { Failure } from '../../../shared/failure.ts'
import { engineFailure } from '../engine-failure.ts'
import { pause } from '../time-limit.ts'
import type { Link } from './link.ts'

/** How often the engine is asked whether it is there. Milliseconds. */
const EVERY_MS = 400
/** An engine counts as silent after so many looks without an answer: a busy one is given 1.5 s. */
const LOOKS = 6
const LOOK_MS = 250
/** A pause that took longer was a sleep of this machine: connections seldom outlast that. Milliseconds. */
const SLEEP_MS = 10_000

export const silence: Failure = {
  code: 'timeout',
  message: 'The engine does not answer',
  hint: 'It may be overloaded, asleep or cut off; what it was asked goes on as soon as it answers',
}

/**
 * Asks the engine again and again whether it is there. `onSilence` hears when it does not answer, and when it does again:
 * it was busy, frozen or cut off, and whatever was asked of it meanwhile may still be answered. Resolves, with why, when
 * there is nothing left to wait for.
 */
export async function followPulse(
  ping: Link['ping'],
  onSilence: (isSilent: boolean) => void,
  { signal, now }: { readonly signal: AbortSignal; readonly now: () => number },
): Promise<Failure> {
  for (;;) {
    const pausedAt = now()
    await pause(EVERY_MS, signal)
    const hasSlept = now() - pausedAt > SLEEP_MS
    const asking = new AbortController()
    const wasSilent = patience(asking.signal).then(isOver => {
      if (isOver) onSilence(true)
      return isOver
    })
    try {
      const answer = ping(signal)
      if (!hasSlept) await answer
      else if (await Promise.race([answer.then(() => false), wasSilent])) return silence
    } catch (error) {
      return engineFailure(error).failure
    } finally {
      asking.abort()
    }
    if (await wasSilent) onSilence(false)
  }
}

/**
 * Whether it ran out before there was an answer. Time is counted in looks: where this very machine is overloaded they
 * come late, and an answer that waits here to be read is read between them.
 */
async function patience(answered: AbortSignal): Promise<boolean> {
  for (let look = 0; look < LOOKS; look += 1) {
    await pause(LOOK_MS, answered)
    if (answered.aborted) return false
  }
  return true
}
