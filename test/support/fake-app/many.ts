import type { DataService } from '../../../shared/model/fleet.ts'
import { DEFAULT_ENDPOINT, type FleetId, type RouteId } from '../../../shared/model/ids.ts'
import type { Route } from '../../../shared/model/route.ts'
import { entryOf, name, type ServiceRecipe, setIdOf, setOf, snapshotOf, summaryOf, version } from './build.ts'
import type { FleetWorld } from './world.ts'

const MINUTE = 60_000

interface Size {
  readonly versions: number
  readonly replicas: number
  readonly entries: number
}

const recipe = (service: string, port: number, replicas: number, number: number): ServiceRecipe => ({
  name: service,
  replicas,
  port,
  image: `bench/${service}:${number}`,
  command: ['serve'],
  environment: [['BUILD', String(number)]],
})

/** A fleet of any size: its last version live, the one before it warm. */
export function plainFleet(fleet: string, now: number, size: Size): FleetWorld {
  const dataServices: DataService[] = []
  const snapshots = Array.from({ length: size.versions }, (_, index) => {
    const number = index + 1
    const services = [recipe('web', 3000, size.replicas, number), recipe('api', 4000, size.replicas, number)]
    const at = now - (size.versions - index) * 9 * MINUTE
    return snapshotOf({ fleet, number, parent: index === 0 ? null : index, at, note: '', services, dataServices })
  })
  const live = snapshots.at(-1)
  const sets = snapshots.slice(-2).map(one => setOf(one, one === live ? 'live' : 'warm', 'healthy', one.takenAt))
  const routeId = `${fleet}-route-1` as RouteId
  const route: Route = {
    id: routeId,
    fleetId: fleet as FleetId,
    hostname: `${fleet}.localhost`,
    port: 8080,
    service: name('web'),
    servicePort: 3000,
    setId: live === undefined ? null : setIdOf(fleet, live.number),
    upgrade: { kind: 'keep' },
    drainMs: 30_000,
  }
  const services = ['web', 'api'].map(service => ({
    name: name(service),
    replicas: size.replicas,
    checks: [],
    pace: { passes: 1, deadlineMs: 1000, intervalMs: 100 },
    dependsOn: [],
    source: [],
    ignored: [],
  }))
  return {
    rate: 40,
    manifests: new Map(snapshots.map(snapshot => [snapshot.version, snapshot])),
    journal: longJournal(fleet, now, size.entries, size.versions),
    view: {
      fleet: {
        id: fleet as FleetId,
        name: name(fleet),
        createdAt: now,
        from: 'compose',
        endpoint: DEFAULT_ENDPOINT,
        services,
        dataServices,
      },
      snapshots: snapshots.map(summaryOf),
      sets,
      routes: [route],
      dataServices: [],
      drift: [],
      checking: [],
    },
  }
}

/** Snapshot, launch, switch, round and round; every ninth switch is taken back and every fortieth launch fails. */
export function longJournal(fleet: string, now: number, count: number, versions: number) {
  const routeId = `${fleet}-route-1` as RouteId
  return Array.from({ length: count }, (_, index) => {
    const seq = index + 1
    const at = now - (count - index) * 3 * MINUTE
    // Counted so that the last switch is to the newest version, which is the live one.
    const round = Math.floor(index / 4) - Math.floor((count - 2) / 4)
    const to = 1 + ((((versions - 1 + round) % versions) + versions) % versions)
    const from = to === 1 ? versions : to - 1
    const moves = [{ routeId, from: setIdOf(fleet, from), to: setIdOf(fleet, to) }]
    const back = [{ routeId, from: setIdOf(fleet, to), to: setIdOf(fleet, from) }]
    const step = index % 4
    if (step === 0) return entryOf({ seq, at, fleet, op: 'snapshot.take', to: version(to), ms: 900 })
    if (step === 1) {
      const failed = index % 40 === 1
      return entryOf({
        seq,
        at,
        fleet,
        op: 'set.launch',
        to: version(to),
        ms: 2100,
        outcome: failed ? 'failed' : 'done',
      })
    }
    if (step === 2) return entryOf({ seq, at, fleet, op: 'route.switch', from: version(from), to: version(to), moves })
    return index % 36 === 3 && index < count - 2
      ? entryOf({
          seq,
          at,
          fleet,
          op: 'route.switch',
          from: version(to),
          to: version(from),
          undoes: seq - 1,
          moves: back,
        })
      : entryOf({ seq, at, fleet, op: 'sweep.run', ms: 40, detail: 'Nothing to sweep' })
  })
}
