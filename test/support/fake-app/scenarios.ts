import type { OpenQuestion } from '../../../shared/contract/questions.ts'
import type { RunningOperation } from '../../../shared/model/app-state.ts'
import type { ContainerSummary, FleetView } from '../../../shared/model/views.ts'
import { digest, name } from './build.ts'
import { addEndpoints } from './endpoints.ts'
import { longJournal, plainFleet } from './many.ts'
import { shopWorld } from './shop.ts'
import { connectedApp, type FleetWorld, failedSet, HOSTILE, type World } from './world.ts'

export const scenarios = [
  'shop',
  'empty',
  'no-engine',
  'engine-lost',
  'drift-beside',
  'proxy-gone',
  'read-only',
  'lost-fleets',
  'many',
  'long',
  'hostile',
  'new-fleet',
  'loading',
  'failed',
  'catching-up',
  'clock-skew',
  'questions',
  'endpoints',
] as const
export type Scenario = (typeof scenarios)[number]

export function isScenario(text: string): text is Scenario {
  return scenarios.some(scenario => scenario === text)
}

function container(project: string, service: string, image: string, more: Partial<ContainerSummary>): ContainerSummary {
  const title = `${project}-${service}-1`
  const compose = { project, service }
  return {
    id: digest(title),
    name: title,
    image,
    state: 'running',
    compose,
    fleet: null,
    ports: [],
    volumes: [],
    ...more,
  }
}

const found: ContainerSummary[] = [
  container('bakery', 'web', 'bakery/web:3', { ports: [3000] }),
  container('bakery', 'worker', 'bakery/worker:3', {}),
  container('bakery', 'postgres', 'postgres:17', { volumes: ['bakery_pg'], ports: [5432] }),
  container('bakery', 'cache', 'redis:8', { volumes: ['bakery_redis'] }),
  { ...container('', 'solo', 'nginx:1.29', { ports: [80] }), name: 'lonely-nginx', compose: null },
]

function small(world: World, now: number): void {
  const blog = plainFleet('blog', now, { versions: 3, replicas: 2, entries: 12 })
  blog.view = { ...blog.view, sets: blog.view.sets.filter(set => set.state === 'live') }
  world.fleets.set('blog', blog)
  const workshop = plainFleet('workshop-04', now, { versions: 2, replicas: 1, entries: 5 })
  world.fleets.set('workshop-04', stopped(workshop))
}

/** Fleets on two endpoints, and more of both. */
function spread(world: World, now: number): void {
  addEndpoints(world, now)
  const fleet = plainFleet('shop-lab', now, { versions: 2, replicas: 2, entries: 6 })
  world.fleets.set('shop-lab', {
    ...fleet,
    view: { ...fleet.view, fleet: { ...fleet.view.fleet, endpoint: name('lab'), from: 'copied' } },
  })
}

function stopped(fleet: FleetWorld): FleetWorld {
  const routes = fleet.view.routes.map(route => ({ ...route, setId: null }))
  return { ...fleet, view: { ...fleet.view, sets: [], routes } }
}

function hostile(view: FleetView): FleetView {
  return {
    ...view,
    snapshots: view.snapshots.map(one => ({ ...one, note: `${HOSTILE} ${one.version}` })),
    sets: view.sets.map(set => ({
      ...set,
      containers: set.containers.map(one => ({ ...one, name: `${one.name}${HOSTILE}` })),
    })),
    drift: view.drift.map(drift => ({ ...drift, path: `/app/${HOSTILE}/${'deep/'.repeat(40)}file` })),
  }
}

/** While the engine does not answer nobody knows what runs. */
function unknown(view: FleetView): FleetView {
  return {
    ...view,
    sets: view.sets.map(set => ({ ...set, containers: set.containers.map(one => ({ ...one, state: 'unknown' })) })),
    dataServices: view.dataServices.map(data => ({ ...data, state: 'unknown' })),
  }
}

/** Drift of what belongs to no version, and of a network. */
function driftedBeside(view: FleetView): FleetView {
  const live = view.sets.find(({ state }) => state === 'live')?.id ?? null
  const db = { container: 'shop-db', service: 'db', subject: 'data' as const, setId: null }
  const route = { container: 'shop.localhost:8080', service: 'web', subject: 'route' as const, kind: 'route' as const }
  return {
    ...view,
    drift: [
      { ...db, kind: 'replaced', detail: 'container was replaced' },
      { ...db, kind: 'image', detail: 'runs image postgres:17, postgres:16 was recorded' },
      {
        ...db,
        container: 'shop-cache',
        service: 'cache',
        kind: 'stopped',
        detail: 'container is stopped (exit code 137)',
      },
      { ...route, setId: null, detail: 'port 8080 is not open: another program already listens on 127.0.0.1:8080' },
      {
        ...{ container: 'shop-6', service: '', subject: 'network', kind: 'replaced', setId: live },
        detail: 'network was removed and made anew',
      },
      ...view.drift,
    ],
  }
}

function failed(view: FleetView, now: number): FleetView {
  const sets = view.sets.map(set => (set.state === 'checking' ? failedSet(set, now) : set))
  return { ...view, sets, checking: [] }
}

function going(now: number): RunningOperation {
  return {
    id: 'going',
    op: 'set.launch',
    fleetId: null,
    title: 'Launch shop v9',
    startedAt: now - 20_000,
    progress: { done: 3, total: 8, what: 'Starting shop-9-web-2' },
  }
}

function asked(now: number): OpenQuestion[] {
  const common = { endpoint: 'lab', askedAt: now - 4_000 }
  const fingerprint = 'SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8'
  return [
    {
      ...common,
      id: 'q1',
      kind: 'host-key',
      host: 'lab.example:2222',
      type: 'ssh-ed25519',
      fingerprint,
      recordedIn: '/home/ada/.ssh/known_hosts',
    },
    { ...common, id: 'q2', kind: 'passphrase', path: '/home/ada/.ssh/id_ed25519', isWrong: true, canRemember: true },
  ]
}

/** A world by its name, as it is at `now` (milliseconds since the epoch). */
export function worldOf(scenario: Scenario, now: number): World {
  const world: World = {
    app: connectedApp(now),
    fleets: new Map(),
    trash: new Map(),
    operations: [],
    terminals: [],
    questions: [],
    containers: found,
  }
  const endpoint = world.app.endpoint
  if (scenario === 'empty') return world
  if (scenario === 'no-engine') {
    world.app.endpoint = {
      ...endpoint,
      state: 'lost',
      engine: null,
      failure: {
        code: 'unreachable',
        message: 'No Docker Engine answers on this machine',
        hint: 'Start Docker Desktop, or run: sudo systemctl start docker',
      },
      tried: [
        {
          address: 'unix:///var/run/docker.sock',
          source: 'context default',
          result: 'Permission denied: this user is not in the group docker',
        },
        {
          address: 'unix:///home/ada/.docker/desktop/docker.sock',
          source: "Docker Desktop's socket",
          result: 'No such file',
        },
        { address: 'unix:///home/ada/.colima/default/docker.sock', source: "Colima's socket", result: 'No such file' },
        {
          address: 'unix:///run/user/1000/podman/podman.sock',
          source: "Podman's socket",
          result: 'Connection refused',
        },
      ],
    }
    return world
  }
  if (scenario === 'many') {
    for (let index = 1; index <= 40; index += 1) {
      const title = `fleet-${String(index).padStart(2, '0')}`
      world.fleets.set(title, plainFleet(title, now, { versions: 6, replicas: index === 1 ? 13 : 6, entries: 60 }))
    }
    return world
  }
  const shop = shopWorld(now)
  world.fleets.set('shop', shop)
  small(world, now)
  if (scenario === 'long') {
    const long = plainFleet('shop', now, { versions: 40, replicas: 3, entries: 5000 })
    long.journal = longJournal('shop', now, 5000, 40)
    world.fleets.set('shop', long)
  }
  if (scenario === 'drift-beside') shop.view = driftedBeside(shop.view)
  if (scenario === 'failed') shop.view = failed(shop.view, now)
  if (scenario === 'endpoints') spread(world, now)
  if (scenario === 'questions') world.questions = asked(now)
  if (scenario === 'catching-up') world.operations = [going(now)]
  if (scenario === 'hostile') shop.view = hostile(shop.view)
  if (scenario === 'new-fleet') {
    world.fleets.set('fresh', { ...stopped(plainFleet('fresh', now, { versions: 0, replicas: 2, entries: 0 })) })
    const fresh = world.fleets.get('fresh')
    if (fresh !== undefined) fresh.view.fleet.name = name('fresh')
    world.fleets.delete('shop')
  }
  if (scenario === 'read-only')
    world.app.readOnly = 'Line 4,211 of the journal is damaged; a copy was kept as journal.damaged.1'
  if (scenario === 'lost-fleets') {
    world.fleets.clear()
    world.app.lostFleets = 'The journal of this home does not know shop (v1, v2), which the engine holds'
  }
  if (scenario === 'proxy-gone')
    world.app.proxy = {
      reachable: false,
      port: 8080,
      closed: [{ port: 8080, reason: 'The port is taken by nginx (pid 812)' }],
    }
  if (scenario === 'engine-lost') {
    for (const fleet of world.fleets.values()) fleet.view = unknown(fleet.view)
    world.app.endpoint = {
      ...endpoint,
      state: 'lost',
      since: now - 95_000,
      failure: {
        code: 'unreachable',
        message: 'Docker stopped answering',
        hint: 'Flotilla tries again by itself every few seconds',
      },
    }
  }
  return world
}
