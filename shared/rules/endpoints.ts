import type { EndpointSettings } from '../endpoints.ts'
import { type FleetId, Name } from '../model/ids.ts'
import type { JournalRecord } from '../model/journal.ts'
import type { State } from './fold.ts'

/** The state as one endpoint sees it: its own fleets, removed ones too, and what was done there. `lastSets` go by snapshot. */
export function stateAt(state: State, endpoint: Name): State {
  const isOwn = (one: { readonly endpoint: Name }) => one.endpoint === endpoint
  const trashed = [...state.trash.values()]
  // Most people have one endpoint: what is all its own is not copied at every change.
  if ([...state.fleets.values(), ...trashed.map(({ fleet }) => fleet), ...state.entries].every(isOwn)) return state
  const fleets = new Map([...state.fleets].filter(([, fleet]) => isOwn(fleet)))
  const ofFleets = <K, V extends { readonly fleetId: FleetId }>(map: ReadonlyMap<K, V>) =>
    new Map([...map].filter(([, value]) => fleets.has(value.fleetId)))
  return {
    fleets,
    snapshots: ofFleets(state.snapshots),
    sets: ofFleets(state.sets),
    routes: ofFleets(state.routes),
    lastSets: state.lastSets,
    trash: new Map([...state.trash].filter(([, { fleet }]) => isOwn(fleet))),
    claims: state.claims,
    removals: state.removals,
    committed: state.committed,
    goneTags: state.goneTags,
    goneSecrets: state.goneSecrets,
    entries: state.entries.filter(isOwn),
    seq: state.seq,
  }
}

/** Every endpoint that something in the journal is on. */
export function endpointsIn(state: State): ReadonlySet<Name> {
  const removed = [...state.trash.values()].map(({ fleet }) => fleet)
  return new Set([...state.fleets.values(), ...removed].map(fleet => fleet.endpoint))
}

/** The state with an endpoint under another name. */
export function renamedEndpoint(state: State, from: Name, to: Name): State {
  const renamed = <T extends { readonly endpoint: Name }>(one: T): T =>
    one.endpoint === from ? { ...one, endpoint: to } : one
  return {
    ...state,
    fleets: new Map([...state.fleets].map(([id, fleet]) => [id, renamed(fleet)])),
    trash: new Map([...state.trash].map(([id, trashed]) => [id, { ...trashed, fleet: renamed(trashed.fleet) }])),
    entries: state.entries.map(renamed),
  }
}

/** A record with each endpoint that it names under what `of` says of that name. */
export function withEndpoints<R extends JournalRecord>(record: R, of: (name: Name) => Name): R {
  const changes = record.changes.map(change =>
    change.kind === 'fleet' ? { ...change, fleet: { ...change.fleet, endpoint: of(change.fleet.endpoint) } } : change,
  )
  return record.kind === 'begin' ? { ...record, changes, endpoint: of(record.endpoint) } : { ...record, changes }
}

/** The endpoint that the journal knows by an id, as it is called now. */
export function nameOfEndpoint(endpoints: readonly Named[], id: Name): Name {
  return endpoints.find(one => idOfEndpoint(one) === id)?.name ?? id
}

export function idOfEndpoint({ id, name }: Named): Name {
  return id ?? name
}

/** Of a new endpoint: its name, or where another had that name first one that is neither an id nor a name of those that are known. */
export function freeId(endpoints: readonly Named[], name: Name, known: readonly Name[]): { readonly id?: Name } {
  const ids = endpoints.map(idOfEndpoint)
  return ids.includes(name) ? { id: freeName(name, new Set([...ids, ...known])) } : {}
}

type Named = Pick<EndpointSettings, 'name' | 'id'>

/** Whether an address leads to another machine, as far as it tells. */
export function isRemoteAddress(address: string): boolean {
  if (/^ssh:\/\//i.test(address)) return true
  const [, host] = /^(?:tcp|https?):\/\/(\[[^\]]*\]|[^/:]+)/i.exec(address) ?? []
  return host !== undefined && !/^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/i.test(host)
}

/** A name for what somebody else has named, that is not taken: `My Lab` is `my-lab`, or `my-lab-2`. */
export function freeName(wanted: string, taken: ReadonlySet<string>): Name {
  const plain = wanted
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 36)
    .replaceAll(/^-+|-+$/g, '')
  const base = plain === '' ? 'engine' : plain
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`
    if (!taken.has(name)) return Name.parse(name)
  }
}
