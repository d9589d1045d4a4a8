import { expect, test } from 'vitest'
import { imagesOf, type Looked, restoreProblems } from '../../../../shared/rules/restorable.ts'
import { runConfig } from '../../../support/run-config.ts'

const mount = (kind: string, source: string) => ({ kind, source, target: '/x', readOnly: false })

function world(said: { mounts?: any[]; data?: any; looked?: Partial<Looked>; container?: string | null } = {}) {
  const web = { name: 'web', imageId: 'sha256:web', layers: ['a', 'b'], container: said.container ?? null }
  const snapshot = {
    version: 'v1',
    services: [{ ...web, run: runConfig({ mounts: said.mounts ?? [] }) }],
    routes: [{ port: 8080 }],
  }
  const looked: Looked = {
    images: new Map([['sha256:web', ['a', 'b']]]),
    volumes: new Set(),
    lostPaths: new Set(),
    containers: new Set(['shop-db']),
    lostSecrets: new Map(),
    closed: [],
    launched: new Set(['v1']),
    ...said.looked,
  }
  const fleet = { dataServices: said.data === undefined ? [] : [said.data] }
  return { fleet, snapshot, routes: [{ port: 9090 }], looked } as any
}

test('what is all there can be brought back', () => {
  expect(restoreProblems(world())).toEqual([])
})

test('an image that is gone, or is another by now, is told', () => {
  const gone = world({ looked: { images: new Map([['sha256:web', null]]) } })
  expect(restoreProblems(gone)).toEqual(['The image of web is not in the engine any more'])
  const other = world({ looked: { images: new Map([['sha256:web', ['a', 'c']]]) } })
  expect(restoreProblems(other)).toEqual(['The image of web has other layers than were recorded'])
})

test('a volume is missed only by what has run, and one without a name never', () => {
  const mounts = [mount('volume', 'cache'), mount('volume', 'f'.repeat(64)), mount('tmpfs', '')]
  const missed = ['The volume cache of web is gone: it would come back empty']
  expect(restoreProblems(world({ mounts }))).toEqual(missed)
  expect(restoreProblems(world({ mounts, looked: { launched: new Set() } }))).toEqual([])
  expect(restoreProblems(world({ mounts, container: 'web-1', looked: { launched: new Set() } }))).toEqual(missed)
  expect(restoreProblems(world({ mounts, looked: { volumes: new Set(['cache']) } }))).toEqual([])
})

test('a folder that is gone, a secret that nobody knows and a port that is not open are told', () => {
  const looked = {
    lostPaths: new Set(['/srv']),
    lostSecrets: new Map([['web', 2]]),
    closed: [
      { port: 8080, reason: 'in use' },
      { port: 9090, reason: 'not allowed' },
      { port: 7070, reason: 'of another fleet' },
    ],
  }
  expect(restoreProblems(world({ mounts: [mount('bind', '/srv'), mount('bind', '/etc')], looked }))).toEqual([
    '/srv, which web mounts, is not there any more',
    'web needs 2 secrets that are not kept here any more',
    'Port 8080 is not open: in use',
    'Port 9090 is not open: not allowed',
  ])
})

test('a data service is there, or is made anew out of what must be there, or is lost', () => {
  const adopted = { name: 'db', container: 'shop-db', run: null, image: 'db:1' }
  expect(restoreProblems(world({ data: adopted }))).toEqual([])
  const none = { containers: new Set<string>() }
  const lost = ['The data service db has lost its container shop-db']
  expect(restoreProblems(world({ data: adopted, looked: none }))).toEqual(lost)
  const recorded = {
    ...adopted,
    attached: { id: 'c1', run: runConfig({ mounts: [mount('volume', 'shop_data')] as any }) },
  }
  expect(restoreProblems(world({ data: recorded, looked: none }))).toEqual([
    'The image of the data service db is not in the engine',
    'The volume shop_data of db is gone: it would come back empty',
  ])
  const made = { ...adopted, run: runConfig({ mounts: [mount('volume', 'shop_data')] as any }) }
  expect(restoreProblems(world({ data: made }))).toEqual([])
  expect(restoreProblems(world({ data: made, looked: none }))).toEqual([
    'The image of the data service db is not in the engine',
    'The volume shop_data of db is gone: it would come back empty',
  ])
  const volumes = [{ name: 'f'.repeat(64), target: '/log', readOnly: false, isMounted: true }]
  expect(restoreProblems(world({ data: { ...made, volumes }, looked: none }))).toContain(
    'The volume ffffffffffff of db (/log) is gone',
  )
  const { fleet, snapshot } = world({ data: made })
  expect([imagesOf(fleet, snapshot, new Set()), imagesOf(fleet, snapshot, new Set(['shop-db']))]).toEqual([
    ['sha256:web', 'db:1'],
    ['sha256:web'],
  ])
})
