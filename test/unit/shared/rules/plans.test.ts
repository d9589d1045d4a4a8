import { expect, test } from 'vitest'
import type { Name, Version } from '../../../../shared/model/ids.ts'
import { planOfRestore, planOfRouteRemoval, planOfStop } from '../../../../shared/rules/plans.ts'

const steps = ({ steps: all }: ReturnType<typeof planOfStop>) => all.map(({ action, what }) => `${action} ${what}`)

test('a stop names the containers, and what stays', () => {
  const containers = ['shop-2-web-1', 'shop-2-api-1'].map(name => ({ name, service: 'web' }))
  const plan = planOfStop('shop', { version: 'v2' as Version, containers })
  expect(plan.summary).toBe('Stop shop v2: 2 containers')
  expect(steps(plan)).toEqual(['stop shop-2-web-1', 'stop shop-2-api-1', 'keep the snapshot v2'])
  expect(plan.commands).toEqual(['docker stop shop-2-web-1 shop-2-api-1'])
})

test('a route that is removed stops no container', () => {
  const plan = planOfRouteRemoval({ hostname: 'shop.localhost', port: 8080, service: 'web' as Name })
  expect([plan.summary, ...steps(plan)]).toEqual([
    'http://shop.localhost:8080 answers no more',
    'remove shop.localhost:8080',
    'keep every container',
  ])
})

test('a restored fleet is live again only where it was', () => {
  const fleet = { name: 'shop', versions: ['v1', 'v2'] }
  expect(planOfRestore({ ...fleet, live: 'v2' })).toMatchObject({ summary: 'Bring back shop with 2 versions' })
  expect(steps(planOfRestore({ ...fleet, live: 'v2' }))).toEqual(['create its snapshots and routes', 'start v2'])
  expect(steps(planOfRestore({ ...fleet, live: null }))).toEqual(['create its snapshots and routes'])
})
