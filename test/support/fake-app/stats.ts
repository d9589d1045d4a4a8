import type {
  ContainerNow,
  ContainerUsage,
  EngineUse,
  FleetCost,
  StatsNews,
  UsageSample,
} from '../../../shared/contract/stats.ts'
import { isUp } from '../../../shared/rules/view.ts'
import { digest } from './build.ts'
import { type Call, pause, type Story } from './operation.ts'
import type { FleetWorld } from './world.ts'

const SECOND = 1000
/** How much of the past is made up. */
const PAST_SECONDS = 900

/** The use of every container of a fleet that is up: a wave of its own with some noise, from its launch on. */
export function createUsage(fleet: FleetWorld, now: () => number) {
  const containers = fleet.view.sets.flatMap(set =>
    set.containers
      .filter(container => isUp(container.state))
      .map(container => ({
        ...container,
        version: set.version,
        launchedAt: set.launchedAt,
        load: set.state === 'live' ? 1 : 0.35,
      })),
  )
  const news = (samplesOf: (one: (typeof containers)[number]) => UsageSample[]): StatsNews => ({
    running: containers.length,
    everyMs: containers.length > 24 ? Math.ceil(containers.length / 24) * SECOND : SECOND,
    containers: containers.map(
      (one): ContainerUsage => ({
        id: one.id,
        name: one.name,
        service: one.service,
        version: one.version,
        memoryLimit: 268_435_456,
        samples: samplesOf(one),
      }),
    ),
  })
  return {
    past: () =>
      news(one =>
        Array.from({ length: PAST_SECONDS }, (_, index) => now() - (PAST_SECONDS - index) * SECOND)
          .filter(at => at >= one.launchedAt)
          .map(at => sampleOf(one, at)),
      ),
    next: () => news(one => [sampleOf(one, now())]),
  }
}

/** The use of each of these that runs. */
export function usageOf(containers: readonly { id: string; state: string }[], now: number): ContainerNow[] {
  return containers
    .filter(({ state }) => state === 'running')
    .map(({ id }) => {
      const { cpu, memory } = sampleOf({ id, load: 0.5, launchedAt: 0 }, now)
      return { id, cpu, memory, memoryLimit: 268_435_456 }
    })
}

function sampleOf(one: { id: string; load: number; launchedAt: number }, at: number): UsageSample {
  const second = Math.floor(at / SECOND)
  const phase = Number.parseInt(one.id.slice(0, 4), 16) % 97
  const noise = (Math.imul(second + phase * 7919, 2_654_435_761) >>> 16) / 65_536
  const wave = 0.6 + 0.4 * Math.sin((second + phase) / 23)
  const warmth = Math.min(1, (at - one.launchedAt) / 90_000)
  const busy = one.load * wave * (0.7 + 0.6 * noise)
  return {
    at,
    cpu: Math.round(busy * 3400) / 100,
    memory: Math.round(42e6 + 30e6 * warmth + 4e6 * busy),
    received: Math.round(busy * 180_000),
    sent: Math.round(busy * 940_000),
    read: noise > 0.97 ? 800_000 : 0,
    written: Math.round(busy * 24_000),
  }
}

const BASE = 184_000_000

/** The sizes of versions on a made-up engine: a base that all share, and a little of each one's own. */
export async function fakeUse({ world, now, stepMs }: Story, { signal, progress }: Call): Promise<EngineUse> {
  const count = world.fleets.size * 8 + 4
  for (let done = 0; done < 4; done += 1) {
    progress(
      done === 0
        ? { done: 0, total: 1, what: 'The engine measures what it keeps' }
        : { done: Math.round((count * done) / 4), total: count, what: 'Reading the layers of images' },
    )
    await pause(stepMs, signal)
  }
  const fleets = [...world.fleets.values()].map(costOf)
  const own = fleets.reduce((sum, fleet) => sum + fleet.unique, 0)
  return {
    at: now(),
    tookMs: 1240,
    images: { count, bytes: 2_410_000_000 + own, unused: 812_000_000 },
    containers: { count: world.fleets.size * 5, bytes: 96_400_000, unused: 4_100_000 },
    volumes: { count: 6, bytes: 911_000_000, unused: 187_400_000 },
    buildCache: 304_000_000,
    fleets,
  }
}

function costOf({ view }: FleetWorld): FleetCost {
  const sizeOf = (text: string) => 1_200_000 + (Number.parseInt(digest(text).slice(0, 5), 16) % 9_000_000)
  const versions = view.snapshots.map(({ version, services }) => {
    const unique = services.reduce(
      (sum, one) => sum + sizeOf(`${version}/${one.name}`) * (one.origin === 'commit' ? 4 : 1),
      0,
    )
    const state = view.sets.find(set => set.version === version)?.state ?? ('cold' as const)
    return { version, state, bytes: BASE + unique, unique, written: state === 'cold' ? 0 : sizeOf(`${version} wrote`) }
  })
  const doomed = versions.filter(one => one.state === 'cold').slice(0, 2)
  return {
    fleet: view.fleet.name,
    bytes: BASE + versions.reduce((sum, one) => sum + one.unique, 0),
    unique: versions.reduce((sum, one) => sum + one.unique, 0) + 2_400_000,
    written: versions.reduce((sum, one) => sum + one.written, 0),
    sweep: { versions: doomed.map(one => one.version), bytes: doomed.reduce((sum, one) => sum + one.unique, 0) },
    versions,
  }
}
