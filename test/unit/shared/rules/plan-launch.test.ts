import fc from 'fast-check'
import { expect, test } from 'vitest'
import { launchPlanText, planLaunch, startOrder } from '../../../../shared/rules/plan-launch.ts'
import { runConfig } from '../../../support/run-config.ts'

const service = (name: string, needs: string[] = [], replicas = 1) =>
  ({
    name,
    replicas,
    imageId: `sha256:${name}`,
    run: runConfig(),
    dependsOn: needs.map(one => ({ service: one, condition: 'started' })),
  }) as any

test('services start after what they depend on, otherwise in their order', () => {
  const names = (services: any[]) => startOrder(services).map((one: any) => one.name)
  expect(names([service('web', ['api']), service('api', ['db', 'cache']), service('cache')])).toEqual([
    'cache',
    'api',
    'web',
  ])
  expect(names([service('b'), service('a')])).toEqual(['b', 'a'])
  expect(() => names([service('a', ['b']), service('b', ['a'])])).toThrow(/circle: a -> b -> a/)
})

test('whatever depends on whatever, each comes once and after its needs', () => {
  const graph = fc.array(fc.array(fc.nat({ max: 7 }), { maxLength: 4 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(graph, needs => {
      const services = needs.map((of, index) =>
        service(
          `s${index}`,
          of.filter(one => one < index).map(one => `s${one}`),
        ),
      )
      const order = startOrder(services.toReversed()).map((one: any) => one.name)
      expect(order.toSorted()).toEqual(services.map(one => one.name).toSorted())
      for (const one of services)
        for (const need of one.dependsOn) expect(order.indexOf(need.service)).toBeLessThan(order.indexOf(one.name))
    }),
  )
})

test('a plan names every container, and refuses services that are not there', () => {
  const wish = {
    fleet: { name: 'shop', dataServices: [] },
    snapshot: { fleet: 'shop', number: 2, version: 'v2', services: [service('web', [], 2), service('api')] },
    setId: 's1',
    routes: [],
    replicas: [{ service: 'api', replicas: 2 }],
  } as any
  const plan = planLaunch(wish)
  expect([plan.network, plan.containers.map(one => [one.name, one.imageId])]).toEqual([
    'shop-2',
    [
      ['shop-2-web-1', 'sha256:web'],
      ['shop-2-web-2', 'sha256:web'],
      ['shop-2-api-1', 'sha256:api'],
      ['shop-2-api-2', 'sha256:api'],
    ],
  ])
  expect(() => planLaunch({ ...wish, replicas: [{ service: 'no', replicas: 1 }] })).toThrow(/v2 has no service no/)
})

test('an engine without an init process is warned of before a launch, and no other', () => {
  const services = [{ ...service('web'), checks: [] }]
  const snapshot = { fleet: 'shop', number: 2, version: 'v2', services }
  const wish = { fleet: { name: 'shop', dataServices: [] }, snapshot, setId: 's1', routes: [], replicas: [] } as any
  const plan = planLaunch(wish)
  expect(launchPlanText(plan).warnings).toEqual([])
  expect(launchPlanText(plan, { lacksInit: true }).warnings).toEqual([expect.stringContaining('catatonit')])
})
