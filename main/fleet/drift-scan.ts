import { FailureError } from '../../shared/failure.ts'
import type { Drift, Fleet, RecordedSet, SetContainer, SetId, Snapshot } from '../../shared/model.ts'
import { ownRun } from '../../shared/rules/complete-run.ts'
import { configDrift, driftText, fileDrift, realChanges } from '../../shared/rules/drift.ts'
import { setsOf } from '../../shared/rules/lookup.ts'
import { LABEL } from '../../shared/rules/names.ts'
import { sealRun } from '../../shared/rules/secrets.ts'
import type { Parts } from './parts.ts'

/** What runs in a fleet's sets, minus what their snapshots say. Remembers it for the views. */
export async function scanFleet(
  parts: Parts,
  fleet: Fleet,
  signal: AbortSignal,
): Promise<(Drift & { setId: SetId })[]> {
  const state = parts.store.journal.state()
  const running = setsOf(state, fleet.id).filter(set => set.state === 'running')
  const found = await Promise.all(running.map(set => scanSet(parts, set, signal)))
  return running.flatMap((set, index) => (found[index] ?? []).map(drift => ({ ...drift, setId: set.id })))
}

export async function scanSet(parts: Parts, set: RecordedSet, signal: AbortSignal): Promise<readonly Drift[]> {
  const snapshot = parts.store.journal.state().snapshots.get(set.snapshotId)
  if (snapshot === undefined) return []
  const drift: Drift[] = []
  // One after the other: looking must never load the engine.
  for (const container of set.containers) drift.push(...(await scanContainer(parts, snapshot, container, signal)))
  drift.push(...(await foreignContainers(parts, set, signal)))
  // A set that went away meanwhile is not remembered.
  if (parts.store.journal.state().sets.has(set.id)) {
    recordFound(parts, set, drift)
    parts.live.drift.set(set.id, drift)
    parts.live.changed()
  }
  return drift
}

/** New drift is an entry of the journal, once: what was told last of this version is not told again. */
function recordFound(parts: Parts, set: RecordedSet, drift: readonly Drift[]): void {
  const state = parts.store.journal.state()
  const fleet = state.fleets.get(set.fleetId)
  const detail = driftText(drift)
  const told = state.entries.findLast(entry => entry.op === 'drift.found' && entry.operation === set.id)
  if (fleet === undefined || drift.length === 0 || told?.detail === detail || parts.store.journal.readOnly() !== null)
    return
  const begin = parts.store.journal.begin({
    op: 'drift.found',
    fleetId: fleet.id,
    fleet: fleet.name,
    operation: set.id,
    cause: 'scan',
    to: set.version,
  })
  parts.store.journal.end({ of: begin.seq, outcome: 'done', ms: 0, detail, to: set.version })
}

async function scanContainer(
  parts: Parts,
  snapshot: Snapshot,
  container: Omit<SetContainer, 'state'>,
  signal: AbortSignal,
): Promise<readonly Drift[]> {
  const recorded = snapshot.services.find(service => service.name === container.service)
  if (recorded === undefined) return []
  try {
    const [detail, changes] = await Promise.all([
      parts.engine.inspectContainer(container.id, { signal }),
      parts.engine.changes(container.id, { signal }),
    ])
    const running = sealRun(ownRun(detail.run), value => parts.store.secrets.seal(value))
    const config = configDrift(recorded.run, running).map(
      ({ detail: text }): Drift => ({
        container: container.name,
        service: container.service,
        kind: 'config',
        detail: text,
      }),
    )
    const moved: Drift[] =
      detail.imageId === recorded.imageId
        ? []
        : [
            {
              container: container.name,
              service: container.service,
              kind: 'image-moved',
              detail: `${recorded.imageId} recorded, ${detail.imageId} runs`,
            },
          ]
    const touched: Drift[] = parts.store.touched.has(container.id)
      ? [{ container: container.name, service: container.service, kind: 'exec', detail: 'a terminal session' }]
      : []
    return [
      ...fileDrift(container.name, container.service, realChanges(changes, detail.run.mounts)),
      ...config,
      ...moved,
      ...touched,
    ]
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === 'not-found') {
      return [{ container: container.name, service: container.service, kind: 'missing' }]
    }
    throw error
  }
}

/** Containers that say they belong to the set, and that it does not know. */
async function foreignContainers(parts: Parts, set: RecordedSet, signal: AbortSignal): Promise<readonly Drift[]> {
  const rows = await parts.engine.listContainers({ labels: [`${LABEL.set}=${set.id}`], all: true }, { signal })
  return rows
    .filter(row => !set.containers.some(container => container.id === row.id))
    .map(row => ({ container: row.name, service: row.labels.get(LABEL.service) ?? '', kind: 'foreign' }))
}

/** How often a container is looked at when nothing hints at a change, and how long after a hint. Milliseconds. */
const pace = { everyMs: 30_000, hintMs: 700, betweenMs: 250 }

/**
 * Looks at one container set after the other, slowly, and soon after something was executed in a container. One scan at
 * a time, so that the engine is never loaded. Returns its stop.
 */
export function watchDrift(parts: Parts): () => void {
  const abort = new AbortController()
  const hinted = new Set<SetId>()
  let timer: NodeJS.Timeout | undefined

  async function scanNext(): Promise<void> {
    const sets = [...parts.store.journal.state().sets.values()].filter(set => set.state === 'running')
    const due = hinted.size > 0 ? sets.filter(set => hinted.has(set.id)) : sets
    hinted.clear()
    for (const set of due) {
      if (abort.signal.aborted) return
      if (parts.live.leaving.has(set.id)) continue
      await scanSet(parts, set, abort.signal)
      await parts.wait(pace.betweenMs, abort.signal)
    }
  }

  function schedule(ms: number): void {
    if (abort.signal.aborted) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      scanNext()
        .catch(error => {
          if (!abort.signal.aborted) parts.log(`drift could not be looked for: ${error}`)
        })
        .finally(() => schedule(hinted.size > 0 ? pace.hintMs : pace.everyMs))
    }, ms)
  }

  const stop = parts.engine.onEvent(event => {
    const setId = event.labels.get(LABEL.set)
    if (event.kind !== 'container' || setId === undefined) return
    const hints =
      event.action.startsWith('exec_start') ||
      event.action.startsWith('exec_die') ||
      ['update', 'die', 'start', 'destroy', 'copy', 'rename'].includes(event.action)
    if (!hints) return
    hinted.add(setId as SetId) // a label's claim; only sets that the journal knows are scanned
    schedule(pace.hintMs)
  })
  schedule(pace.hintMs)
  return () => {
    abort.abort()
    clearTimeout(timer)
    stop()
  }
}
