/** How attempts to reach an engine are spaced. Milliseconds. */
export interface Pace {
  readonly firstPause: number
  readonly longestPause: number
  /** The longest pause where an attempt costs nobody anything: nothing listens at a socket of this machine. */
  readonly longestPauseAbsent: number
  /** The first pause after an attempt that ran out of time: the engine may still be at work on it. */
  readonly firstPauseLate: number
  readonly firstDeadline: number
  readonly longestDeadline: number
}

export const usualPace: Pace = {
  firstPause: 200,
  longestPause: 60_000,
  longestPauseAbsent: 5_000,
  firstPauseLate: 2_000,
  firstDeadline: 5_000,
  longestDeadline: 60_000,
}

/** Why an attempt failed: nothing is there, no answer came in time, the login was refused, or something else. */
export type AttemptFailure = 'absent' | 'late' | 'denied' | 'other'

/** Attempts that failed one after the other, since the engine was last well. */
export interface Attempts {
  readonly failed: number
  /** How many of them ran out of time. */
  readonly late: number
  readonly last: AttemptFailure | null
}

export const noAttempts: Attempts = { failed: 0, late: 0, last: null }

export function afterFailure({ failed, late }: Attempts, why: AttemptFailure): Attempts {
  return { failed: failed + 1, late: why === 'late' ? late + 1 : late, last: why }
}

/** How long the next attempt is put off. Servers lock out who is turned away too often, so that is left alone longest. */
export function pauseBefore({ failed, late, last }: Attempts, pace: Pace = usualPace): number {
  if (last === 'denied') return pace.longestPause
  if (last === 'late') return doubled(pace.firstPauseLate, late - 1, pace.longestPause)
  const longest = last === 'absent' ? pace.longestPauseAbsent : pace.longestPause
  return doubled(pace.firstPause, Math.max(0, failed - 1), longest)
}

/** How long each answer may take in the next attempt: an engine that was too slow is given more time, not more requests. */
export function deadlineOf({ late }: Attempts, pace: Pace = usualPace): number {
  return doubled(pace.firstDeadline, late, pace.longestDeadline)
}

function doubled(first: number, times: number, longest: number): number {
  return Math.min(first * 2 ** Math.min(times, 30), longest)
}
