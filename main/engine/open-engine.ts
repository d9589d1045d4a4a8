import { access } from 'node:fs/promises'
import type { Duplex } from 'node:stream'
import type { EndpointSettings } from '../../shared/endpoints.ts'
import { createListeners } from '../../shared/listeners.ts'
import type { Log } from '../../shared/log.ts'
import type { EndpointState } from '../../shared/model/app-state.ts'
import { letGo } from '../archive/tar-entries.ts'
import { attachCalls } from './attach.ts'
import { breaking, type Calls, type Request } from './calls.ts'
import { commit } from './commit.ts'
import { type Addresses, createAddresses } from './connection/addresses.ts'
import { type Ask, createAsking } from './connection/asking.ts'
import { type Diagnosable, diagnose } from './connection/diagnose.ts'
import { type Candidate, chooseEndpoints, type KnownAddress, knownPlaces } from './connection/endpoints.ts'
import { Follower } from './connection/follow.ts'
import { gatherEndpoints } from './connection/gather-endpoints.ts'
import type { Link } from './connection/link.ts'
import { containerActions } from './container-actions.ts'
import { containerCalls } from './containers.ts'
import { diskCalls } from './disk-use.ts'
import type { Engine } from './engine.ts'
import { execCalls } from './exec.ts'
import { moveCalls } from './image-moves.ts'
import { transferCalls } from './image-transfer.ts'
import { imageCalls } from './images.ts'
import { inventoryCalls } from './inventory.ts'
import { logCalls } from './logs.ts'
import type { CallOptions, DiagnosisStep, EngineEvent } from './model.ts'
import { networkCalls } from './networks.ts'
import { createOwnExecs } from './own-execs.ts'
import { statsCalls } from './stats.ts'
import { terminalCalls } from './terminal.ts'
import { limitTime } from './time-limit.ts'
import { volumeCalls } from './volumes.ts'

export interface OpenEngineInput {
  /** `unix:///run/docker.sock`, `tcp://127.0.0.1:2375`, `ssh://user@host`; undefined to look where the docker command line looks. */
  readonly endpoint?: string | undefined
  /** The endpoint as the settings keep it now, asked for at each search; absent for the one that is looked for. */
  readonly settings?: () => EndpointSettings
  /** Flotilla's own directory: the private engine's socket is `engine/docker.sock` in it. */
  readonly home: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whom to ask what only a person can tell on the way there; nobody if absent. */
  readonly ask?: Ask
  readonly log: Log
}

async function candidatesOf(input: Omit<OpenEngineInput, 'log'>): Promise<readonly Candidate[]> {
  const { endpoint, home, environment } = input
  return chooseEndpoints(await gatherEndpoints({ endpoint, settings: input.settings?.(), home, environment }))
}

function publishedHostOf({ settings }: Pick<OpenEngineInput, 'settings'>): string | null {
  return settings?.().publishedHost ?? null
}

/** Looks at an endpoint that nobody has added yet, step by step. Never rejects: what fails is a step. */
export function diagnoseEndpoint(
  input: Omit<OpenEngineInput, 'log'>,
  { namesOf, ...options }: CallOptions & Pick<Diagnosable, 'namesOf'> = {},
): Promise<readonly DiagnosisStep[]> {
  const asking = createAsking({ ask: input.ask, onAnswer: () => {}, log: () => {} })
  const candidates = () => candidatesOf(input)
  return diagnose({ candidates, asking, publishedHost: publishedHostOf(input), namesOf }, options)
}

/** Where engines may be on and from this machine, by what the docker command line knows and what is usual. */
export async function findPlaces(input: Omit<OpenEngineInput, 'log'>): Promise<readonly KnownAddress[]> {
  const { endpoint, home, environment } = input
  const places = knownPlaces(await gatherEndpoints({ endpoint, home, environment }))
  const isThere = await Promise.all(places.map(({ address }) => isPlaceThere(address)))
  return places.filter((_, index) => isThere[index])
}

/** Of what is not a file nobody can tell without going there. */
async function isPlaceThere(address: string): Promise<boolean> {
  const [, path] = /^(?:unix|npipe):\/\/(.*)$/.exec(address) ?? []
  return (
    path === undefined ||
    access(path).then(
      () => true,
      () => false,
    )
  )
}

/** Begins to look for an engine, and returns at once: calls wait for the first search to end. */
export function openEngine(input: OpenEngineInput): Engine {
  // One listener's bug must not end the engine's events for all the others.
  const onError = (error: unknown) => input.log('a listener of the engine failed', { error })
  const stateListeners = createListeners<[EndpointState]>(onError)
  const eventListeners = createListeners<[EngineEvent]>(onError)
  const [reconcileListeners, endListeners] = [createListeners(onError), createListeners(onError)]
  const ownExecs = createOwnExecs()

  const asking = createAsking({ ask: input.ask, onAnswer: () => follower.searchNow(), log: input.log })
  const follower = new Follower({
    candidates: () => candidatesOf(input),
    expected: () => input.settings?.().engineId ?? null,
    asking,
    listeners: {
      onState: stateListeners.tell,
      onEvent: event => eventListeners.tell(ownExecs.mark(event)),
      onReconcile: () => reconcileListeners.tell(),
      onEventsEnd: () => endListeners.tell(),
    },
    log: input.log,
  })
  const calls = ownExecs.remember(throughLink(() => follower.link()))
  const addresses = createAddresses({
    home: input.home,
    open: (host, port) => forward(follower, host, port),
    published: () => follower.published,
    publishedHost: () => publishedHostOf(input),
    onProven: () => reconcileListeners.tell(),
    log: input.log,
  })
  const containers = containerCalls(calls, addresses.binding)
  eventListeners.add(event => {
    if (event.kind !== 'container') return
    if (event.action === 'die') addresses.ended(event.id)
    if (event.action === 'destroy') addresses.keepOnly(id => id !== event.id)
  })
  reconcileListeners.add(() => {
    if (follower.published === 'forwarded') forgetForwards(containers, addresses).catch(() => {})
  })

  return {
    onState(listener) {
      const stop = stateListeners.add(listener)
      listener(follower.state)
      return stop
    },
    ...wayCalls(follower),
    onEvent: eventListeners.add,
    onReconcile: reconcileListeners.add,
    onEventsEnd: endListeners.add,
    addressOf: addresses.of,
    openPort: addresses.openHere,
    diagnose: options => {
      asking.askAgain()
      const candidates = () => follower.candidates()
      return follower.alone(() => diagnose({ candidates, asking, publishedHost: publishedHostOf(input) }, options))
    },
    ...containers,
    async listContainers(filter, options) {
      const rows = await containers.listContainers(filter, options)
      addresses.consider(rows)
      return rows
    },
    ...roomCalls(calls),
    ...moveCalls(calls, input.environment),
    ...attachCalls(calls),
    ...terminalCalls(calls, reconcileListeners.add),
    commit: (spec, options) => commit({ calls, onEvent: eventListeners.add }, spec, options),
    close() {
      follower.close()
      addresses.close()
    },
  }
}

/** Whether there is a way to the engine, and which engine it leads to. */
function wayCalls(follower: Follower) {
  return {
    state: () => follower.state,
    stranger: () => follower.stranger,
    dataId: () => follower.dataId,
    lookAnew: () => follower.lookAnew(),
    tryAgain: () => follower.searchNow(),
    reachesContainers: () => follower.reachesContainers,
  }
}

/** The calls that need nothing but the connection. */
function roomCalls(calls: Calls) {
  return {
    ...execCalls(calls),
    ...logCalls(calls),
    ...statsCalls(calls),
    ...imageCalls(calls),
    ...networkCalls(calls),
    ...volumeCalls(calls),
    ...containerActions(calls),
    ...diskCalls(calls),
    ...inventoryCalls(calls),
    ...transferCalls(calls),
  }
}

async function forward(follower: Follower, host: string, port: number): Promise<Duplex> {
  const link = await follower.link()
  if (link.forward === undefined) throw new Error('this way to the engine carries no other connections')
  return link.forward(host, port)
}

/** Containers may have gone, or ended, while the engine was lost. */
async function forgetForwards(containers: Pick<Engine, 'listContainers'>, addresses: Addresses): Promise<void> {
  const rows = await containers.listContainers({ labels: [], all: true })
  const there = new Set(rows.map(row => row.id))
  addresses.keepOnly(id => there.has(id))
  for (const { id, state } of rows) if (state !== 'running' && state !== 'paused') addresses.ended(id)
}

type FirstRequest = Parameters<Calls['pinned']>[0] & Pick<Request, 'tar'>

/** Calls on whichever link there is when they are made. Waiting for it is part of a call: it has its deadline and its cancel. */
function throughLink(link: () => Promise<Link>): Calls {
  async function reach(request: FirstRequest, options: CallOptions = {}): Promise<Calls> {
    const limit = limitTime(`${request.method} ${request.path}`, options, request.deadlineMs)
    try {
      return (await Promise.race([link(), limit.expired, breaking(request.tar)])).calls
    } catch (error) {
      letGo(request.tar)
      throw error
    } finally {
      limit.release()
    }
  }

  return {
    pinned: reach,
    ask: async (request, schema, options) => (await reach(request, options)).ask(request, schema, options),
    tell: async (request, fine, options) => (await reach(request, options)).tell(request, fine, options),
    read: async (request, onChunk, options) => (await reach(request, options)).read(request, onChunk, options),
    open: async (request, options) => (await reach(request, options)).open(request, options),
    follow: async (request, options) => (await reach(request, options)).follow(request, options),
    hijack: async (request, options) => (await reach(request, options)).hijack(request, options),
  }
}
