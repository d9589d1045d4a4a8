import { expect, test } from 'vitest'
import { emptyState, type State } from '../../../../shared/rules/fold.ts'
import { chooseThings, networkOwners, type Thing, volumeOwners } from '../../../../shared/rules/volumes.ts'

const mount = (source: string) => ({ kind: 'volume', source, target: '/data', readOnly: false })
const run = (...sources: string[]) => ({ mounts: sources.map(mount) })

const state = {
  ...emptyState,
  fleets: new Map([['f1', { name: 'shop', dataServices: [{ name: 'db', container: 'shop-db', run: null }] }]]),
  snapshots: new Map([['s1', { fleet: 'shop', services: [{ name: 'web', run: run('uploads', 'a'.repeat(64)) }] }]]),
  trash: new Map([
    [
      'f2',
      { fleet: { name: 'old', dataServices: [] }, snapshots: [{ services: [{ name: 'web', run: run('photos') }] }] },
    ],
  ]),
  sets: new Map([['set', { fleetId: 'f1', version: 'v3', network: 'shop-3' }]]),
} as unknown as State

const plain = (name: string, labels: [string, string][] = []) => ({ name, labels: new Map(labels) })

test("a volume is its fleet's: of a data service's container, of any kept snapshot, of the trash, of a label", () => {
  const holder = { id: '1', name: 'shop-db', state: 'running', labels: new Map(), volumes: [{ name: 'pg' }] }
  const volumes = ['pg', 'uploads', 'photos', 'a'.repeat(64), 'free'].map(name => plain(name))
  const owners = volumeOwners(state, [...volumes, plain('lost', [['flotilla.fleet', 'gone']])], [holder])
  expect([...owners]).toEqual([
    ['pg', { fleet: 'shop', what: 'data service db', inTrash: false }],
    ['uploads', { fleet: 'shop', what: 'service web', inTrash: false }],
    ['photos', { fleet: 'old', what: 'service web', inTrash: true }],
    ['lost', { fleet: 'gone', what: 'by its labels', inTrash: false }],
  ])
})

test('the recorded volumes of a data service are its own without its container, in the trash too', () => {
  const data = (container: string, name: string) => ({
    ...{ name: 'db', container, run: null },
    volumes: [{ name, target: '/data', readOnly: false, isMounted: false }],
  })
  const [kept, removed] = ['b'.repeat(64), 'c'.repeat(64)]
  const known = {
    ...emptyState,
    fleets: new Map([['f1', { name: 'shop', dataServices: [data('shop-db', kept)] }]]),
    trash: new Map([['f2', { fleet: { name: 'old', dataServices: [data('old-db', removed)] }, snapshots: [] }]]),
  } as unknown as State
  expect([...volumeOwners(known, [plain(kept), plain(removed)], [])]).toEqual([
    [kept, { fleet: 'shop', what: 'data service db', inTrash: false }],
    [removed, { fleet: 'old', what: 'data service db', inTrash: true }],
  ])
})

test("a set's network is known by the journal, whatever its labels say", () => {
  const owners = networkOwners(state, [plain('shop-3', [['flotilla.fleet', 'evil']]), plain('free')])
  expect([...owners]).toEqual([['shop-3', { fleet: 'shop', what: 'set of v3', inTrash: false }]])
})

test('who insists gives up what a fleet owns, never what a container holds', () => {
  const owner = { fleet: 'shop', what: 'service web', inTrash: false }
  const things: Thing[] = [
    { name: 'held', usedBy: [{ name: 'shop-db', state: 'exited' }], owner },
    { name: 'owned', usedBy: [], owner },
    { name: 'free', usedBy: [], owner: null },
  ]
  const told = (insist: boolean) => {
    const { doomed, kept } = chooseThings(things, insist)
    return [doomed.map(one => one.name), kept.map(one => `${one.thing.name} ${one.why}: ${one.words}`)]
  }
  expect(told(false)).toEqual([
    ['free'],
    ['held held: shop-db (exited) uses it', 'owned owned: it belongs to the fleet shop, service web'],
  ])
  expect(told(true)).toEqual([['owned', 'free'], ['held held: shop-db (exited) uses it']])
})
