import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Name } from '../../../../shared/model/ids.ts'
import * as names from '../../../../shared/rules/names.ts'

const name = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/).map(text => Name.parse(text))
const number = fc.integer({ min: 1, max: 99_999 })
const operation = fc.uuid()
const at = fc.record({ fleet: name, service: name, number, replica: fc.integer({ min: 1, max: 100 }), operation })

test('names read as people expect them', () => {
  const shop = { fleet: 'shop', service: 'web', number: 2, replica: 3, operation: 'AB12-cd34-ef56' }
  expect([
    names.containerName(shop),
    names.networkName('shop', 2),
    names.dataContainerName('shop', 'db'),
    names.volumeName('shop', 'data'),
    names.imageTag(shop),
    names.manifestTag(shop),
    names.previewHostname(7, 'shop.localhost'),
    names.versionOf(7),
  ]).toEqual([
    'shop-2-web-3',
    'shop-2',
    'shop-db',
    'shop_data',
    'flotilla/shop/web:v2-ab12cd34',
    'flotilla/shop:v2-ab12cd34',
    'v7.shop.localhost',
    'v7',
  ])
})

// The grammars are those of moby/moby (names) and distribution/reference (image references).
test('Docker takes the names of any fleet and service, and we find the way back', () => {
  fc.assert(
    fc.property(at, place => {
      const container = names.containerName(place)
      expect(container).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}$/)
      expect(names.networkName(place.fleet, place.number)).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}$/)
      const { fleet, service, number, replica } = place
      expect(names.parseContainerName(fleet, container)).toEqual({ number, service, replica })

      const operation = names.shortOperation(place.operation)
      const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
      const reference = new RegExp(`^(?=.{1,200}$)${component}(?:/${component})*:[\\w][\\w.-]{0,127}$`)
      for (const [tag, of] of [
        [names.imageTag(place), service],
        [names.manifestTag(place), null],
      ] as const) {
        expect(tag).toMatch(reference)
        expect(names.parseImageTag(tag)).toEqual({ fleet, service: of, number, operation })
        expect(names.parseImageTag(`localhost/${tag}`)).toEqual({ fleet, service: of, number, operation })
      }
    }),
    { numRuns: 500 },
  )
})

test('labels say it and are read back', () => {
  fc.assert(
    fc.property(at, ({ fleet, service, number, replica, operation }) => {
      const mark = { role: 'set', fleet, service, number, replica, operation, home: 'ab12', set: 's1' } as const
      expect(names.markOf(new Map(names.labelsOf(mark)))).toEqual(mark)
    }),
  )
  const manifest = { role: 'manifest', fleet: Name.parse('shop'), operation: 'a', home: '', number: 1 } as const
  const none = { service: null, set: null, replica: null }
  expect(names.markOf(new Map(names.labelsOf({ ...manifest, ...none })))).toEqual({ ...manifest, ...none })
})

test('labels that are not ours or make no sense are nobody’s', () => {
  const sound = names.labelsOf({
    role: 'set',
    fleet: Name.parse('shop'),
    service: Name.parse('web'),
    number: 1,
    replica: 1,
    operation: 'a',
    home: 'b',
    set: 's',
  })
  const spoilt: [string, string][] = [
    ['flotilla.fleet', 'Shop; rm -rf'],
    ['flotilla.fleet', ''],
    ['flotilla.role', 'king'],
    ['flotilla.number', '-1'],
    ['flotilla.number', '1e999'],
    ['flotilla.replica', '1.5'],
    ['flotilla.service', '__proto__'],
    ['flotilla.operation', 'a b'],
  ]
  for (const pair of spoilt) expect(names.markOf(new Map([...sound, pair]))).toBe(null)
  expect(names.markOf(new Map())).toBe(null)
})

test('names that are not ours have no way back', () => {
  for (const tag of [
    'nginx:latest',
    'flotilla/shop',
    'flotilla/shop:latest',
    'flotilla/shop:v0-a',
    'evil/flotilla/shop:v1-a',
    'flotilla/a/b/c:v1-a',
    'flotilla/Shop:v1-a',
  ]) {
    expect(names.parseImageTag(tag)).toBe(null)
  }
  for (const container of ['shop-1-web', 'shop-0-web-1', 'shops-1-web-1', 'shop-1--1', 'shop-x-web-1']) {
    expect(names.parseContainerName('shop', container)).toBe(null)
  }
  expect(names.parsePreviewHostname('v7.shop.localhost')).toEqual({ number: 7, hostname: 'shop.localhost' })
  for (const hostname of ['shop.localhost', 'v0.shop', 'v7', 'v7x.shop'])
    expect(names.parsePreviewHostname(hostname)).toBe(null)
})

test('the same value is the same text, whatever the order of its keys', () => {
  const shuffled = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shuffled)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, inner]) => [key, shuffled(inner)]),
          )
        : value
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      expect(names.canonicalJson(shuffled(value))).toBe(names.canonicalJson(value))
      expect(JSON.parse(names.canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
  expect(names.canonicalJson(JSON.parse('{"b":1,"__proto__":{"z":1,"a":[{"d":1,"c":2}]},"a":null}'))).toBe(
    '{"__proto__":{"a":[{"c":2,"d":1}],"z":1},"a":null,"b":1}',
  )
})

test('a route never lies on a preview address, and a preview never on a route', () => {
  const route = { hostname: 'shop.localhost', port: 8080 }
  const preview = { hostname: 'v2.shop.localhost', port: 8080 }
  expect(names.previewClash(preview, [route])).toEqual({ other: route, preview: 'v2.shop.localhost' })
  expect(names.previewClash(route, [preview])).toEqual({ other: preview, preview: 'v2.shop.localhost' })
  expect(names.previewClash({ ...preview, port: 8081 }, [route])).toBeUndefined()
  expect(names.previewClash({ ...preview, hostname: 'v2.blog.localhost' }, [route])).toBeUndefined()
})
