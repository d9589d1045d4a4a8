import type { Emit, Item } from '../../../shared/contract.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import { fleetNamed, routesOf } from '../../../shared/rules/lookup.ts'
import { fleetSummary, fleetView } from '../../../shared/rules/view.ts'
import { seenNow } from '../containers/seen.ts'
import type { Sites } from '../endpoints/sites.ts'
import { lostFleets } from '../fleets/lost-fleets.ts'
import type { Parts } from '../parts.ts'

/** Changes that come together are told together; a person cannot see faster. Milliseconds. */
const gatherMs = 30

/** Where to hear that something may have changed. Returns its stop. */
type Hint = (listener: () => void) => () => void

/** The sources of change for an endpoint's feeds. */
function hintsOf(parts: Parts): readonly Hint[] {
  return [
    parts.store.journal.onChange,
    parts.observed.onChange,
    parts.onLiveChange,
    parts.engine.onState,
    listener => parts.proxy.onReachable(listener),
    parts.pointer.onAck,
  ]
}

/** Tells `item()` now, and again after a hint when it says something else than before. */
export function followChanges<T>(hints: readonly Hint[], item: () => T, emit: Emit<T>): () => void {
  let timer: NodeJS.Timeout | undefined
  let told = ''
  const tell = () => {
    timer = undefined
    const value = item()
    const text = JSON.stringify(value)
    if (text === told) return
    told = text
    emit(value)
  }
  const hint = () => {
    timer ??= setTimeout(tell, gatherMs)
  }
  tell()
  const stops = hints.map(listen => listen(hint))
  return () => {
    clearTimeout(timer)
    for (const stop of stops) stop()
  }
}

export function followFleets(sites: Sites, emit: Emit<Item<'fleets.state'>>): () => void {
  const hints = [sites.onChange, sites.journal.onChange, sites.at(undefined).onLiveChange]
  return followChanges(hints, () => listFleets(sites), emit)
}

/** The fleets of all endpoints, one endpoint after the other. */
export function listFleets(sites: Sites): Item<'fleets.state'> {
  return sites.all().flatMap(parts => {
    const state = parts.store.journal.state()
    const seen = seenNow(parts)
    return [...state.fleets.values()].map(fleet => fleetSummary(state, seen, fleet))
  })
}

/** Ends in silence when the fleet is removed; `fleets.state` tells that. */
export function followFleet(parts: Parts, name: string, emit: Emit<Item<'fleet.state'>>): () => void {
  const { id } = fleetNamed(parts.store.journal.state(), name)
  const emitKnown = (item: Item<'fleet.state'> | null) => {
    if (item !== null) emit(item)
  }
  const item = () => {
    const state = parts.store.journal.state()
    const fleet = state.fleets.get(id)
    return fleet === undefined ? null : fleetView(state, seenNow(parts), fleet)
  }
  return followChanges(hintsOf(parts), item, emitKnown)
}

export function followJournal(parts: Parts, name: string, emit: Emit<Item<'fleet.journal'>>): () => void {
  const { id } = fleetNamed(parts.store.journal.state(), name)
  const own = () => parts.store.journal.state().entries.filter(entry => entry.fleetId === id)
  let told = own()
  emit({ reset: true, entries: told })
  return parts.store.journal.onChange(() => {
    const before = new Set<JournalEntry>(told)
    told = own()
    const fresh = told.filter(entry => !before.has(entry))
    if (fresh.length > 0) emit({ reset: false, entries: fresh })
  })
}

export function followTraffic(parts: Parts, name: string, emit: Emit<Item<'route.traffic'>>): () => void {
  const { id } = fleetNamed(parts.store.journal.state(), name)
  return parts.proxy.onTraffic(traffic => {
    const ids = new Set(routesOf(parts.store.journal.state(), id).map(route => route.id as string))
    const routes = traffic.routes.filter(route => ids.has(route.id.split('@')[0] ?? ''))
    emit({ at: traffic.at, routes })
  })
}

export function followOperations(parts: Parts, emit: Emit<Item<'operations.state'>>): () => void {
  emit([...parts.operations.list()])
  return parts.operations.onChange(() => emit([...parts.operations.list()]))
}

export function followApp(parts: Parts, emit: Emit<Item<'app.state'>>): () => void {
  let reachable = true
  const stop = parts.proxy.onReachable(now => {
    reachable = now
  })
  const unfollow = followChanges(
    hintsOf(parts),
    () => ({
      version: parts.home.version,
      home: parts.home.path,
      endpoint: parts.engine.state(),
      proxy: { reachable, port: parts.home.proxyPort, closed: [...(parts.pointer.ack()?.closed ?? [])] },
      readOnly: parts.store.journal.readOnly(),
      lostFleets: lostFleets(parts),
      settings: { ...ownSettings(parts), proxyPort: parts.home.proxyPort },
    }),
    emit,
  )
  return () => {
    stop()
    unfollow()
  }
}

/** The settings of the app itself: endpoints have a feed of their own. */
function ownSettings(parts: Parts) {
  const { endpoints: _endpoints, ...own } = parts.store.documents.settings()
  return own
}
