import { expect, test } from 'vitest'
import type { SetId } from '../../../../shared/model/ids.ts'
import { emptyState, type State } from '../../../../shared/rules/fold.ts'
import { type PortOwner, type RoutingSight, routingTable } from '../../../../shared/rules/routing.ts'

const container = (id: string, service: string) => ({
  id,
  name: id,
  service,
  replica: 1,
  ports: [{ port: 3000, hostPort: 20_001 }],
})
const set = (id: string, number: number) => ({
  id,
  fleetId: 'f1',
  number,
  version: `v${number}`,
  state: 'running',
  containers: [container(`${id}-web-1`, 'web'), container(`${id}-web-2`, 'web'), container(`${id}-api-1`, 'api')],
})
const route = {
  id: 'r1',
  fleetId: 'f1',
  hostname: 'shop.localhost',
  port: 8080,
  service: 'web',
  servicePort: 3000,
  setId: 's1',
  upgrade: { kind: 'keep' },
  drainMs: 30_000,
}

// Only what the rule reads is written out.
const state = {
  ...emptyState,
  fleets: new Map([['f1', { id: 'f1', name: 'shop', endpoint: 'lab' }]]),
  sets: new Map([
    ['s1', set('s1', 1)],
    ['s2', set('s2', 2)],
  ]),
  routes: new Map([['r1', route]]),
} as unknown as State

const addressOf = ({ id }: PortOwner, port: number) => (id === 's1-web-2' ? null : { host: '127.0.0.1', port })
const everywhere = { isSeen: () => true, found: [] }
const table = (leaving: readonly string[] = [], seen: Pick<RoutingSight, 'isSeen' | 'found'> = everywhere) =>
  routingTable({ state, addressOf, leaving: new Set(leaving as SetId[]), ...seen }, 7).routes.map(
    ({ hostname, version, upstreams }) => [hostname, version, upstreams.map(upstream => upstream.id)],
  )

test('a route leads to what is up of its service in the live set, and every running set has a preview', () => {
  expect(table()).toEqual([
    ['shop.localhost', 'v1', ['s1-web-1']],
    ['v1.shop.localhost', 'v1', ['s1-web-1']],
    ['v2.shop.localhost', 'v2', ['s2-web-1', 's2-web-2']],
  ])
})

test('a set that is about to go has no preview, so that it can drain', () => {
  expect(table(['s2']).map(([hostname]) => hostname)).toEqual(['shop.localhost', 'v1.shop.localhost'])
})

test('routes are reached from this machine alone', () => {
  const sight = { state, addressOf, leaving: new Set<SetId>(), isSeen: () => true, found: [] }
  expect(routingTable(sight, 1).listenAddress).toBe('127.0.0.1')
})

test('before an endpoint was looked at, a host port that the engine hands out anew leads nowhere', () => {
  const address = { host: '127.0.0.1', port: 1 }
  const upstreams = ['s1-web-1', 's1-web-2'].map(id => ({ id, address }))
  const found = [{ ...route, title: '', version: 'v1', pathPrefix: '/', upgrade: { kind: 'keep' as const }, upstreams }]
  const [lent, owning] = set('s1', 1).containers
  const live = { ...set('s1', 1), containers: [{ ...lent, ports: undefined }, owning] }
  const earlier = { ...state, sets: new Map([['s1', live]]) } as unknown as State
  const sight = { state: earlier, addressOf, leaving: new Set<SetId>(), isSeen: () => false, found }
  expect(routingTable(sight, 1).routes[0]?.upstreams.map(({ id }) => id)).toEqual(['s1-web-2'])
})

test('while an endpoint could not be looked at, what the proxy was found with stays, and nothing else', () => {
  const address = { host: '127.0.0.1', port: 1 }
  const upstreams = ['s1-web-2', 'of-an-older-set'].map(id => ({ id, address }))
  const found = [{ ...route, title: '', version: 'v1', pathPrefix: '/', upgrade: { kind: 'keep' as const }, upstreams }]
  expect(table([], { isSeen: endpoint => endpoint !== 'lab', found })).toEqual([
    ['shop.localhost', 'v1', ['s1-web-2']],
    ['v1.shop.localhost', 'v1', []],
    ['v2.shop.localhost', 'v2', []],
  ])
})
