import { toFailure } from '../../../shared/failure.ts'
import { createReplayFilter } from '../../../shared/rules/log-replays.ts'
import type { LogOwner } from '../../store/log-owner.ts'
import { ownersOf } from '../containers/container-owners.ts'
import type { Parts } from '../parts.ts'

/** How far before the last captured line the engine is asked again, and how soon after a failure. */
const OVERLAP_NS = 200_000_000n
const RETRY_MS = 2_000

/**
 * Captures what every container of every fleet writes, for as long as the app runs: sets, those that are being launched
 * too, and data services. After a restart or a lost engine each goes on where it ended, as far as the engine still has it.
 */
export function captureLogs(parts: Parts): () => void {
  const closing = new AbortController()
  /** Whose logs are followed, by the id of the container: a copy that replaces one gets its name only at the end. */
  const following = new Map<string, LogOwner>()
  /** Containers that had ended when everything they wrote was read. */
  const drained = new Set<string>()
  let retry: NodeJS.Timeout | undefined

  function look(): void {
    if (closing.signal.aborted) return
    const owners = ownersOf(parts)
    for (const row of parts.observed.rows()?.values() ?? []) {
      const owner = owners(row)
      if (owner === undefined) continue
      parts.store.logs.rename(owner)
      if (following.has(row.id)) {
        following.set(row.id, owner)
        continue
      }
      const isUp = ['running', 'paused', 'restarting'].includes(row.state)
      if (isUp) drained.delete(row.id)
      if (isUp || (row.state !== 'created' && !drained.has(row.id))) void capture(owner, isUp)
    }
  }

  async function capture(owner: LogOwner, isUp: boolean): Promise<void> {
    const id = owner.containerId
    following.set(id, owner)
    try {
      await captureOne(parts, id, () => following.get(id) ?? owner, closing.signal)
      if (!isUp) drained.add(id)
    } catch (error) {
      const { code } = toFailure(error)
      if (closing.signal.aborted || code === 'not-found') return
      if (code !== 'unreachable') parts.log(`the log of ${owner.container} could not be followed`, { error })
      retry ??= setTimeout(() => {
        retry = undefined
        look()
      }, RETRY_MS)
    } finally {
      following.delete(id)
    }
  }

  const stops = [
    parts.observed.onChange(look),
    parts.store.journal.onChange(look),
    parts.onLiveChange(look),
    parts.engine.onReconcile(() => drained.clear()),
    parts.store.journal.onChange((state, before) => {
      const kept = new Set([...state.fleets.keys(), ...state.trash.keys()].map(String))
      for (const id of [...before.fleets.keys(), ...before.trash.keys()])
        if (!kept.has(id)) parts.store.logs.removeFleet(id)
    }),
  ]
  look()
  return () => {
    closing.abort()
    clearTimeout(retry)
    for (const stop of stops) stop()
  }
}

async function captureOne(parts: Parts, id: string, owner: () => LogOwner, signal: AbortSignal): Promise<void> {
  const { logs } = parts.store
  const last = logs.lastTime(id)
  const since = last === null ? null : last - OVERLAP_NS
  const isNew = createReplayFilter(from => logs.tail(id, from), last)
  await parts.engine.followLog(
    id,
    since,
    line => {
      if (isNew(line)) logs.append(owner(), line)
    },
    { signal },
  )
}
