import { toFailure } from '../../../shared/failure.ts'
import type { RecordedSet } from '../../../shared/model/container-set.ts'
import type { DataService, Fleet } from '../../../shared/model/fleet.ts'
import { liveSetOf, setsOf } from '../../../shared/rules/lookup.ts'
import { canStart, containersToResume, endedBeforeShutdown } from '../../../shared/rules/resume.ts'
import { isUp } from '../../../shared/rules/view.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Asked, Parts } from '../parts.ts'
import { stopForGood } from './restart-policy.ts'
import { downIn, type Start, start } from './start-set.ts'

/** The containers, by id and by name, that were seen to end while the engine stayed up, and have not started since. */
export interface Endings {
  has(container: string): boolean
  close(): void
}

export function watchEndings(engine: Pick<Engine, 'onEvent' | 'onEventsEnd'>, now: () => number): Endings {
  let endings = new Map<string, number>()
  const stops = [
    engine.onEvent(({ kind, action, id, name }) => {
      if (kind !== 'container') return
      if (action === 'die') for (const key of [id, name]) endings.set(key, now())
      if (action === 'start') for (const key of [id, name]) endings.delete(key)
    }),
    engine.onEventsEnd(() => {
      endings = new Map(endedBeforeShutdown(endings, now()))
    }),
  ]
  return {
    has: container => endings.has(container),
    close() {
      for (const stop of stops) stop()
    },
  }
}

/**
 * Makes the engine, when it is back, have what the journal says: containers of running sets that ended with the engine
 * are started, the live set's first, and sets that were stopped are stopped again. Containers that a fleet was adopted
 * from are nobody's set and stay as they are. What fails for one set does not keep the others.
 */
export async function resumeSets(parts: Parts, endings: Endings, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await parts.observed.refresh()
  const state = parts.store.journal.state()
  // A journal without fleets may have been lost: what the proxy carries is left alone.
  if (state.fleets.size === 0) return
  for (const fleet of state.fleets.values()) {
    const live = liveSetOf(state, fleet.id)
    const others = setsOf(state, fleet.id).filter(set => set.id !== live?.id)
    for (const set of live === undefined ? others : [live, ...others]) {
      if (signal.aborted) return
      await parts.operations
        .inTurn(`set ${fleet.id} ${set.version}`, () => restoreSet(parts, { fleet, set, endings }, signal))
        .catch(error => parts.log(`${fleet.name} ${set.version} is not as recorded: ${toFailure(error).message}`))
    }
  }
  await parts.pointer.apply()
}

interface Restoring {
  readonly fleet: Fleet
  readonly set: RecordedSet
  readonly endings: Endings
}

async function restoreSet(parts: Parts, { fleet, set: { id }, endings }: Restoring, signal: AbortSignal) {
  // The set may have been stopped or removed before its turn came.
  const set = parts.store.journal.state().sets.get(id)
  if (set === undefined) return
  if (set.state === 'stopped') return stopAgain(parts, set, signal)
  if (isNothing(wishFor(parts, { fleet, set, endings }))) return
  await parts.observed.refresh()
  const wish = wishFor(parts, { fleet, set, endings })
  if (isNothing(wish)) return
  const asked: Asked = { by: 'recovery', signal, progress: () => {} }
  await start(parts, wish, asked)
}

function wishFor(parts: Parts, { fleet, set, endings }: Restoring): Start {
  const containers = [...containersToResume(downIn(parts, fleet, set), parts.observed.stateOf, endings)]
  return { fleet, set, containers, data: dataToStart(parts, fleet, endings), isChecked: true }
}

function isNothing({ containers, data }: Start): boolean {
  return containers.length === 0 && data.length === 0
}

/** A data service that was started with `--rm` is gone with its engine, and can be made again where it is known how. */
function dataToStart(parts: Parts, fleet: Fleet, endings: Endings): readonly DataService[] {
  const rows = [...(parts.observed.rows()?.values() ?? [])]
  return fleet.dataServices.filter(({ container, run }) => {
    const row = rows.find(({ name }) => name === container)
    if (endings.has(container)) return false
    return row === undefined ? run !== null : canStart(parts.observed.stateOf(row.id))
  })
}

/** The engine, or somebody while the app was closed, has started containers of a set that is recorded as stopped. */
async function stopAgain(parts: Parts, set: RecordedSet, signal: AbortSignal): Promise<void> {
  const running = set.containers.filter(({ id }) => {
    const state = parts.observed.stateOf(id) ?? 'missing'
    return isUp(state) || state === 'restarting'
  })
  await Promise.all(running.map(container => stopForGood(parts, set, container, signal)))
  if (running.length > 0) parts.log(`${set.version} was stopped again: ${running.map(({ name }) => name).join(', ')}`)
}
