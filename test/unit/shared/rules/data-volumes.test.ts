import { describe, expect, test } from 'vitest'
import { DataService } from '../../../../shared/model/fleet.ts'
import {
  dataStep,
  dataWarnings,
  decideData,
  keptDataStep,
  keptDataWarnings,
  runWithVolumes,
  volumesNow,
} from '../../../../shared/rules/data-volumes.ts'
import { runConfig } from '../../../support/run-config.ts'

const anonymous = '6260f5610860'.padEnd(64, '0')
const mount = (source: string, target: string, readOnly = false) => ({
  kind: 'volume' as const,
  source,
  target,
  readOnly,
})
const volume = (name: string, target: string) => ({ name, target, readOnly: false, isMounted: true })

const redis = {
  ...{ name: 'redis', container: 'shop-redis', image: 'redis:7', imageId: 'sha256:a', run: runConfig() },
  attached: { id: 'c1', run: runConfig() },
  volumes: [volume(anonymous, '/data')],
} as DataService
const look = (data: DataService, existing: string[] = [], declared: string[] = []) => ({
  ...{ data, state: null, existing: new Set(existing), declared },
})
const decide = (...seen: Parameters<typeof look>) => decideData(look(...seen), { fleet: 'shop', empty: false })

test('the volumes of a container are recorded with and without a name, and those of the container before it stay', () => {
  const first = volumesNow([], [mount(anonymous, '/data'), mount('conf', '/conf', true)])
  expect(first).toEqual([volume(anonymous, '/data'), { ...volume('conf', '/conf'), readOnly: true }])
  const next = volumesNow(first, [mount('conf', '/conf', true), { ...mount('/srv', '/srv'), kind: 'bind' }])
  expect(next).toEqual([first[1], { ...first[0], isMounted: false }])
})

test('a record that an earlier version wrote has no volumes, and is read', () => {
  const { volumes: _, ...earlier } = redis
  expect(DataService.parse(earlier).volumes).toBeUndefined()
})

test('recorded volumes are mounted at their targets, instead of others', () => {
  const run = runConfig({ mounts: [mount('fresh', '/data'), { ...mount('/etc/app', '/conf'), kind: 'bind' }] })
  const { mounts } = runWithVolumes(run, [volume(anonymous, '/data'), { ...volume('log', '/log'), readOnly: true }])
  expect(mounts.map(({ source, target, readOnly }) => [source, target, readOnly])).toEqual([
    ['/etc/app', '/conf', false],
    [anonymous, '/data', false],
    ['log', '/log', true],
  ])
})

describe('a data service whose container', () => {
  const step = (...seen: Parameters<typeof look>) => dataStep(seen[0], decide(...seen))

  test('is there is kept or started, whatever its volumes are', () => {
    const kinds = ['running', 'exited'].map(state => {
      return decideData({ ...look(redis), state }, { fleet: 'shop', empty: true }).kind
    })
    expect(kinds).toEqual(['keep', 'start'])
  })

  test('was never made is made from its image', () => {
    const { attached: _, volumes: __, ...fresh } = redis
    expect(step(fresh, [], ['/data'])).toEqual({
      ...{ action: 'create', what: 'redis', detail: 'shop-redis from redis:7' },
    })
  })

  test('is gone is made anew with its volume', () => {
    expect(step(redis, [anonymous])).toEqual({
      action: 'create',
      what: 'redis',
      detail: 'its container shop-redis is gone; made anew with its volume 6260f5610860, /data',
    })
  })

  test('is gone with its volume is refused, unless it may start empty', () => {
    const refused = decide(redis, ['other'])
    expect(refused).toEqual({
      kind: 'refuse',
      message: 'The container of the data service redis is gone, and so is its volume 6260f5610860 (/data)',
      hint: 'Bring the volume back and try again; to start with an empty one: flotilla data start shop redis --empty',
    })
    expect(dataStep(redis, refused).detail).toBe('cannot be attached: its container shop-redis is gone')
    expect(dataWarnings([refused]).join()).toContain('--empty')
    const empty = decideData(look(redis), { fleet: 'shop', empty: true })
    expect(empty).toEqual({ kind: 'replace', volumes: [], lost: ['/data'] })
    expect(dataStep(redis, empty).detail).toContain('made anew, empty at /data')
  })

  test('is gone, and was recorded by an earlier version: a volume that the image declares is not known', () => {
    const { volumes: _, ...earlier } = redis
    expect(decide(earlier, [anonymous], ['/data'])).toMatchObject({
      kind: 'refuse',
      message: 'The container of the data service redis is gone, and which volume it had at /data is not recorded',
    })
    const named = { ...earlier, attached: { id: 'c1', run: runConfig({ mounts: [mount('rows', '/data')] }) } }
    expect(decide(named, ['rows'], ['/data'])).toMatchObject({ kind: 'replace', lost: [] })
    expect(decide(named, [], ['/data'])).toMatchObject({ kind: 'refuse' })
  })

  test('is gone and was adopted is made anew as it was recorded, and never empty in passing', () => {
    const adopted = { ...redis, run: null }
    expect(decide(adopted, [anonymous])).toEqual({ kind: 'replace', volumes: redis.volumes, lost: [] })
    expect(decide(adopted)).toMatchObject({ kind: 'refuse', hint: expect.stringContaining('--empty') })
    expect(decideData(look(adopted), { fleet: 'shop', empty: true })).toMatchObject({ lost: ['/data'] })
  })

  test('is gone, was adopted by an earlier version and is not recorded is refused with its image', () => {
    const { attached: _, volumes: __, ...bare } = redis
    expect(decide({ ...bare, run: null }, [anonymous])).toMatchObject({
      message: 'The container shop-redis of the data service redis is gone, and how it was run is not recorded',
      hint: expect.stringContaining('from redis:7'),
    })
  })
})

test('a switch keeps a data service, and warns of one that its set does not find', () => {
  const told = (state: string | null, isConnected: boolean) => {
    const sight = { ...look(redis, [anonymous]), state }
    const kept = { sight, isConnected, fleet: 'shop', network: 'shop-2' }
    return [keptDataStep(kept).detail, keptDataWarnings(kept).join()]
  }
  expect(told('running', true)).toEqual(['data stays attached', ''])
  const [detail, warning] = told('running', false)
  expect(detail).toBe('is not connected to network shop-2 as redis')
  expect(warning).toContain('flotilla data start shop redis')
  expect(told('exited', true)[1]).toContain('shop-redis does not run')
  expect(told(null, false)[1]).toContain('its container shop-redis is gone')
})
