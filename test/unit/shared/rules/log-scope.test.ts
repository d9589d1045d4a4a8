import { expect, test } from 'vitest'
import type { Fleet } from '../../../../shared/model/fleet.ts'
import { emptyState, type State } from '../../../../shared/rules/fold.ts'
import { refuseUnknownScope } from '../../../../shared/rules/log-scope.ts'

const fleet = {
  id: 'f1',
  name: 'shop',
  services: [{ name: 'web' }],
  dataServices: [{ name: 'db', container: 'shop-db' }],
} as unknown as Fleet
const snapshot = { id: 's1', fleetId: 'f1', version: 'v2', services: [{ name: 'api' }] }
const state = { ...emptyState, snapshots: new Map([['s1', snapshot]]) } as unknown as State
const captured = [{ containerId: 'c1', container: 'shop-1-old-1', service: 'old', version: 'v1' }]
const look = (scope: object) => () =>
  refuseUnknownScope({ fleet: 'shop', ...scope } as never, { state, fleet, captured, containers: ['mine'] })

test('logs of what the fleet has, had or runs are read', () => {
  const known = [
    {},
    ...['web', 'api', 'db', 'old'].map(service => ({ service })),
    ...['v1', 'v2'].map(version => ({ version })),
    ...['shop-db', 'shop-1-old-1', 'c1', 'mine'].map(container => ({ container })),
  ]
  for (const scope of known) expect(look(scope)).not.toThrow()
})

test("a name that is nobody's is refused, not answered with nothing", () => {
  expect(look({ service: 'nope' })).toThrow('shop has no service nope')
  expect(look({ version: 'v77' })).toThrow('shop has no version v77')
  expect(look({ container: 'nope' })).toThrow('shop has no container nope')
})
