import type { RecordedSet } from '../../../shared/model/container-set.ts'
import type { RunConfig } from '../../../shared/model/run-config.ts'
import type { Parts } from '../parts.ts'

/** How long the program of a container may take to end by itself, in milliseconds. */
export const GRACE_MS = 10_000

/**
 * Stops a container of a set, and switches off the policy by which the engine would start it again when the engine
 * itself is restarted. `startSet` sets the recorded policy again.
 */
export async function stopForGood(
  parts: Parts,
  set: RecordedSet,
  container: RecordedSet['containers'][number],
  signal: AbortSignal,
): Promise<void> {
  await parts.engine.stopContainer(container.id, GRACE_MS, { signal })
  const snapshot = parts.store.journal.state().snapshots.get(set.snapshotId)
  const recorded = snapshot?.services.find(({ name }) => name === container.service)?.run.restart.policy
  if (recorded !== 'no') await setRestart(parts, container.id, { policy: 'no', retries: 0 }, signal)
}

/** Not every engine can change the policy of a container: then a stopped set is stopped again when the engine is back. */
export async function setRestart(
  parts: Parts,
  id: string,
  restart: RunConfig['restart'],
  signal: AbortSignal,
): Promise<void> {
  try {
    await parts.engine.updateRestart(id, restart, { signal })
  } catch (error) {
    signal.throwIfAborted()
    parts.log(`the restart policy of ${id} stays as it is`, { error })
  }
}
