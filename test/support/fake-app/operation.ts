import { type Failure, FailureError } from '../../../shared/failure.ts'
import type { Version } from '../../../shared/model/ids.ts'
import type { JournalEntry, Operation } from '../../../shared/model/journal.ts'
import type { Progress } from '../../../shared/wire.ts'
import { digest, entryOf } from './build.ts'
import type { FleetWorld, World } from './world.ts'

/** The surroundings of a handler of the fake app. */
export interface Story {
  readonly world: World
  readonly now: () => number
  /** How long one step of long work takes, in milliseconds. */
  readonly stepMs: number
  /** Says to every feed that something may have changed. */
  readonly changed: () => void
}

export interface Call {
  readonly signal: AbortSignal
  readonly progress: (progress: Progress) => void
}

export interface Work {
  readonly op: Operation
  readonly title: string
  readonly from: Version | null
  readonly to: Version | null
  readonly moves?: JournalEntry['moves']
  readonly steps: readonly string[]
  readonly detail: string
  /** Fails at the end of the steps where a failure is given. */
  readonly failure?: Failure
  readonly act: () => void
}

/** Runs long work as the app does: an entry that begins, an operation with progress, and an end of either kind. */
export async function run(story: Story, fleet: FleetWorld, work: Work, asked: Call): Promise<JournalEntry> {
  const { world, changed } = story
  const startedAt = story.now()
  const { op, from, to, moves = [] } = work
  const seq = (fleet.journal.at(-1)?.seq ?? 0) + 1
  const entry = entryOf({
    seq,
    at: startedAt,
    fleet: fleet.view.fleet.name,
    op,
    from,
    to,
    moves,
    ms: null,
    outcome: 'running',
  })
  fleet.journal = [...fleet.journal, entry]
  const id = digest(`${entry.fleet}/${seq}`).slice(0, 8)
  const stop = new AbortController()
  cancels.set(id, stop)
  asked.signal.addEventListener('abort', () => stop.abort(), { once: true })
  try {
    for (const [done, what] of work.steps.entries()) {
      const progress = { done, total: work.steps.length, what }
      asked.progress(progress)
      const operation = { id, op, fleetId: fleet.view.fleet.id, title: work.title, startedAt, progress }
      world.operations = [...world.operations.filter(other => other.id !== id), operation]
      changed()
      await pause(story.stepMs, stop.signal)
    }
    if (work.failure !== undefined) throw new FailureError(work.failure)
    work.act()
    return close(story, fleet, {
      ...entry,
      outcome: 'done',
      ms: work.steps.length * story.stepMs + 2,
      detail: work.detail,
    })
  } catch (error) {
    const failure: Failure =
      error instanceof FailureError ? error.failure : { code: 'internal', message: String(error) }
    const outcome = failure.code === 'cancelled' ? 'cancelled' : 'failed'
    close(story, fleet, {
      ...entry,
      outcome,
      ms: story.now() - startedAt,
      detail: 'Everything was walked back',
      failure,
    })
    throw error
  } finally {
    cancels.delete(id)
    world.operations = world.operations.filter(other => other.id !== id)
    changed()
  }
}

const cancels = new Map<string, AbortController>()

export function cancelOperation(id: string): void {
  cancels.get(id)?.abort()
}

function close(story: Story, fleet: FleetWorld, entry: JournalEntry): JournalEntry {
  fleet.journal = fleet.journal.map(other => (other.seq === entry.seq ? entry : other))
  story.changed()
  return entry
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancelled = () =>
      reject(new FailureError({ code: 'cancelled', message: 'Cancelled; everything was walked back' }))
    if (signal.aborted) return cancelled()
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        cancelled()
      },
      { once: true },
    )
  })
}
