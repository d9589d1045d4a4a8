import { expect, test } from 'vitest'
import type { EndpointView } from '../../../../shared/endpoints.ts'
import type { Failure } from '../../../../shared/failure.ts'
import { Name } from '../../../../shared/model/ids.ts'
import { allRows, byEndpoint, listedEndpoints, silentEndpoints } from '../../../../shared/rules/all-endpoints.ts'

const [first, lab, edge] = ['default', 'lab', 'edge'].map(name => Name.parse(name)) as [Name, Name, Name]
const gone: Failure = { code: 'unreachable', message: 'No engine is listening at this address' }

const view = (name: string, state: 'connecting' | 'connected' | 'lost', connect: boolean | null) =>
  ({
    name,
    settings: connect === null ? null : { connect },
    state: { state, failure: state === 'lost' ? gone : null },
  }) as unknown as EndpointView

test('rows of several endpoints are one list, each with its endpoint, whatever is wrong at another', () => {
  const { rows, silent } = allRows<{ readonly id: string }>([
    [first, { rows: [{ id: 'a' }], failure: null }],
    [lab, { rows: null, failure: gone }],
    [edge, { rows: [{ id: 'a' }, { id: 'b' }], failure: null }],
  ])
  expect(rows).toEqual([
    { id: 'a', endpoint: 'default' },
    { id: 'a', endpoint: 'edge' },
    { id: 'b', endpoint: 'edge' },
  ])
  expect(silent).toEqual([{ endpoint: 'lab', failure: gone }])
})

test('rows that were known before a failure stay in the list', () => {
  expect(allRows([[lab, { rows: [{ id: 'a' }], failure: gone }]])).toEqual({
    rows: [{ id: 'a', endpoint: 'lab' }],
    silent: [{ endpoint: 'lab', failure: gone }],
  })
  expect(allRows([[lab, { rows: null, failure: null }]]).rows).toBeNull()
})

test('an endpoint that was disconnected is not listed; one that does not answer is, with its reason', () => {
  const views = [
    view('default', 'connected', null),
    view('lab', 'lost', true),
    view('podman', 'lost', false),
    view('forgotten', 'lost', null),
    view('edge', 'connecting', true),
  ]
  expect(listedEndpoints(views).map(({ name }) => name)).toEqual(['default', 'lab', 'edge'])
  expect(silentEndpoints(views)).toEqual([{ endpoint: 'lab', failure: gone }])
})

test('rows are acted on endpoint by endpoint', () => {
  const rows = [
    { id: 'a', endpoint: lab },
    { id: 'b', endpoint: first },
    { id: 'c', endpoint: lab },
  ]
  expect([...byEndpoint(rows)].map(([endpoint, own]) => [endpoint, own.map(({ id }) => id)])).toEqual([
    ['lab', ['a', 'c']],
    ['default', ['b']],
  ])
})
