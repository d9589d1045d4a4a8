import { orNull } from '../../../shared/failure.ts'
import type { RecordedSet } from '../../../shared/model/container-set.ts'
import type { DataService, Fleet } from '../../../shared/model/fleet.ts'
import type { State } from '../../../shared/rules/fold.ts'
import { liveSetOf, setsOf } from '../../../shared/rules/lookup.ts'
import {
  canStart,
  containersToResume,
  type Ending,
  endedBeforeShutdown,
  type LastRun,
  stoppedAlone,
} from '../../../shared/rules/resume.ts'
import { isUp } from '../../../shared/rules/view.ts'
import type { Engine } from '../../engine/engine.ts'
import type { ContainerRow } from '../../engine/model.ts'
import type { Caller } from '../caller.ts'
import type { Parts } from '../parts.ts'
import { hasNetwork } from './mend-network.ts'
import { stopForGood } from './restart-policy.ts'
import { downIn, type Start, start } from './start-set.ts'

/** The containers, by id and by name, that were seen to end while the engine stayed up, and have not started since. */
export interface Endings {
  has(container: string): boolean
  close(): void
}

/** `up` tells the containers that ran when they were listed last, by id. */
export function watchEndings(
  engine: Pick<Engine, 'onEvent' | 'onEventsEnd'>,
  { now, up }: { readonly now: () => number; readonly up: () => readonly string[] },
): Endings {
  let endings: readonly Ending[] = []
  const signals = new Map<string, number>()
  const stops = [
    engine.onEvent(({ kind, action, id, name }) => {
      if (kind !== 'container') return
      if (action === 'kill') signals.set(id, now())
      if (action === 'start' || action === 'destroy') signals.delete(id)
      if (action !== 'die' && action !== 'start') return
      endings = endings.filter(ending => ending.id !== id)
      if (action === 'die') endings = [...endings, { id, name, at: now(), signalledAt: signals.get(id) ?? null }]
    }),
    engine.onEventsEnd(() => {
      const seen = [...signals].map(([id, at]) => ({ id, at }))
      endings = endedBeforeShutdown(endings, { at: now(), up: up(), signals: seen })
    }),
  ]
  return {
    has: container => endings.some(({ id, name }) => id === container || name === container),
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
export async function resumeSets(parts: Parts, seen: Endings, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await parts.observed.refresh()
  const state = parts.store.journal.state()
  // A journal without fleets may have been lost: what the proxy carries is left alone.
  if (state.fleets.size === 0) return
  const alone = await findStoppedAlone(parts, signal)
  const endings = { has: (container: string) => seen.has(container) || alone.has(container) }
  for (const fleet of state.fleets.values()) {
    const live = liveSetOf(state, fleet.id)
    const others = setsOf(state, fleet.id).filter(set => set.id !== live?.id)
    for (const set of live === undefined ? others : [live, ...others]) {
      if (signal.aborted) return
      await parts.operations
        .inTurn(`set ${fleet.id} ${set.version}`, () => restoreSet(parts, { fleet, set, endings }, signal))
        .catch(error => parts.log(`${fleet.name} ${set.version} is not as recorded`, { error }))
    }
  }
  await parts.pointer.apply()
}

/**
 * The containers that ended while the engine ran and the app was closed, by id and by name. Those that an interrupted stop
 * of a set has ended are not among them: it is walked back.
 */
async function findStoppedAlone(parts: Parts, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const rows = [...(parts.observed.rows()?.values() ?? [])]
  const state = parts.store.journal.state()
  const members = [...state.sets.values()].filter(set => set.state === 'running').flatMap(set => set.containers)
  const stores = [...state.fleets.values()].flatMap(fleet => fleet.dataServices.map(({ container }) => container))
  const wanted = rows.filter(row => stores.includes(row.name) || members.some(({ id }) => id === row.id))
  if (!wanted.some(({ state: phase }) => phase === 'exited')) return new Set()
  const runs: LastRun[] = []
  for (const row of rows) runs.push(...(await lastRunOf(parts, row, signal)))
  const stopped = stoppedAlone(runs)
  const walkedBack = idsOfInterruptedStops(state, runs)
  const alone = wanted.filter(({ id }) => stopped.has(id) && !walkedBack.has(id))
  return new Set(alone.flatMap(({ id, name }) => [id, name]))
}

/** None where the container went meanwhile. */
async function lastRunOf({ engine }: Parts, { id, state }: ContainerRow, signal: AbortSignal): Promise<LastRun[]> {
  const story = await orNull(engine.containerStory(id, { signal }))
  if (story === null) return []
  const { startedAt, finishedAt, ...rest } = story
  const hasEnded = state === 'exited' || state === 'dead'
  return [{ ...rest, id, startedAt, endedAt: hasEnded ? finishedAt : null }]
}

function idsOfInterruptedStops({ entries, sets }: State, runs: readonly LastRun[]): ReadonlySet<string> {
  const stops = entries.filter(({ op, outcome }) => op === 'set.stop' && outcome === 'interrupted')
  const endOf = (container: string) => runs.find(({ id }) => id === container)?.endedAt ?? 0
  const ids = [...sets.values()].flatMap(set =>
    set.containers.flatMap(({ id }) => {
      const isOfStop = stops.some(
        ({ fleetId, from, at }) => fleetId === set.fleetId && from === set.version && endOf(id) >= at,
      )
      return isOfStop ? [id] : []
    }),
  )
  return new Set(ids)
}

interface Restoring {
  readonly fleet: Fleet
  readonly set: RecordedSet
  readonly endings: Pick<Endings, 'has'>
}

async function restoreSet(parts: Parts, { fleet, set: { id }, endings }: Restoring, signal: AbortSignal) {
  // The set may have been stopped or removed before its turn came.
  const set = parts.store.journal.state().sets.get(id)
  if (set === undefined) return
  if (set.state === 'stopped') return stopAgain(parts, set, signal)
  const isCutOff = !(await hasNetwork(parts, set, { signal }))
  if (!isCutOff && isNothing(wishFor(parts, { fleet, set, endings }))) return
  await parts.observed.refresh()
  const wish = wishFor(parts, { fleet, set, endings })
  if (!isCutOff && isNothing(wish)) return
  const caller: Caller = { by: 'recovery', signal, progress: () => {} }
  await start(parts, wish, caller)
}

function wishFor(parts: Parts, { fleet, set, endings }: Restoring): Start {
  const containers = [...containersToResume(downIn(parts, fleet, set), parts.observed.stateOf, endings)]
  return { fleet, set, containers, data: dataToStart(parts, fleet, endings), isChecked: true }
}

function isNothing({ containers, data }: Start): boolean {
  return containers.length === 0 && data.length === 0
}

/** A data service that was started with `--rm` is gone with its engine, and can be made again where it is known how. */
function dataToStart(parts: Parts, fleet: Fleet, endings: Pick<Endings, 'has'>): readonly DataService[] {
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
