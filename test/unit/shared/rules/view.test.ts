import { expect, test } from 'vitest'
import { emptyState } from '../../../../shared/rules/fold.ts'
import { fleetSummary, fleetView } from '../../../../shared/rules/view.ts'

const fleet: any = {
  ...{ id: 'f', name: 'shop', endpoint: 'default', services: [{ name: 'web' }] },
  dataServices: [{ name: 'db', container: 'shop-db' }],
}
const set: any = {
  ...{ id: 's', fleetId: 'f', snapshotId: 'n', number: 1, version: 'v1', state: 'running', report: null },
  containers: [
    { id: 'c1', name: 'shop-1-web-1', service: 'web', replica: 1 },
    { id: 'c2', name: 'shop-1-web-2', service: 'web', replica: 2 },
  ],
}
const route: any = { id: 'r', fleetId: 'f', hostname: 'shop.localhost', port: 80, setId: 's' }
const state: any = {
  ...emptyState,
  fleets: new Map([['f', fleet]]),
  sets: new Map([['s', set]]),
  routes: new Map([['r', route]]),
}
const replaced: any = { container: 'shop-db', service: 'db', subject: 'data', kind: 'replaced' }

function seen(containers: [string, string][] | undefined): any {
  return {
    containers: containers && new Map(containers),
    named: new Map([['shop-db', 'running']]),
    ...{ volumes: new Map(), checking: new Map(), launching: new Map(), drift: new Map() },
    besides: new Map([['f', [replaced]]]),
  }
}

test('while the engine does not answer nothing is said to run or to be gone: it is unknown', () => {
  const view = fleetView(state, seen(undefined), fleet)
  expect(view.sets[0]?.containers.map(one => one.state)).toEqual(['unknown', 'unknown'])
  expect(view.dataServices[0]?.state).toBe('unknown')
  expect(fleetSummary(state, seen(undefined), fleet)).toMatchObject({ live: 'v1', isKnown: false, running: 0 })
})

test('while it answers, what it has no more is missing', () => {
  const now = seen([['c1', 'running']])
  expect(fleetView(state, now, fleet).sets[0]?.containers.map(one => one.state)).toEqual(['running', 'missing'])
  expect(fleetSummary(state, now, fleet)).toMatchObject({ isKnown: true, running: 1 })
})

test('drift of a data service is the fleet’s, and counts in its summary', () => {
  const now = seen([['c1', 'running']])
  expect(fleetView(state, now, fleet).drift).toEqual([{ ...replaced, setId: null }])
  expect(fleetSummary(state, now, fleet).drifted).toBe(1)
})
