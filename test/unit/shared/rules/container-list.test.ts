import { expect, test } from 'vitest'
import type { RecordedSet } from '../../../../shared/model/container-set.ts'
import type { Fleet } from '../../../../shared/model/fleet.ts'
import type { FleetId, SetId } from '../../../../shared/model/ids.ts'
import type { Route } from '../../../../shared/model/route.ts'
import type { Snapshot } from '../../../../shared/model/snapshot.ts'
import { listedContainers } from '../../../../shared/rules/container-list.ts'
import { emptyState } from '../../../../shared/rules/fold.ts'

const hostile = '\u202e<img src=x>\u001b[31m__proto__\u0000'

function row(id: string, labels: Record<string, string> = {}, more: object = {}) {
  const given = {
    image: 'app',
    imageId: 'sha256:1',
    state: 'running',
    health: 'none' as const,
    ports: [],
    createdAt: 1,
  }
  return { id, name: id, ...given, labels: new Map(Object.entries(labels)), ...more }
}

// Only what the list reads of them.
const fleet = {
  id: 'f',
  name: 'shop',
  services: [{ name: 'web', source: ['shop-src'] }],
  dataServices: [{ name: 'db', container: 'shop-db' }],
} as unknown as Fleet
const set = (number: number, ids: readonly string[]) =>
  ({
    id: `s${number}`,
    fleetId: 'f',
    snapshotId: 'n',
    number,
    version: `v${number}`,
    state: 'running',
    containers: ids.map(id => ({ id, name: id, service: 'web' })),
  }) as unknown as RecordedSet
const route = { id: 'r', fleetId: 'f', setId: 's7' } as unknown as Route

const snapshot = { services: [{ name: 'web', image: 'flotilla/shop/web:v7' }] } as unknown as Snapshot

const state = {
  ...emptyState,
  fleets: new Map([['f' as FleetId, fleet]]),
  sets: new Map([7, 8].map(number => [`s${number}` as SetId, set(number, [`web-${number}-2`, `web-${number}-10`])])),
  routes: new Map([['r' as Route['id'], route]]),
  snapshots: new Map([['n' as Snapshot['id'], snapshot]]),
}
const known = { state, launching: new Map(), drift: new Map(), isLocal: true }
const claim = {
  'flotilla.role': 'set',
  'flotilla.fleet': 'shop',
  'flotilla.operation': 'x',
  'flotilla.service': 'web',
  'flotilla.number': '7',
  'flotilla.replica': '3',
}

test('fleets stand first with the live version on top, then Compose projects, then loose ones', () => {
  const rows = [
    row('zed'),
    row('blog-web', { 'com.docker.compose.project': 'blog', 'com.docker.compose.service': 'web' }),
    row('web-8-2'),
    row('web-7-10'),
    row('web-7-2'),
    row('shop-7-web-3', claim),
    row('by-hand', claim),
    row('shop-src'),
    row('shop-db'),
    row('lender', { 'flotilla.role': 'compare' }),
  ]
  const listed = listedContainers(rows, known)
  expect(listed.map(({ name, belongs }) => `${name} ${belongs.kind}`)).toEqual([
    'web-7-2 set',
    'web-7-10 set',
    'web-8-2 set',
    'shop-db data',
    'shop-src source',
    'shop-7-web-3 foreign',
    'blog-web compose',
    'by-hand loose',
    'zed loose',
  ])
  expect(listed.map(({ belongs }) => ('state' in belongs ? belongs.state : '')).slice(0, 3)).toEqual([
    'live',
    'live',
    'warm',
  ])
  // Containers of a set are made from an id: the snapshot knows how that is called.
  expect([listed[0]?.image, listed.at(-1)?.image]).toEqual(['flotilla/shop/web:v7', 'app'])
  expect(listed.filter(({ isDrifted }) => isDrifted).map(({ name }) => name)).toEqual(['shop-7-web-3'])
})

test('what labels say is taken as it is, and makes nobody a part of a fleet', () => {
  const labels = { 'com.docker.compose.project': hostile, 'com.docker.compose.service': '__proto__' }
  const [listed] = listedContainers([row(hostile, labels)], known)
  expect(listed).toMatchObject({ name: hostile, belongs: { kind: 'compose', project: hostile, service: '__proto__' } })
  const [claimed] = listedContainers([row('x', { ...claim, 'flotilla.fleet': hostile })], known)
  expect(claimed?.belongs).toEqual({ kind: 'loose' })
})

test('a port is a link only where it answers on this machine, and stands once', () => {
  const port = { port: 80, protocol: 'tcp' as const, host: '0.0.0.0', hostPort: 49_153 }
  const ports = [
    port,
    { ...port, host: '::' },
    { ...port, port: 81, host: '192.168.1.4' },
    { ...port, port: 53, protocol: 'udp' as const },
    { port: 9, protocol: 'tcp' as const, host: null, hostPort: null },
  ]
  const hrefs = (isLocal: boolean) =>
    listedContainers([row('a', {}, { ports })], { ...known, isLocal })[0]?.ports.map(one => `${one.port} ${one.href}`)
  expect(hrefs(true)).toEqual(['9 null', '53 null', '80 http://localhost:49153', '81 null'])
  expect(hrefs(false)).toEqual(['9 null', '53 null', '80 null', '81 null'])
})
