import type { Failure } from '../../shared/failure.ts'
import { engineFailure } from './engine-failure.ts'
import type { Link } from './link.ts'
import { pause } from './time-limit.ts'

/** How often the engine is asked whether it is there. Milliseconds. */
const EVERY_MS = 400
/** It is silent when it has not answered after so many looks, so far apart: a busy engine is given 1.5 s. */
const LOOKS = 6
const LOOK_MS = 250

/**
 * Asks the engine again and again whether it is there. `onSilence` hears when it does not answer, and when it does again:
 * it was busy, frozen or cut off, and whatever was asked of it meanwhile may still be answered. Resolves, with why, when
 * there is nothing left to wait for.
 */
export async function followPulse(
  ping: Link['ping'],
  onSilence: (isSilent: boolean) => void,
  signal: AbortSignal,
): Promise<Failure> {
  for (;;) {
    await pause(EVERY_MS, signal)
    const asking = new AbortController()
    const wasSilent = patience(asking.signal).then(isOver => {
      if (isOver) onSilence(true)
      return isOver
    })
    try {
      await ping(signal)
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
