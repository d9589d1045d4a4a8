import type { EndpointSettings, EndpointView, FoundEndpoint } from '../../../shared/endpoints.ts'
import { type Failure, fail } from '../../../shared/failure.ts'
import type { Diagnosis, EndpointState } from '../../../shared/model/app-state.ts'
import { DEFAULT_ENDPOINT } from '../../../shared/model/ids.ts'
import { isRemoteAddress } from '../../../shared/rules/endpoints.ts'
import { name } from './build.ts'
import type { Handlers } from './handlers.ts'
import type { Story } from './operation.ts'
import { connectedApp, type World } from './world.ts'

type Added = Omit<EndpointView, 'settings' | 'fleets' | 'isRemote' | 'sameAs'> & { readonly settings: EndpointSettings }

const known = new WeakMap<World, Added[]>()

/** One that another machine answers at, one that was let go of, and one where something else answers by now. */
export function addEndpoints(world: World, now: number): void {
  known.set(world, [
    added({ name: name('lab'), address: 'ssh://ada@lab.example:2222', colour: 'violet', engineId: 'LAB:1' }, now),
    {
      ...added({ name: name('edge'), address: 'tcp://edge.example:2376', colour: 'orange', engineId: 'EDGE:1' }, now),
      ...strange(now),
    },
    added({ name: name('podman'), address: 'unix:///run/podman/podman.sock', colour: 'teal', connect: false }, now),
  ])
}

const strange = (now: number): Pick<Added, 'stranger' | 'state'> => ({
  stranger: 'EDGE:2',
  state: {
    ...connectedApp(now).endpoint,
    address: 'tcp://edge.example:2376',
    source: 'your settings',
    state: 'lost',
    failure: {
      code: 'conflict',
      message: 'Another engine answers at tcp://edge.example:2376: EDGE:2, and not EDGE:1',
      hint: 'Nothing is done with it: its containers and images are not those that were recorded. Start the engine that was here before, or trust this one',
    },
  },
})

function added(said: Partial<EndpointSettings> & Pick<EndpointSettings, 'name' | 'address'>, now: number): Added {
  const settings: EndpointSettings = {
    tls: null,
    allowsPlain: false,
    publishedHost: null,
    colour: 'blue',
    engineId: null,
    connect: true,
    ...said,
  }
  return { name: said.name, settings, stranger: null, state: stateOf(settings, now) }
}

function stateOf({ name: title, address, connect }: EndpointSettings, now: number): EndpointState {
  const { engine } = connectedApp(now).endpoint
  const common = { address, source: 'your settings', since: now, tried: [] }
  if (connect) return { ...common, state: 'connected', engine: engine && { ...engine, name: title }, failure: null }
  const failure = { code: 'unreachable' as const, message: `${title} is not connected`, hint: 'Connect to it' }
  return { ...common, state: 'lost', engine: null, failure }
}

export function endpointsOf(world: World): EndpointView[] {
  const fleetsOf = (endpoint: string) =>
    [...world.fleets.values()].filter(({ view }) => view.fleet.endpoint === endpoint).length
  const { endpoint: state } = world.app
  const first = { name: DEFAULT_ENDPOINT, settings: null, state, stranger: null, isRemote: false, sameAs: [] }
  const ours = known.get(world) ?? []
  /** One engine answers at one address. */
  const twins = (one: Added) =>
    ours.filter(other => other !== one && other.settings.address === one.settings.address).map(other => other.name)
  return [
    { ...first, fleets: fleetsOf(first.name) },
    ...ours.map(one => ({
      ...one,
      sameAs: twins(one),
      isRemote: isRemoteAddress(one.settings.address),
      fleets: fleetsOf(one.name),
    })),
  ]
}

interface Heard<T> {
  readonly rows: T[] | null
  readonly failure: Failure | null
}

/** The answer of an endpoint to a list: the reason for a lost one, the containers of before for the default one. */
export function heardAt<T>(world: World, endpoint: string, rows: T[]): Heard<T> {
  const state = endpointsOf(world).find(({ name }) => name === endpoint)?.state
  if (state?.state !== 'lost') return { rows, failure: null }
  return { rows: endpoint === DEFAULT_ENDPOINT ? rows : null, failure: state.failure }
}

type EndpointHandlers = Pick<Handlers, Extract<keyof Handlers, `endpoint.${string}`>>

export function endpointHandlers({ world, now, changed }: Story): EndpointHandlers {
  const find = (endpoint: string) =>
    endpointsOf(world).find(one => one.name === endpoint) ?? fail('not-found', `There is no endpoint named ${endpoint}`)
  const save = (endpoint: string, settings: EndpointSettings | null) => {
    const others = (known.get(world) ?? []).filter(one => one.name !== endpoint)
    known.set(world, settings === null ? others : [...others, added(settings, now())])
    changed()
  }
  const change = (endpoint: string, edit: Partial<EndpointSettings>) => {
    const { settings } = find(endpoint)
    if (settings === null) return fail('refused', 'The default endpoint is the one that the app was started with')
    save(endpoint, { ...settings, ...edit })
    return find(edit.name ?? endpoint)
  }
  return {
    'endpoint.list': () => endpointsOf(world),
    'endpoint.find': () => found,
    'endpoint.add': said => {
      if (endpointsOf(world).some(one => one.name === said.name))
        fail('conflict', `There is an endpoint named ${said.name} already`, { hint: 'Choose another name' })
      save(said.name, { ...said, engineId: null })
      return find(said.name)
    },
    'endpoint.edit': said => change(said.name, said),
    'endpoint.rename': ({ endpoint, name: to }) => {
      if (endpoint !== to && endpointsOf(world).some(one => one.name === to))
        fail('conflict', `There is an endpoint named ${to} already`, { hint: 'Choose another name' })
      change(endpoint, { name: to })
      for (const fleet of world.fleets.values())
        if (fleet.view.fleet.endpoint === endpoint)
          fleet.view = { ...fleet.view, fleet: { ...fleet.view.fleet, endpoint: to } }
      changed()
      return find(to)
    },
    'endpoint.remove': ({ endpoint }) => {
      if (find(endpoint).fleets > 0)
        fail('refused', `Fleets live on ${endpoint}: shop-lab`, { hint: 'Remove them first, or disconnect it' })
      save(endpoint, null)
      return {}
    },
    'endpoint.test': ({ address }) => (address.includes('nowhere') ? failing : fine),
    'endpoint.connect': ({ endpoint }) => change(endpoint, { connect: true }),
    'endpoint.disconnect': ({ endpoint }) => change(endpoint, { connect: false }),
    'endpoint.trust': ({ endpoint, engineId }) => change(endpoint, { engineId }),
  }
}

const found: FoundEndpoint[] = [
  {
    name: name('staging'),
    address: 'ssh://deploy@staging.example',
    tls: null,
    source: 'context staging',
    isRemote: true,
  },
  {
    name: name('rootless-docker'),
    address: 'unix:///run/user/1000/docker.sock',
    tls: null,
    source: "rootless Docker's socket",
    isRemote: false,
  },
]

const fine: Diagnosis = [
  { step: 'name', state: 'ok', saw: 'lab.example is found', advice: '' },
  { step: 'port', state: 'ok', saw: 'lab.example:2222 takes connections', advice: '' },
  { step: 'host key', state: 'ok', saw: 'it is the one in /home/ada/.ssh/known_hosts', advice: '' },
  { step: 'login', state: 'ok', saw: 'ada, by the agent', advice: '' },
  { step: 'API version', state: 'ok', saw: '1.47 of at most 1.51', advice: '' },
  { step: 'clock', state: 'warning', saw: '3.2 s behind ours', advice: 'Let both machines keep their time by NTP' },
]

const failing: Diagnosis = [
  { step: 'name', state: 'failed', saw: 'nowhere.example is not found', advice: 'Check how it is written' },
]
