import { describe, expect, test } from 'vitest'
import type { SetId } from '../../../../shared/model/ids.ts'
import type { RunConfig } from '../../../../shared/model/run-config.ts'
import { dataAnswer, dataDrift, refuseDataService } from '../../../../shared/rules/data-drift.ts'
import { driftText, setNetworkDrift } from '../../../../shared/rules/drift.ts'
import { mountDrift } from '../../../../shared/rules/mount-drift.ts'
import { plainRun } from '../../../../shared/rules/plain-run.ts'
import { routeDrift } from '../../../../shared/rules/route-drift.ts'
import { TableRoute } from '../../../../shared/table.ts'

describe('a data service', () => {
  const recorded = {
    ...{ name: 'db', container: 'shop-db', image: 'postgres:16', imageId: 'sha256:aaaaaaaaaaaa', run: null },
    attached: { id: 'c1', run: plainRun },
  } as any
  const found = {
    ...{ id: 'c1', state: 'running', exitCode: 0, image: 'postgres:16', imageId: 'sha256:aaaaaaaaaaaa' },
    ...{ run: plainRun as RunConfig, networks: ['net', 'bridge'] },
  }
  const drift = (said: Partial<typeof found>, networks = ['net']) =>
    dataDrift({ data: recorded, found: { ...found, ...said }, networks })
  const words = (said: Partial<typeof found>, networks?: string[]) => driftText(drift(said, networks))

  test('that is as it was attached has no drift, whatever other networks it is in', () => {
    expect(drift({})).toEqual([])
  })

  test('is told in words with its name: gone, replaced, stopped, another image, off the network', () => {
    expect(driftText(dataDrift({ data: recorded, found: null, networks: [] }))).toBe('db: container is gone')
    expect(words({ id: 'c2' })).toBe('db: container was replaced')
    expect(words({ state: 'exited', exitCode: 137 })).toBe('db: container is stopped (exit code 137)')
    expect(words({ state: 'paused' })).toBe('db: container is paused')
    expect(words({ image: 'postgres:17', imageId: 'sha256:b' })).toBe(
      'db: runs image postgres:17, postgres:16 was recorded',
    )
    expect(words({ imageId: 'sha256:bbbbbbbbbbbb' })).toBe(
      'db: runs another build of image postgres:16: bbbbbbbb, aaaaaaaa was recorded',
    )
    expect(words({}, ['net', 'net-2'])).toBe('db: is not connected to network net-2 as db')
  })

  test('with other mounts than recorded is told; of one that an earlier version recorded nothing is known to compare', () => {
    const mounts = [{ kind: 'volume' as const, source: 'data', target: '/data', readOnly: false }]
    expect(drift({ run: { ...plainRun, mounts } })).toEqual([
      expect.objectContaining({ kind: 'config', detail: expect.stringContaining('mounts: []') }),
    ])
    const earlier = { ...recorded, attached: undefined }
    expect(
      dataDrift({ data: earlier, found: { ...found, id: 'c9', run: { ...plainRun, mounts } }, networks: [] }),
    ).toEqual([])
  })

  test('is started where it is down, adopted where it is another one, and never healed', () => {
    const answer = (...kinds: any[]) => dataAnswer(kinds.map(kind => ({ kind })))
    expect([answer('missing'), answer('stopped'), answer('network')]).toEqual(['start', 'start', 'start'])
    expect([answer('replaced'), answer('image', 'config'), answer('replaced', 'stopped')]).toEqual([
      'adopt',
      'adopt',
      'start',
    ])
    expect(answer('mount')).toBeNull()
    const fleet = { name: 'shop', dataServices: [recorded] } as any
    expect(() => refuseDataService(fleet, 'shop-db')).toThrow('never replaced')
    expect(() => refuseDataService(fleet, 'shop-1-web-1')).not.toThrow()
  })
})

describe('a path on the host that a container mounts', () => {
  const mounts = [{ kind: 'bind' as const, source: '/app.conf', target: '/etc/app.conf', readOnly: true }]
  const drift = (now: { inode: number; bornAt: number } | null | undefined, first?: number) =>
    mountDrift({ mounts, startedAt: 1_000, hostPath: () => now, inodeAtStart: () => first }).map(({ detail }) => detail)

  test('is told where it was replaced since the container started, or is gone, and not where nobody can tell', () => {
    expect(drift({ inode: 1, bornAt: 500 }, 1)).toEqual([])
    expect(drift({ inode: 2, bornAt: 2_000 })).toEqual([expect.stringContaining('was replaced')])
    expect(drift({ inode: 2, bornAt: 500 }, 1)).toEqual([expect.stringContaining('until it is restarted')])
    expect(drift({ inode: 2, bornAt: 0 })).toEqual([])
    expect(drift(null)).toEqual([expect.stringContaining('/app.conf on the host is gone')])
    expect(drift(undefined)).toEqual([])
  })
})

test('a network of a set that is gone, or that somebody made anew under its name, is told', () => {
  const set = { id: 's1' as SetId, number: 1, network: 'shop-1' }
  const network = (said: Record<string, string>) => ({ name: 'shop-1', labels: new Map(Object.entries(said)) })
  expect(setNetworkDrift(set, 'home', [network({ 'flotilla.set': 's1' })])).toEqual([])
  const earlier = { 'flotilla.set': 's0', 'flotilla.home': 'home', 'flotilla.role': 'set', 'flotilla.number': '1' }
  expect(setNetworkDrift(set, 'home', [network(earlier)])).toEqual([])
  expect(setNetworkDrift(set, 'other', [network(earlier)])).not.toEqual([])
  expect(driftText(setNetworkDrift(set, 'home', []))).toBe(
    'shop-1: network was removed; a start of the set makes it again',
  )
  expect(driftText(setNetworkDrift(set, 'home', [network({})]))).toBe('shop-1: network was removed and made anew')
})

test('a route that the proxy has otherwise, or whose port is not open, is told', () => {
  const route = (said: object) =>
    TableRoute.parse({
      ...{ id: 'r', hostname: 'shop.localhost', port: 80, title: 'shop', version: 'v2' },
      upstreams: [{ id: 'c1', address: { host: '127.0.0.1', port: 20_000 } }],
      ...said,
    })
  const drift = (inForce: TableRoute[], closed: { port: number; reason: string }[] = []) =>
    driftText(routeDrift({ wanted: route({}), service: 'web', inForce, closed }))
  expect(drift([route({})])).toBe('')
  expect(drift([])).toBe('shop.localhost:80: the proxy does not have this route')
  expect(drift([route({ version: 'v1' })])).toBe('shop.localhost:80: the proxy points at v1, the journal says v2')
  expect(drift([route({ upstreams: [] })])).toBe(
    'shop.localhost:80: the proxy sends requests to other addresses than recorded',
  )
  expect(drift([route({})], [{ port: 80, reason: 'another program already listens there' }])).toBe(
    'shop.localhost:80: port 80 is not open: another program already listens there',
  )
})
