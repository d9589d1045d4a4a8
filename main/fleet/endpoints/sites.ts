import type { EndpointSettings } from '../../../shared/endpoints.ts'
import { fail } from '../../../shared/failure.ts'
import { createListeners } from '../../../shared/listeners.ts'
import { DEFAULT_ENDPOINT, type Name } from '../../../shared/model/ids.ts'
import { endpointsIn, idOfEndpoint } from '../../../shared/rules/endpoints.ts'
import { fleetNamed } from '../../../shared/rules/lookup.ts'
import type { PortOwner } from '../../../shared/rules/routing.ts'
import type { UpstreamAddress } from '../../../shared/table.ts'
import type { Documents, Journal } from '../../store/store.ts'
import type { Parts } from '../parts.ts'

/** An endpoint at work: its parts, and what looks after its fleets. */
export interface Site {
  readonly parts: Parts
  close(): void
}

/** The endpoints that the app works with, each with parts of its own; what they share is the same in all. */
export interface Sites {
  /** The parts of an endpoint by its name; of the one that the app was started with if undefined. Fails `not-found`. */
  at(endpoint: string | undefined): Parts
  /** The parts of the endpoint where a fleet lives, or lived before it was removed, by the fleet's name. Fails `not-found`. */
  of(fleet: string): Parts
  /** The parts of the endpoint where a container is seen, by its id or name; of the default one if nowhere. Named, it is that one. */
  holding(container: string, endpoint: string | undefined): Parts
  all(): readonly Parts[]
  /** The journal of all endpoints. */
  readonly journal: Journal
  /** Of an endpoint that was added; null for the default one, and for one that only the journal knows. */
  settingsOf(endpoint: Name): EndpointSettings | null
  /** Keeps the settings of all endpoints that were added: opens those that are new, lets go of those that are not there. */
  save(endpoints: readonly EndpointSettings[]): void
  /** Gives an endpoint that was added another name, in the settings first. What goes on there goes on. */
  rename(from: Name, to: Name): void
  /** Hears that endpoints came, went or changed, and whatever is seen in any of them. */
  onChange(listener: () => void): () => void
  /** Where a container of any endpoint takes connections on a port, or null. */
  addressOf(container: PortOwner, port: number): UpstreamAddress | null
  /** Whether the containers of an endpoint were listed since the app began. */
  isSeen(endpoint: Name): boolean
  close(): void
}

export interface SitesInput {
  readonly journal: Journal
  readonly documents: Documents
  /** `settings` are asked for whenever the engine is looked for; absent for the default endpoint. */
  open(nameNow: () => Name, settings: (() => EndpointSettings) | undefined): Site
}

/** Opens the default endpoint, those of the settings, and those where the journal knows fleets. */
export function createSites({ journal, documents, open }: SitesInput): Sites {
  const sites = new Map<Name, Site>()
  /** The name of each site, for as long as the site lives. */
  const called = new Map<Name, { name: Name }>()
  const listeners = createListeners()
  const added = () => documents.settings().endpoints
  const settingsOf = (endpoint: Name) => added().find(one => one.name === endpoint) ?? null
  const keep = (endpoints: readonly EndpointSettings[]) =>
    documents.saveSettings({ ...documents.settings(), endpoints })

  function begin(endpoint: Name): void {
    const own = { name: endpoint }
    called.set(endpoint, own)
    const nameNow = () => own.name
    const settings = () => settingsOf(own.name) ?? forgotten(own.name)
    const site = open(nameNow, endpoint === DEFAULT_ENDPOINT ? undefined : settings)
    sites.set(endpoint, site)
    site.parts.observed.onChange(listeners.tell)
    site.parts.engine.onState(({ state, engine }) => {
      // The first engine that answers at an endpoint is the one that is meant from then on.
      if (state === 'connected' && engine !== null && settingsOf(own.name)?.engineId === null)
        keep(added().map(one => (one.name === own.name ? { ...one, engineId: engine.id } : one)))
      listeners.tell()
    })
  }

  function bringAbout(): void {
    const names = added().map(({ name }) => name)
    const wanted = new Set([DEFAULT_ENDPOINT, ...names, ...endpointsIn(journal.state())])
    for (const [name, site] of sites) {
      if (wanted.has(name)) continue
      sites.delete(name)
      called.delete(name)
      site.close()
    }
    for (const name of wanted) if (!sites.has(name)) begin(name)
  }

  bringAbout()
  return {
    ...lookups(sites, journal),
    journal,
    settingsOf,
    save(endpoints) {
      const before = new Map(added().map(one => [one.name, one]))
      keep(endpoints)
      const isOld = new Set(sites.keys())
      bringAbout()
      for (const one of endpoints)
        if (isOld.has(one.name) && leadsElsewhere(before.get(one.name), one))
          sites.get(one.name)?.parts.engine.lookAnew()
      listeners.tell()
    },
    rename(from, to) {
      keep(added().map(one => (one.name === from ? { ...one, id: idOfEndpoint(one), name: to } : one)))
      const before = [...sites]
      sites.clear()
      for (const [name, site] of before) sites.set(name === from ? to : name, site)
      const own = called.get(from)
      called.delete(from)
      if (own !== undefined) called.set(to, Object.assign(own, { name: to }))
      journal.renameEndpoint(from, to)
      listeners.tell()
    },
    onChange: listeners.add,
    close() {
      listeners.clear()
      for (const site of sites.values()) site.close()
    },
  }
}

function lookups(sites: ReadonlyMap<Name, Site>, journal: Journal) {
  const all = () => [...sites.values()].map(({ parts }) => parts)
  function at(endpoint: string = DEFAULT_ENDPOINT): Parts {
    const found = all().find(parts => parts.endpoint === endpoint)
    const hint = `There is: ${[...sites.keys()].join(', ')}`
    return found ?? fail('not-found', `There is no endpoint named ${endpoint}`, { hint })
  }
  return {
    at,
    all,
    of(fleet: string): Parts {
      const state = journal.state()
      const isThere = [...state.fleets.values()].some(({ name }) => name === fleet)
      const removed = [...state.trash.values()].findLast(trashed => trashed.fleet.name === fleet)
      return at(isThere || removed === undefined ? fleetNamed(state, fleet).endpoint : removed.fleet.endpoint)
    },
    holding(container: string, endpoint: string | undefined): Parts {
      if (endpoint !== undefined) return at(endpoint)
      const isHere = ({ observed }: Parts) =>
        [...(observed.rows()?.values() ?? [])].some(({ id, name }) => id === container || name === container)
      return all().find(isHere) ?? at()
    },
    isSeen: (endpoint: Name) => sites.get(endpoint)?.parts.observed.rows() !== undefined,
    addressOf(container: PortOwner, port: number): UpstreamAddress | null {
      for (const { observed } of all())
        if (observed.rows()?.has(container.id)) return observed.addressOf(container, port)
      return null
    },
  }
}

/** Fleets live there, and nobody knows any more how to get there: it can be added again under its name. */
function forgotten(name: Name): EndpointSettings {
  return {
    name,
    address: '',
    tls: null,
    allowsPlain: false,
    publishedHost: null,
    colour: 'gray',
    engineId: null,
    connect: false,
  }
}

/** Whether the engine must be looked for anew. */
function leadsElsewhere(before: EndpointSettings | undefined, after: EndpointSettings): boolean {
  const way = ({ address, tls, allowsPlain, publishedHost, engineId, connect }: EndpointSettings) =>
    JSON.stringify([address, tls, allowsPlain, publishedHost, engineId, connect])
  return before === undefined || way(before) !== way(after)
}
