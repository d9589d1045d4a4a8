import { expect, test } from 'vitest'
import { DEFAULT_ENDPOINT, type FleetId, Name } from '../../../../shared/model/ids.ts'
import { JournalRecord } from '../../../../shared/model/journal.ts'
import { freeId, freeName, isRemoteAddress, stateAt } from '../../../../shared/rules/endpoints.ts'
import { foldAll } from '../../../../shared/rules/fold.ts'

const lab = Name.parse('lab')

function made(seq: number, name: string, endpoint: Name | undefined) {
  const fleetId = `id-${name}` as FleetId
  const fleet = { id: fleetId, name, createdAt: 0, from: 'sample', services: [], dataServices: [], endpoint }
  const begin = {
    kind: 'begin',
    seq,
    at: 0,
    fleetId,
    fleet: name,
    endpoint,
    op: 'fleet.adopt',
    operation: `op-${seq}`,
  }
  const end = { kind: 'end', seq: seq + 1, at: 0, of: seq, outcome: 'done', ms: 0, detail: '', failure: null, to: null }
  const route = {
    id: `route-${name}`,
    fleetId,
    hostname: `${name}.localhost`,
    port: 8080,
    service: 'web',
    servicePort: 80,
  }
  return [
    { ...begin, cause: 'user', from: null, to: null, forced: false, undoes: null, changes: [] },
    {
      ...end,
      changes: [
        { kind: 'fleet', fleet },
        { kind: 'route', route: { ...route, setId: null, upgrade: { kind: 'keep' }, drainMs: 0 } },
      ],
    },
  ].map(record => JournalRecord.parse(JSON.parse(JSON.stringify(record))))
}

test('an endpoint sees its own fleets, their routes and what was done there, and no others', () => {
  const state = foldAll([...made(1, 'shop', undefined), ...made(3, 'blog', lab)])
  const seen = (endpoint: Name) => {
    const { fleets, routes, entries, seq } = stateAt(state, endpoint)
    return [[...fleets.values()].map(({ name }) => name), [...routes.keys()], entries.map(({ seq }) => seq), seq]
  }
  expect(seen(DEFAULT_ENDPOINT)).toEqual([['shop'], ['route-shop'], [1], 4])
  expect(seen(lab)).toEqual([['blog'], ['route-blog'], [3], 4])
})

test('what an old journal tells of happened at the default endpoint, and is not copied to be seen there', () => {
  const state = foldAll(made(1, 'shop', undefined))
  expect(stateAt(state, DEFAULT_ENDPOINT)).toBe(state)
})

test.each([
  ['unix:///run/docker.sock', false],
  ['npipe:////./pipe/docker_engine', false],
  ['tcp://127.0.0.1:2375', false],
  ['tcp://[::1]:2375', false],
  ['http://LOCALHOST', false],
  ['tcp://127.0.0.1.evil.test:2375', true],
  ['tcp://lab.test:2376', true],
  ['https://[2001:db8::1]:2376', true],
  ['ssh://me@localhost', true],
  ['', false],
])('%s is remote: %s', (address, expected) => {
  expect(isRemoteAddress(address)).toBe(expected)
})

test('a name that others gave becomes one of ours that is free', () => {
  const names = ['My Lab', 'My Lab', '../..', `${'x'.repeat(60)}`]
  const taken = new Set(['podman'])
  const given = [...names, 'Podman'].map(name => {
    const free = freeName(name, taken)
    taken.add(free)
    return free
  })
  expect(given).toEqual(['my-lab', 'my-lab-2', 'engine', 'x'.repeat(36), 'podman-2'])
})

test('an endpoint that takes a name which another had first gets an id that nothing is known under', () => {
  const [prod, second] = [Name.parse('prod'), Name.parse('lab-2')]
  expect(freeId([{ name: prod }], lab, [])).toEqual({})
  expect(freeId([{ name: prod, id: lab }], lab, [prod])).toEqual({ id: 'lab-2' })
  expect(freeId([{ name: prod, id: lab }], lab, [prod, second])).toEqual({ id: 'lab-3' })
})
