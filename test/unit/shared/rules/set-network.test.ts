import { expect, test } from 'vitest'
import type { RecordedSet } from '../../../../shared/model/container-set.ts'
import { detachedMembers, isOwnNetwork, networksOfOthers, staysText } from '../../../../shared/rules/set-network.ts'

const row = { id: 'n2', name: 'shop-2' }
const use = (id: string, networks: readonly { id: string; name: string }[] = [row]) => ({
  id,
  name: `name-${id}`,
  networks,
})

test('a network is the own one of a set by its label, or by what this home made for the version before', () => {
  const set = { id: 's2', number: 2, network: 'shop-2' } as Pick<RecordedSet, 'id' | 'number' | 'network'>
  const isOwn = (labels: Record<string, string>, name = 'shop-2') =>
    isOwnNetwork(set, 'home', { name, labels: new Map(Object.entries(labels)) })
  const earlier = { 'flotilla.set': 's1', 'flotilla.home': 'home', 'flotilla.role': 'set', 'flotilla.number': '2' }
  expect([isOwn({ 'flotilla.set': 's2' }), isOwn(earlier)]).toEqual([true, true])
  expect(isOwn({ ...earlier, 'flotilla.home': 'other' })).toBe(false)
  expect(isOwn({ ...earlier, 'flotilla.number': '1' })).toBe(false)
  expect(isOwn(earlier, 'shop-3')).toBe(false)
  expect(isOwn({})).toBe(false)
})

test('containers that neither go nor are attached keep a network, running or not', () => {
  const doomed = { containers: ['c1'], networks: [{ id: 'n2', attached: ['name-db'] }] }
  const left = (...uses: ReturnType<typeof use>[]) => networksOfOthers(doomed, [row], uses)
  expect(left(use('c1'), use('db'), use('elsewhere', [{ id: 'n9', name: 'other' }]))).toEqual([])
  expect(left(use('c1'), use('dbg')).map(staysText)).toEqual([
    'network shop-2 stays: name-dbg uses it; it is removed when name-dbg has left',
  ])
  // Of a stopped container some engines tell the names of its networks alone.
  expect(left(use('a', [{ id: '', name: 'shop-2' }]), use('b')).map(staysText)).toEqual([
    'network shop-2 stays: name-a and name-b use it; it is removed when they have left',
  ])
  expect(networksOfOthers(doomed, [], [use('dbg')])).toEqual([])
})

test('a container that still names a network which was removed is not on the one that took its name', () => {
  const member = (id: string) => ({ id, name: id, service: 'web', replica: 1 })
  const set = { containers: ['on', 'off', 'stale', 'gone'].map(member) }
  const uses = [use('on'), use('off', []), use('stale', [{ id: 'n1', name: 'shop-2' }])]
  const podman = [use('on', [{ id: 'shop-2', name: 'shop-2' }]), use('off', [])]
  expect(detachedMembers(set, row, podman).map(({ id }) => id)).toEqual(['off'])
  expect(detachedMembers(set, row, uses).map(({ id }) => id)).toEqual(['off', 'stale'])
})
