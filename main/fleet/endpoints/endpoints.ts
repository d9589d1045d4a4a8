import type { Emit, Item, Output, Parsed } from '../../../shared/contract.ts'
import type { EndpointSettings, EndpointView, FoundEndpoint, TlsPaths } from '../../../shared/endpoints.ts'
import { fail } from '../../../shared/failure.ts'
import type { Diagnosis } from '../../../shared/model/app-state.ts'
import { DEFAULT_ENDPOINT, type Name } from '../../../shared/model/ids.ts'
import { freeId, freeName, isRemoteAddress } from '../../../shared/rules/endpoints.ts'
import { type EngineMark, isSameEngine } from '../../../shared/rules/same-engine.ts'
import { followChanges } from '../feeds/feeds.ts'
import type { Parts } from '../parts.ts'
import type { Sites } from './sites.ts'

/** Looks at addresses that are no endpoints yet. */
export interface Places {
  /** Never rejects: what fails is a step. */
  diagnose(
    settings: EndpointSettings,
    options: { readonly signal: AbortSignal; readonly namesOf: (engine: EngineMark) => readonly string[] },
  ): Promise<readonly Diagnosis[number][]>
  /** Contexts of the docker command line, and usual sockets that are there. */
  find(): Promise<
    readonly {
      readonly name: string
      readonly address: string
      readonly tls: TlsPaths | null
      readonly source: string
    }[]
  >
}

export function followEndpoints(sites: Sites, emit: Emit<Item<'endpoints.state'>>): () => void {
  return followChanges([sites.onChange, sites.journal.onChange], () => listEndpoints(sites), emit)
}

export function listEndpoints(sites: Sites): EndpointView[] {
  return sites.all().map(parts => viewOf(sites, parts))
}

function viewOf(sites: Sites, parts: Parts): EndpointView {
  const { endpoint, engine, store } = parts
  const settings = sites.settingsOf(endpoint)
  const state = engine.state()
  return {
    name: endpoint,
    settings,
    state,
    stranger: engine.stranger(),
    sameAs: namesOf(sites, markOf(sites, parts)).filter(name => name !== endpoint),
    isRemote: isRemoteAddress(settings?.address ?? state.address),
    fleets: store.journal.state().fleets.size,
  }
}

function markOf(sites: Sites, { endpoint, engine }: Parts): EngineMark {
  return {
    engineId: sites.settingsOf(endpoint)?.engineId ?? engine.state().engine?.id ?? null,
    dataId: engine.dataId(),
  }
}

/** The endpoints that lead to an engine. */
function namesOf(sites: Sites, engine: EngineMark): Name[] {
  return sites.all().flatMap(parts => (isSameEngine(markOf(sites, parts), engine) ? [parts.endpoint] : []))
}

/** Engines that could be added, each with a free name; none that is an endpoint already. */
export async function findEndpoints(sites: Sites, places: Places): Promise<FoundEndpoint[]> {
  const views = listEndpoints(sites)
  const addresses = new Set(views.map(({ settings, state }) => settings?.address ?? state.address))
  const taken = new Set<string>(views.map(({ name }) => name))
  const found = await places.find()
  return found.flatMap(({ name: wanted, address, tls, source }) => {
    if (addresses.has(address)) return []
    const name = freeName(wanted, taken)
    addresses.add(address)
    taken.add(name)
    return [{ name, address, tls, source, isRemote: isRemoteAddress(address) }]
  })
}

type EndpointInput = Parsed<'endpoint.add'>

export function addEndpoint(sites: Sites, said: EndpointInput): EndpointView {
  const endpoints = sites.at(undefined).store.documents.settings().endpoints
  if (said.name === DEFAULT_ENDPOINT || endpoints.some(({ name }) => name === said.name))
    fail('conflict', `There is an endpoint named ${said.name} already`, { hint: 'Choose another name' })
  const known = sites.all().map(({ endpoint }) => endpoint)
  sites.save([...endpoints, { ...said, ...freeId(endpoints, said.name, known), engineId: null }])
  return viewOf(sites, sites.at(said.name))
}

export function editEndpoint(sites: Sites, said: EndpointInput): EndpointView {
  return change(sites, said.name, before => ({
    ...said,
    ...(before.id !== undefined && { id: before.id }),
    engineId: before.engineId,
  }))
}

export async function renameEndpoint(
  { sites, places }: { readonly sites: Sites; readonly places: Pick<Places, 'find'> },
  { endpoint: from, name: to }: Parsed<'endpoint.rename'>,
): Promise<EndpointView> {
  const { address } = own(sites, from)
  const context = (await places.find()).find(({ name, source }) => name === to && source === `context ${to}`)
  if (context !== undefined && context.address !== address)
    fail('conflict', `The Docker context ${to} leads to ${context.address}`, {
      hint: 'Choose another name: with docker --context this one leads elsewhere',
    })
  const parts = sites.at(from)
  if (from === to) return viewOf(sites, parts)
  if (sites.all().some(({ endpoint }) => endpoint === to))
    fail('conflict', `There is an endpoint named ${to} already`, { hint: 'Choose another name' })
  const [running] = parts.operations.list()
  if (running !== undefined)
    fail('conflict', `${running.title} is going on`, { hint: 'Rename the endpoint when it is done' })
  sites.rename(from, to)
  return viewOf(sites, parts)
}

export function removeEndpoint(sites: Sites, name: Name): void {
  const { store } = sites.at(name)
  own(sites, name)
  const { fleets, trash } = store.journal.state()
  const names = [...fleets.values()].map(fleet => fleet.name)
  if (names.length > 0)
    fail('refused', `Fleets live on ${name}: ${names.join(', ')}`, { hint: 'Remove them first, or disconnect it' })
  const removed = [...trash.values()].map(({ fleet }) => fleet.name)
  if (removed.length > 0)
    fail('refused', `Removed fleets of ${name} are in the trash: ${removed.join(', ')}`, {
      hint: 'Their images are there. They go when their time is up; until then it can be disconnected',
    })
  sites.save(store.documents.settings().endpoints.filter(one => one.name !== name))
}

/** Looks at the way to an engine, step by step, and warns of one that is an endpoint already. */
export async function testEndpoint(
  { sites, places }: { readonly sites: Sites; readonly places: Places },
  said: EndpointInput,
  signal: AbortSignal,
): Promise<Output<'endpoint.test'>> {
  const others = (engine: EngineMark) => namesOf(sites, engine).filter(name => name !== said.name)
  return [...(await places.diagnose({ ...said, engineId: null, connect: true }, { signal, namesOf: others }))]
}

/** Tries a lost engine at once, without waiting for the next attempt. */
export function connectEndpoint(sites: Sites, name: Name): EndpointView {
  const parts = sites.at(name)
  if (name !== DEFAULT_ENDPOINT) change(sites, name, before => ({ ...before, connect: true }))
  parts.engine.tryAgain()
  return viewOf(sites, parts)
}

export function disconnectEndpoint(sites: Sites, name: Name): EndpointView {
  return change(sites, name, before => ({ ...before, connect: false }))
}

/** Takes another engine for the one that is meant. What is recorded stays, and shows as missing where it is not there. */
export function trustEngine(sites: Sites, { endpoint, engineId }: Parsed<'endpoint.trust'>): EndpointView {
  const parts = sites.at(endpoint)
  const { engine } = parts
  const stranger = engine.stranger()
  if (stranger !== engineId)
    fail('conflict', `The engine ${engineId} does not answer at ${endpoint}`, {
      hint: stranger === null ? 'The one that is meant may be back' : `It is ${stranger}`,
    })
  if (endpoint !== DEFAULT_ENDPOINT) return change(sites, endpoint, before => ({ ...before, engineId }))
  engine.lookAnew()
  return viewOf(sites, parts)
}

function change(sites: Sites, name: Name, edit: (before: EndpointSettings) => EndpointSettings): EndpointView {
  const before = own(sites, name)
  const { endpoints } = sites.at(name).store.documents.settings()
  sites.save(endpoints.map(one => (one.name === name ? edit(before) : one)))
  return viewOf(sites, sites.at(name))
}

/** The settings of an endpoint that was added. */
function own(sites: Sites, name: Name): EndpointSettings {
  const settings = sites.settingsOf(name)
  if (settings !== null) return settings
  if (name === DEFAULT_ENDPOINT)
    fail('refused', 'The default endpoint is the one that the app was started with', {
      hint: 'Name another with --endpoint or DOCKER_HOST when you start it, or add one',
    })
  sites.at(name)
  return fail('not-found', `${name} is not in the settings any more`, { hint: 'Add it again under this name' })
}
