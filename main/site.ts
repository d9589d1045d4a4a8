import type { Log } from '../shared/log.ts'
import type { Name } from '../shared/model/ids.ts'
import type { Engine } from './engine/engine.ts'
import { type OpenEngineInput, openEngine } from './engine/open-engine.ts'
import { watchDrift } from './fleet/drift/drift-watch.ts'
import { observe } from './fleet/endpoints/observed.ts'
import type { Site } from './fleet/endpoints/sites.ts'
import { findLostFleets } from './fleet/fleets/lost-fleets.ts'
import { purgeTrash } from './fleet/fleets/purge.ts'
import { storeAt } from './fleet/journal/own-journal.ts'
import { recover, removeLeftoverImages, removeWhatIsFree } from './fleet/journal/recover.ts'
import { captureLogs } from './fleet/logs/log-capture.ts'
import type { Parts } from './fleet/parts.ts'
import { createHostPorts } from './fleet/sets/host-ports.ts'
import { resumeSets, watchEndings } from './fleet/sets/resume-sets.ts'
import { createStats } from './fleet/stats/stats-store.ts'
import { closeTerminals } from './fleet/terminals/terminals.ts'
import { logContext } from './log/context.ts'

/** The parts that every endpoint has of its own. */
type OwnParts = 'endpoint' | 'engine' | 'observed' | 'hostPorts' | 'stats' | 'unfinished'
export type SharedParts = Omit<Parts, OwnParts>

/** Opens an endpoint: its engine, and what looks after the fleets there. `startedAt` is the journal's number at the start. */
export function openSite(
  shared: SharedParts,
  input: { readonly nameNow: () => Name; readonly engine: Omit<OpenEngineInput, 'log'>; readonly startedAt: number },
): Site {
  const { nameNow } = input
  const log: Log = (message, details) => shared.log(message, { area: `endpoint ${nameNow()}`, ...details })
  const engine = openEngine({ ...input.engine, log, ask: shared.questions.askerOf(nameNow) })
  const observed = observe(engine, log)
  const hostPorts = createHostPorts(engine, () => Math.random())
  const store = storeAt(shared.store, nameNow)
  const stats = createStats(engine, log)
  const own = { engine, observed, hostPorts, store, stats }
  const parts: Parts = {
    ...shared,
    ...own,
    unfinished: new Set(),
    // A record of a call or an operation is about that, any other about this endpoint.
    log: (message, details) => (logContext() === undefined ? log : shared.log)(message, details),
    get endpoint() {
      return nameNow()
    },
  }
  const stops = [logStates(engine, log), keepInOrder(parts, input.startedAt), watchDrift(parts), captureLogs(parts)]
  return {
    parts,
    close() {
      for (const stop of stops) stop()
      observed.close()
      // Only by way of its engine is anything left to be ended.
      void closeTerminals(parts, engine).then(() => engine.close())
    },
  }
}

/** Each state of the engine, once. */
function logStates(engine: Engine, log: Log): () => void {
  let last = ''
  return engine.onState(({ state, address, source, engine: found }) => {
    const what = found === null ? '' : `: ${found.product} ${found.version}, API ${found.apiVersion}, ${found.os}`
    const told = `${state}, ${address} (${source})${what}`
    if (told !== last && address !== '') log(told, { level: 'info' })
    last = told
  })
}

const purgeMs = 3_600_000

function purge(parts: Parts): Promise<void> {
  return purgeTrash(parts, { by: 'recovery', signal: new AbortController().signal, progress: () => {} })
}

function purgeRegularly(parts: Parts): () => void {
  const timer = setInterval(() => {
    if (parts.engine.state().state !== 'connected') return
    purge(parts).catch(error => parts.log('the trash could not be looked through', { error }))
  }, purgeMs)
  return () => clearInterval(timer)
}

const retryMs = 2_000

/** Finishes operations that a full disk, or a silent engine or proxy, has cut off, as soon as all of them answer. */
function finishLater(parts: Parts, startedAt: number): () => void {
  let isBusy = false
  const finish = async () => {
    // Traffic leaves what is removed first.
    await parts.pointer.apply()
    await recover(parts, startedAt)
  }
  const timer = setInterval(() => {
    const isDue = parts.unfinished.size > 0 && parts.engine.state().state === 'connected'
    if (isBusy || !isDue || parts.store.journal.readOnly() !== null) return
    isBusy = true
    finish()
      .catch(error => parts.log('what was left to be done could not be', { error }))
      .finally(() => {
        isBusy = false
      })
  }, retryMs)
  return () => clearInterval(timer)
}

const settleMs = 500

/** Networks and tags that containers used are looked at again when some have gone, many at a time. */
function removeLeftWhenFree(parts: Parts): () => void {
  let timer: NodeJS.Timeout | undefined
  const look = () => {
    timer = undefined
    removeWhatIsFree(parts).catch(error => parts.log('what was left behind could not be looked through', { error }))
  }
  const stop = parts.engine.onEvent(({ kind, action }) => {
    const hasLeft = kind === 'network' ? action === 'disconnect' : kind === 'container' && action === 'destroy'
    if (hasLeft) timer ??= setTimeout(look, settleMs)
  })
  return () => {
    clearTimeout(timer)
    stop()
  }
}

/**
 * After each (re)connect to the engine what was interrupted is ended, what nobody needs any more is removed, and sets are
 * started and stopped again as they are recorded.
 */
function keepInOrder(parts: Parts, startedAt: number): () => void {
  const up = () =>
    [...(parts.observed.rows()?.values() ?? [])].flatMap(row => (row.state === 'running' ? [row.id] : []))
  const endings = watchEndings(parts.engine, { now: parts.now, up })
  const abort = new AbortController()
  const stops = [
    parts.engine.onReconcile(() => {
      recover(parts, startedAt)
        .then(() => purge(parts))
        .catch(error => parts.log('what was interrupted could not be ended', { error }))
        .then(() => findLostFleets(parts))
        .catch(error => parts.log('the engine could not be looked through for lost fleets', { error }))
        .then(() => resumeSets(parts, endings, abort.signal))
        .catch(error => parts.log('sets could not be started again', { error }))
    }),
    purgeRegularly(parts),
    finishLater(parts, startedAt),
    removeLeftWhenFree(parts),
    parts.engine.onEvent(event => {
      if (event.action !== 'commit') return
      removeLeftoverImages(parts).catch(error => parts.log('images could not be looked through', { error }))
    }),
  ]
  return () => {
    abort.abort()
    endings.close()
    for (const stop of stops) stop()
  }
}
