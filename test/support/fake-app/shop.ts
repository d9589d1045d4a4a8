import type { ContainerSet } from '../../../shared/model/container-set.ts'
import type { DataService, Fleet } from '../../../shared/model/fleet.ts'
import { DEFAULT_ENDPOINT, type FleetId, type RouteId } from '../../../shared/model/ids.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import type { Route } from '../../../shared/model/route.ts'
import type { Drift } from '../../../shared/model/views.ts'
import { digest, entryOf, name, type ServiceRecipe, setIdOf, setOf, snapshotOf, summaryOf, version } from './build.ts'
import type { FleetWorld } from './world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const web: ServiceRecipe = {
  name: 'web',
  replicas: 3,
  image: 'shop/web:1.4',
  port: 3000,
  command: ['node', 'server.js'],
  environment: [
    ['API_URL', 'http://api:4000'],
    ['LOG_LEVEL', 'info'],
    ['SESSION_SECRET', '{{secret:shop/SESSION_SECRET}}'],
  ],
}
const api: ServiceRecipe = {
  name: 'api',
  replicas: 2,
  image: 'shop/api:2.0',
  port: 4000,
  command: ['node', 'api.js'],
  environment: [
    ['DATABASE_URL', '{{secret:shop/DATABASE_URL}}'],
    ['LOG_LEVEL', 'info'],
  ],
}
const db: DataService = {
  name: name('db'),
  container: 'shop-db',
  run: null,
  image: 'postgres:17',
  imageId: `sha256:${digest('postgres:17')}`,
}

/** How each version differs from the one before it, as people change things: a tag, a variable, a flag. */
const editions: readonly { note: string; parent: number | null; services: readonly ServiceRecipe[] }[] = [
  { note: 'Adopted from docker compose', parent: null, services: [web, api] },
  { note: 'Cart survives a reload', parent: 1, services: [{ ...web, image: 'shop/web:1.5' }, api] },
  {
    note: '',
    parent: 2,
    services: [
      { ...web, image: 'shop/web:1.6' },
      { ...api, image: 'shop/api:2.1' },
    ],
  },
  {
    note: 'Black Friday banner',
    parent: 3,
    services: [
      { ...web, image: 'shop/web:1.6+1' },
      { ...api, image: 'shop/api:2.1' },
    ],
  },
  {
    note: '',
    parent: 4,
    services: [
      { ...web, image: 'shop/web:1.7' },
      { ...api, image: 'shop/api:2.2' },
    ],
  },
  {
    note: 'New checkout',
    parent: 5,
    services: [
      { ...web, image: 'shop/web:1.8' },
      { ...api, image: 'shop/api:2.2' },
    ],
  },
  {
    note: 'Checkout with fewer queries',
    parent: 6,
    services: [
      { ...web, image: 'shop/web:1.8' },
      { ...api, image: 'shop/api:2.3+1' },
    ],
  },
  {
    note: 'Search as you type',
    parent: 7,
    services: [
      { ...web, image: 'shop/web:1.9+1', command: ['node', '--enable-source-maps', 'server.js'] },
      {
        ...api,
        image: 'shop/api:2.4',
        environment: [...api.environment.slice(0, 1), ['LOG_LEVEL', 'debug'], ['SEARCH_INDEX', 'products-2']],
      },
    ],
  },
]

const fleet = (at: number): Fleet => ({
  id: 'shop' as FleetId,
  name: name('shop'),
  createdAt: at,
  from: 'adopted',
  endpoint: DEFAULT_ENDPOINT,
  services: [web, api].map(recipe => ({
    name: name(recipe.name),
    replicas: recipe.replicas,
    checks: [{ kind: 'running' }],
    pace: { passes: 2, deadlineMs: 30_000, intervalMs: 500 },
    dependsOn: [],
    source: [],
    ignored: [],
  })),
  dataServices: [db],
})

const routeId = 'shop-route-1' as RouteId

const route: Route = {
  id: routeId,
  fleetId: 'shop' as FleetId,
  hostname: 'shop.localhost',
  port: 8080,
  service: name('web'),
  servicePort: 3000,
  setId: setIdOf('shop', 7),
  upgrade: { kind: 'keep' },
  drainMs: 30_000,
}

const move = (from: number | null, to: number) => [
  { routeId, from: from === null ? null : setIdOf('shop', from), to: setIdOf('shop', to) },
]

function journal(now: number): JournalEntry[] {
  let seq = 0
  const add = (ago: number, given: Omit<Partial<JournalEntry>, 'op'> & Pick<JournalEntry, 'op'>) => {
    seq += 1
    return entryOf({ seq, at: now - ago, fleet: 'shop', ...given })
  }
  const took = (ago: number, number: number, ms: number) =>
    add(ago, {
      op: 'snapshot.take',
      to: version(number),
      from: number > 1 ? version(number - 1) : null,
      ms,
      detail: '2 images, 3.1 MB new',
    })
  const launched = (ago: number, number: number) =>
    add(ago, { op: 'set.launch', to: version(number), ms: 2140, detail: '5 containers, all checks passed' })
  const switched = (ago: number, from: number | null, to: number, more: Partial<JournalEntry> = {}) =>
    add(ago, {
      op: 'route.switch',
      from: from === null ? null : version(from),
      to: version(to),
      moves: move(from, to),
      detail: '2 ms, 0 requests cut',
      ...more,
    })
  return [
    add(50 * HOUR, { op: 'fleet.adopt', ms: 31 }),
    took(50 * HOUR - MINUTE, 1, 1800),
    launched(50 * HOUR - 2 * MINUTE, 1),
    switched(50 * HOUR - 3 * MINUTE, null, 1),
    took(28 * HOUR, 2, 940),
    launched(28 * HOUR - MINUTE, 2),
    switched(28 * HOUR - 2 * MINUTE, 1, 2),
    took(26 * HOUR, 3, 1200),
    launched(26 * HOUR - MINUTE, 3),
    switched(26 * HOUR - 2 * MINUTE, 2, 3),
    took(4 * HOUR, 4, 640),
    launched(4 * HOUR - MINUTE, 4),
    switched(4 * HOUR - 2 * MINUTE, 3, 4, {
      mark: { name: 'Black Friday', note: 'The banner that sold', pinned: true },
    }),
    took(2 * HOUR, 5, 1150),
    add(2 * HOUR - MINUTE, {
      op: 'set.launch',
      to: version(5),
      outcome: 'failed',
      ms: 30_400,
      detail: 'api-1 never became healthy; 5 containers walked back',
      failure: {
        code: 'unhealthy',
        message: 'shop-5-api-1 answered GET /health with 503 for 30 s',
        hint: 'Look at its log: Error: DATABASE_URL points at a read-only replica',
      },
    }),
    launched(2 * HOUR - 6 * MINUTE, 5),
    switched(2 * HOUR - 7 * MINUTE, 4, 5, { detail: '3 ms, 0 requests cut' }),
    add(2 * HOUR - 13 * MINUTE, {
      op: 'route.switch',
      from: version(5),
      to: version(4),
      undoes: 17,
      moves: move(5, 4),
      detail: '2 ms, 0 requests cut',
    }),
    took(70 * MINUTE, 6, 880),
    launched(69 * MINUTE, 6),
    switched(68 * MINUTE, 4, 6),
    took(31 * MINUTE, 7, 720),
    launched(30 * MINUTE, 7),
    switched(29 * MINUTE, 6, 7),
    add(14 * MINUTE, { op: 'drift.found', to: version(7), ms: 0, cause: 'guard', detail: 'shop-7-web-2: 3 files' }),
    took(3 * MINUTE, 8, 910),
    add(2 * MINUTE, { op: 'set.launch', to: version(8), ms: null, outcome: 'running' }),
  ]
}

const drift: readonly Omit<Drift, 'container' | 'service'>[] = [
  { kind: 'changed', path: '/app/config/limits.json' },
  { kind: 'added', path: '/tmp/debug.log' },
  { kind: 'deleted', path: '/app/public/robots.txt' },
  { kind: 'exec', detail: 'A shell was opened in it at 14:31' },
]

/** The fleet of the pictures: eight versions, v7 live with drift, v6 warm, v8 being checked. */
export function shopWorld(now: number): FleetWorld {
  const start = now - 50 * HOUR
  const snapshots = editions.map((edition, index) =>
    snapshotOf({
      ...edition,
      fleet: 'shop',
      number: index + 1,
      at: now - (editions.length - index) * 31 * MINUTE,
      dataServices: [db],
    }),
  )
  const sets: ContainerSet[] = snapshots.flatMap((snapshot): ContainerSet[] => {
    const at = snapshot.takenAt + MINUTE
    if (snapshot.number === 5) return [setOf(snapshot, 'stopped', 'exited', at)]
    if (snapshot.number === 6) return [setOf(snapshot, 'warm', 'healthy', at)]
    if (snapshot.number === 7) return [setOf(snapshot, 'live', 'healthy', at)]
    return snapshot.number === 8 ? [halfStarted(setOf(snapshot, 'checking', 'running', at))] : []
  })
  const checking = sets.find(set => set.state === 'checking')
  return {
    rate: 412,
    manifests: new Map(snapshots.map(snapshot => [snapshot.version, snapshot])),
    journal: journal(now),
    view: {
      fleet: fleet(start),
      snapshots: snapshots.map(summaryOf),
      sets,
      routes: [route],
      dataServices: [{ name: 'db', container: 'shop-db', state: 'healthy', volumes: ['shop_pgdata'] }],
      drift: drift.map(item => ({ ...item, container: 'shop-7-web-2', service: 'web', setId: setIdOf('shop', 7) })),
      checking: checking === undefined ? [] : [{ setId: checking.id, results: halfChecked(checking) }],
    },
  }
}

function halfStarted(set: ContainerSet): ContainerSet {
  return {
    ...set,
    containers: set.containers.map(one =>
      one.service === 'api' && one.replica === 1 ? { ...one, state: 'healthy' } : one,
    ),
  }
}

function halfChecked(set: ContainerSet): FleetWorld['view']['checking'][number]['results'] {
  return set.containers.flatMap(container => [
    {
      container: container.name,
      service: container.service,
      check: { kind: 'running' },
      state: 'passed',
      passes: 2,
      saw: 'running',
    } as const,
    {
      container: container.name,
      service: container.service,
      check: {
        kind: 'http',
        port: container.service === 'web' ? 3000 : 4000,
        path: '/health',
        status: 200,
        body: null,
      },
      state: container.state === 'healthy' ? 'passed' : 'waiting',
      passes: container.state === 'healthy' ? 2 : 1,
      saw: 'GET /health 200, 4 ms',
    } as const,
  ])
}
