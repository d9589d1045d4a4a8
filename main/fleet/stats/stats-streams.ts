import { toFailure } from '../../../shared/failure.ts'
import type { StatsReading } from '../../../shared/rules/stats.ts'

/** How many containers of an engine are read at a time: each one's control group is read every second. */
export const MOST_STREAMS = 24
/** How soon after a failure a container is tried again, and how long one may keep others waiting. Milliseconds. */
const RETRY_MS = 2_000
const TURN_MS = 5_000

interface Streams {
  /** Reads these containers from now on, and no others. */
  want(ids: ReadonlySet<string>): void
  /** How long it takes until each was read again, in milliseconds. */
  everyMs(): number
}

/**
 * Reads containers, no more than `most` at a time. While there are no more than that each is followed; otherwise they
 * take turns, a reading each.
 */
export function createStatsStreams(input: {
  readonly most: number
  read(id: string, onReading: (reading: StatsReading) => void, signal: AbortSignal): Promise<void>
  onReading(id: string, reading: StatsReading): void
  log(line: string): void
}): Streams {
  let wanted: ReadonlySet<string> = new Set()
  const open = new Map<string, AbortController>()
  const resting = new Map<string, NodeJS.Timeout>()
  /** Containers that wait for their turn, the longest first. */
  const queue = new Set<string>()

  function fill(): void {
    for (const id of queue) {
      if (open.size >= input.most) return
      queue.delete(id)
      void serve(id)
    }
  }

  async function serve(id: string): Promise<void> {
    const abort = new AbortController()
    open.set(id, abort)
    const endTurn = () => {
      if (queue.size > 0) abort.abort()
    }
    const turn = setInterval(endTurn, TURN_MS)
    const failure = await input
      .read(
        id,
        reading => {
          if (abort.signal.aborted) return
          input.onReading(id, reading)
          endTurn()
        },
        abort.signal,
      )
      .then(() => null, toFailure)
    clearInterval(turn)
    open.delete(id)
    if (failure !== null && !['cancelled', 'not-found', 'unreachable'].includes(failure.code))
      input.log(`the use of ${id.slice(0, 12)} could not be read: ${failure.message}`)
    if (wanted.has(id)) {
      if (abort.signal.aborted) queue.add(id)
      else rest(id)
    }
    fill()
  }

  function rest(id: string): void {
    const wake = () => {
      resting.delete(id)
      queue.add(id)
      fill()
    }
    resting.set(id, setTimeout(wake, RETRY_MS))
  }

  return {
    want(ids) {
      wanted = ids
      for (const [id, abort] of open) if (!ids.has(id)) abort.abort()
      for (const [id, timer] of resting) {
        if (ids.has(id)) continue
        clearTimeout(timer)
        resting.delete(id)
      }
      for (const id of queue) if (!ids.has(id)) queue.delete(id)
      for (const id of ids) if (!open.has(id) && !resting.has(id)) queue.add(id)
      fill()
    },
    everyMs: () => 1000 * Math.max(1, Math.ceil(wanted.size / input.most)),
  }
}
