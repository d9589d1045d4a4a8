import type { NetworkSummary, ThingsRemoved, VolumeSummary } from '../../../shared/contract/volumes.ts'
import type { Item, Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import { DEFAULT_ENDPOINT } from '../../../shared/model/ids.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { chooseThings, type Thing } from '../../../shared/rules/volumes.ts'
import { digest } from './build.ts'
import { heardAt } from './endpoints.ts'
import type { Story } from './operation.ts'
import { HOSTILE, isHostile, type World } from './world.ts'

interface Things {
  volumes: VolumeSummary[]
  networks: NetworkSummary[]
}

/** By endpoint. */
const known = new WeakMap<World, Map<string, Things>>()

function thingsOf(world: World, now: number, endpoint: string = DEFAULT_ENDPOINT): Things {
  const places = known.get(world) ?? new Map<string, Things>()
  known.set(world, places)
  const found = places.get(endpoint) ?? {
    volumes: volumes(world, now).filter(({ name }) => endpoint === DEFAULT_ENDPOINT || name === 'old_uploads'),
    networks: networks(world, now).filter(({ isBuiltIn }) => endpoint === DEFAULT_ENDPOINT || isBuiltIn),
  }
  places.set(endpoint, found)
  return found
}

export function volumesItem(world: World, now: number, endpoint: string): Item<'volumes.state'> {
  const { rows, failure } = heardAt(world, endpoint, thingsOf(world, now, endpoint).volumes)
  return { volumes: rows, failure }
}

export function networksItem(world: World, now: number, endpoint: string): Item<'networks.state'> {
  const { rows, failure } = heardAt(world, endpoint, thingsOf(world, now, endpoint).networks)
  return { networks: rows, failure }
}

const holder = (name: string, detail: string) => ({ id: digest(name), name, state: 'running', detail })

function volumes(world: World, now: number): VolumeSummary[] {
  if (world.fleets.size === 0) return []
  const volume = (name: string, more: Partial<VolumeSummary>): VolumeSummary => ({
    name,
    isAnonymous: false,
    driver: 'local',
    mountpoint: `/var/lib/docker/volumes/${name}/_data`,
    labels: [],
    createdAt: now - 90_000_000,
    bytes: 1_200_000,
    usedBy: [],
    owner: null,
    ...more,
  })
  return [
    volume(digest('anonymous'), { isAnonymous: true, bytes: 64_000 }),
    volume('bakery_pg', { bytes: 187_400_000, usedBy: [holder('bakery-postgres-1', '/var/lib/postgresql/data')] }),
    volume('old_uploads', { bytes: 3_100_000_000, labels: [['com.example.team', 'photos']] }),
    volume('shop_pgdata', {
      bytes: 412_000_000,
      usedBy: [holder('shop-db', '/var/lib/postgresql/data')],
      owner: { fleet: 'shop', what: 'data service db', inTrash: false },
    }),
    volume('shop_uploads', { bytes: null, owner: { fleet: 'shop', what: 'service web', inTrash: false } }),
    ...(isHostile(world) ? [volume(HOSTILE, { labels: [[HOSTILE, '<script>alert(1)</script>']] })] : []),
  ]
}

function networks(world: World, now: number): NetworkSummary[] {
  const network = (name: string, more: Partial<NetworkSummary>): NetworkSummary => ({
    id: digest(name),
    name,
    driver: 'bridge',
    scope: 'local',
    labels: [],
    createdAt: now - 90_000_000,
    subnets: [],
    isInternal: false,
    isBuiltIn: false,
    usedBy: [],
    owner: null,
    ...more,
  })
  const own = ['bridge', 'host', 'none'].map(name => network(name, { isBuiltIn: true, driver: name }))
  if (world.fleets.size === 0) return own
  const members = (number: number) =>
    ['web-1', 'web-2', 'api-1'].map(name => holder(`shop-${number}-${name}`, '172.20.0.2'))
  return [
    network('bakery_default', { subnets: [{ subnet: '172.19.0.0/16', gateway: '172.19.0.1' }] }),
    ...own,
    ...[6, 7].map(number =>
      network(`shop-${number}`, {
        subnets: [{ subnet: `172.2${number}.0.0/16`, gateway: `172.2${number}.0.1` }],
        usedBy: members(number),
        owner: { fleet: 'shop', what: `set of v${number}`, inTrash: false },
      }),
    ),
    ...(isHostile(world) ? [network(HOSTILE, {})] : []),
  ]
}

function planOf(things: readonly Thing[], insist: boolean): Plan {
  const { doomed, kept } = chooseThings(things, insist)
  return {
    summary: `Remove ${doomed.length} of ${things.length}`,
    steps: [
      ...doomed.map(({ name }) => ({ action: 'remove' as const, what: name, detail: 'local' })),
      ...kept.map(({ thing, words }) => ({ action: 'keep' as const, what: thing.name, detail: words })),
    ],
    warnings: doomed.length > 0 ? ['What is in a volume cannot be brought back'] : [],
    commands: [],
    choices: [],
    leftOut: [],
  }
}

export function volumesHandlers(story: Story) {
  const things = (endpoint?: string) => thingsOf(story.world, story.now(), endpoint)
  const named = <T extends Thing>(all: readonly T[], names: readonly string[]) =>
    names.map(name => all.find(one => one.name === name) ?? fail('not-found', `There is no ${name}`))
  const remove = (asked: readonly Thing[], insist: boolean, endpoint?: string): ThingsRemoved => {
    const { doomed, kept } = chooseThings(asked, insist)
    const [first] = kept
    if (doomed.length === 0 && first !== undefined)
      fail(first.why === 'owned' ? 'refused' : 'conflict', `${first.thing.name} stays: ${first.words}`)
    const all = things(endpoint)
    all.volumes = all.volumes.filter(one => !doomed.includes(one))
    all.networks = all.networks.filter(one => !doomed.includes(one))
    story.changed()
    const stayed = kept.map(({ thing, words }) => ({ name: thing.name, why: words }))
    return { removed: doomed.map(({ name }) => name), kept: stayed, freedBytes: null }
  }
  const freeVolumes = (anonymousOnly: boolean) =>
    things().volumes.filter(one => one.owner === null && one.usedBy.length === 0 && (one.isAnonymous || !anonymousOnly))
  const freeNetworks = () =>
    things().networks.filter(one => !one.isBuiltIn && one.owner === null && one.usedBy.length === 0)
  return {
    'volume.list': ({ endpoint }: Parsed<'volume.list'>) => things(endpoint).volumes,
    'volume.create': ({ name, driver, labels }: Parsed<'volume.create'>) => {
      const more = { driver, labels, mountpoint: '', isAnonymous: false, createdAt: story.now(), bytes: 0 }
      things().volumes = [...things().volumes, { name, ...more, usedBy: [], owner: null }]
      story.changed()
      return {}
    },
    'volume.removePlan': ({ names, insist, endpoint }: Parsed<'volume.removePlan'>) =>
      planOf(named(things(endpoint).volumes, names), insist),
    'volume.remove': ({ names, insist, endpoint }: Parsed<'volume.remove'>) =>
      remove(named(things(endpoint).volumes, names), insist, endpoint),
    'volume.prunePlan': ({ anonymousOnly }: Parsed<'volume.prunePlan'>) => ({
      ...planOf(freeVolumes(anonymousOnly), false),
      bytes: 3_100_000_000,
    }),
    'volume.prune': ({ anonymousOnly }: Parsed<'volume.prune'>) => remove(freeVolumes(anonymousOnly), false),
    'network.list': ({ endpoint }: Parsed<'network.list'>) => things(endpoint).networks,
    'network.create': ({ name, driver, isInternal, labels }: Parsed<'network.create'>) => {
      const made = { id: digest(name), name, driver, isInternal, labels, scope: 'local', createdAt: story.now() }
      things().networks = [...things().networks, { ...made, subnets: [], isBuiltIn: false, usedBy: [], owner: null }]
      story.changed()
      return {}
    },
    'network.removePlan': ({ names }: Parsed<'network.removePlan'>) => planOf(named(things().networks, names), false),
    'network.remove': ({ names }: Parsed<'network.remove'>) => remove(named(things().networks, names), false),
    'network.prunePlan': () => planOf(freeNetworks(), false),
    'network.prune': () => remove(freeNetworks(), false),
    'network.connect': () => ({}),
    'network.disconnect': () => ({}),
  }
}
