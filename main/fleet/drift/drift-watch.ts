import type { RecordedSet } from '../../../shared/model/container-set.ts'
import type { SetId } from '../../../shared/model/ids.ts'
import { driftPace, nextScan, type ScanTarget } from '../../../shared/rules/drift-pace.ts'
import { isHealthcheckRun } from '../../../shared/rules/healthcheck-run.ts'
import { LABEL } from '../../../shared/rules/names.ts'
import { maskText, openRun } from '../../../shared/rules/secrets.ts'
import { maskArguments } from '../../../shared/rules/secrets-shown.ts'
import type { EngineEvent } from '../../engine/model.ts'
import type { Parts } from '../parts.ts'
import { fleetsOfEvent, fleetsToScan, setsOfEvent } from './drift-events.ts'
import { scanSet } from './drift-scan.ts'
import { scanDataAndRoutes } from './fleet-scan.ts'

/** The pause between two sets, in milliseconds, and the longest command that is remembered. */
const BETWEEN_MS = 250
const MOST_COMMAND = 500

/**
 * Looks at one container set after the other and at what fleets have beside them, slowly, and soon after something
 * happened to one of their containers. One scan at a time, so that the engine is never loaded. A command that others run
 * in a container is remembered. Returns its stop.
 */
export function watchDrift(parts: Parts): () => void {
  const abort = new AbortController()
  const last = new Map<ScanTarget, number>()
  const hints = new Map<ScanTarget, number>()
  /** Commands that run in containers, by their ids. */
  const running = new Map<string, SetId>()
  const nap = createNap()

  function hint(target: ScanTarget): void {
    if (!hints.has(target)) hints.set(target, performance.now())
    nap.wake()
  }

  function hear(event: EngineEvent): void {
    for (const fleet of fleetsOfEvent(parts, event)) hint(fleet.id)
    for (const set of setsOfEvent(parts, event)) {
      if (!isSign(event, set)) continue
      if (event.action === 'exec_start' && event.isOwn === undefined) remember(parts, event)
      follow(event, set)
      hint(set.id)
    }
  }

  /** Health checks are none: what they run is told when it starts, by its id alone when it ends. */
  function isSign(event: EngineEvent, set: RecordedSet): boolean {
    if (event.action === 'exec_start') return !isHealthcheck(parts, set, event)
    return event.action !== 'exec_die' || running.has(event.labels.get('execID') ?? '')
  }

  function follow({ action, labels }: EngineEvent, set: RecordedSet): void {
    const command = labels.get('execID')
    if (action === 'exec_start' && command !== undefined) running.set(command, set.id)
    if (action === 'exec_die' && command !== undefined) running.delete(command)
    if (action !== 'die') return
    for (const [id, setId] of running) if (setId === set.id) running.delete(id)
  }

  const next = () => nextScan(targetsOf(parts), { last, hints, busy: new Set(running.values()) })

  async function scan(target: ScanTarget): Promise<void> {
    hints.delete(target)
    const { sets, fleets } = parts.store.journal.state()
    const set = [...sets.values()].find(({ id }) => id === target)
    const fleet = [...fleets.values()].find(({ id }) => id === target)
    try {
      if (set !== undefined) await scanSet(parts, set, abort.signal)
      if (fleet !== undefined) await scanDataAndRoutes(parts, fleet, abort.signal)
    } catch (error) {
      if (!abort.signal.aborted) parts.log('drift could not be looked for', { error })
    }
    last.set(target, performance.now())
  }

  async function watch(): Promise<void> {
    while (!abort.signal.aborted) {
      const due = next()
      const pause = due === undefined ? driftPace.everyMs : due.at - performance.now()
      if (due !== undefined && pause <= 0) {
        await scan(due.target)
        await nap.sleep(BETWEEN_MS)
      } else await nap.sleep(pause, true)
    }
  }

  const stops = [
    parts.engine.onEvent(hear),
    // A set may have been left alone while it was healed or about to leave.
    parts.onLiveChange(nap.wake),
    parts.engine.onReconcile(() => running.clear()),
    // A port was opened or could not be, or another table is in force.
    parts.pointer.onAck(() => {
      for (const fleet of fleetsToScan(parts)) hint(fleet.id)
    }),
    parts.store.journal.onChange((state, before) => {
      if (state.sets !== before.sets || state.fleets !== before.fleets) nap.wake()
    }),
  ]
  void watch()
  return () => {
    abort.abort()
    nap.end()
    for (const stop of stops) stop()
  }
}

/** The targets of scans: sets that run and stay, and fleets that have something beside their sets. */
function targetsOf(parts: Parts): readonly ScanTarget[] {
  const { leaving, healing } = parts.live
  const sets = [...parts.store.journal.state().sets.values()].filter(
    set => set.state === 'running' && !leaving.has(set.id) && !healing.has(set.id),
  )
  return [...sets, ...fleetsToScan(parts)].map(({ id }) => id)
}

/** Pauses, one at a time, that can be cut short: by `end` always, by `wake` where they may. */
function createNap() {
  let [wake, end] = [() => {}, () => {}]
  return {
    sleep(ms: number, mayWake = false): Promise<void> {
      return new Promise(resolve => {
        const timer = setTimeout(resolve, ms)
        end = () => {
          clearTimeout(timer)
          resolve()
        }
        wake = mayWake ? end : () => {}
      })
    },
    wake: () => wake(),
    end: () => end(),
  }
}

function isHealthcheck(parts: Parts, set: RecordedSet, event: EngineEvent): boolean {
  // The copy that a heal is about to put in place is no member yet: its label tells.
  const member = set.containers.find(container => container.id === event.id)
  const service = member?.service ?? event.labels.get(LABEL.service)
  const snapshot = parts.store.journal.state().snapshots.get(set.snapshotId)
  const recorded = snapshot?.services.find(({ name }) => name === service)
  if (recorded === undefined) return false
  const { healthcheck } = openRun(recorded.run, reference => parts.store.secrets.open(reference)).run
  return healthcheck !== null && isHealthcheckRun(healthcheck.test, event.detail)
}

/** Events tell a command as words with blanks between: a flag may tell of the word after it. */
function remember(parts: Parts, event: EngineEvent): void {
  const what = maskText(maskArguments(event.detail.split(' ')).join(' ')).slice(0, MOST_COMMAND)
  parts.store.touched.add(event.id, { what: what === '' ? 'a command' : what, at: parts.now() })
}
