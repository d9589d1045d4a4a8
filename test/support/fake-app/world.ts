import type { OpenQuestion } from '../../../shared/contract/questions.ts'
import type { AppState, RunningOperation } from '../../../shared/model/app-state.ts'
import type { CheckResult } from '../../../shared/model/checks.ts'
import type { ContainerSet } from '../../../shared/model/container-set.ts'
import type { Version } from '../../../shared/model/ids.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import type {
  ContainerSummary,
  FleetSummary,
  FleetView,
  Restorable,
  TrashedFleet,
} from '../../../shared/model/views.ts'
import type { TerminalSession } from '../../../shared/terminal.ts'

/** One fleet of the fake app: what the feeds show and the manifests behind its versions. */
export interface FleetWorld {
  view: FleetView
  manifests: Map<Version, Snapshot>
  journal: JournalEntry[]
  /** Requests a second that the traffic feed makes up for the live version. */
  rate: number
}

/** Everything that the fake app knows. It is changed in place; what the feeds send are fresh objects. */
export interface World {
  app: AppState
  fleets: Map<string, FleetWorld>
  /** Removed fleets by name. */
  trash: Map<string, FleetWorld>
  operations: RunningOperation[]
  terminals: readonly TerminalSession[]
  questions: OpenQuestion[]
  containers: ContainerSummary[]
}

export function fleetOf(world: World, name: string): FleetWorld | undefined {
  return world.fleets.get(name)
}

export function summaries(world: World): FleetSummary[] {
  return [...world.fleets.values()].map(({ view }) => ({
    id: view.fleet.id,
    name: view.fleet.name,
    endpoint: view.fleet.endpoint,
    services: view.fleet.services.map(service => service.name),
    dataServices: view.dataServices.map(service => service.name),
    versions: view.snapshots.map(snapshot => snapshot.version),
    live: view.sets.find(set => set.state === 'live')?.version ?? null,
    isKnown: world.app.endpoint.state === 'connected',
    running: view.sets
      .flatMap(set => set.containers)
      .filter(container => container.state === 'running' || container.state === 'healthy').length,
    drifted: new Set(view.drift.map(drift => drift.container)).size,
    routes: view.routes.map(route => `${route.hostname}:${route.port}`),
  }))
}

export function trashed(world: World, now: number): TrashedFleet[] {
  return [...world.trash.values()].map(({ view }) => ({
    fleetId: view.fleet.id,
    name: view.fleet.name,
    removedAt: now,
    purgedAt: now + 30 * 86_400_000,
    versions: view.snapshots.map(snapshot => snapshot.version),
  }))
}

/** The oldest snapshot of a fleet of many has lost an image; everything else can be brought back. */
export function restorable({ view }: FleetWorld, now: number): Restorable[] {
  return view.snapshots.map(({ version }, index) => {
    const problems = index === 0 && view.snapshots.length > 4 ? ['the image of web is gone from the engine'] : []
    return { version, restorable: problems.length === 0, problems, checkedAt: now }
  })
}

/** A set whose first service came up without a module that it needs. */
export function failedSet(set: ContainerSet, at: number): ContainerSet {
  const [first] = set.containers
  const results = set.containers.map((container): CheckResult => {
    const isBroken = container.service === first?.service
    return {
      container: container.name,
      service: container.service,
      check: { kind: 'running' },
      state: isBroken ? 'failed' : 'passed',
      passes: isBroken ? 0 : 2,
      saw: isBroken ? 'exited, code 1' : 'running',
    }
  })
  const text = "node:internal/modules/cjs/loader:1404\n\u001b[31mError: Cannot find module 'express'\u001b[0m\n"
  return {
    ...set,
    state: 'failed',
    containers: set.containers.map(one => ({ ...one, state: one.service === first?.service ? 'exited' : 'healthy' })),
    report: {
      at,
      ms: 30_400,
      passed: false,
      results,
      logs: first === undefined ? [] : [{ container: first.name, text }],
    },
  }
}

export function connectedApp(now: number): AppState {
  return {
    version: '0.1.0',
    home: '/home/ada/.local/share/flotilla',
    endpoint: {
      address: 'unix:///var/run/docker.sock',
      source: 'context default',
      state: 'connected',
      engine: {
        id: '7TLK:OKUO',
        name: 'ada-laptop',
        product: 'Docker',
        version: '28.4.0',
        apiVersion: '1.51',
        os: 'Debian GNU/Linux 13',
        platform: 'linux/amd64',
      },
      since: now - 3_600_000,
      failure: null,
      tried: [{ address: 'unix:///var/run/docker.sock', source: 'context default', result: 'answered' }],
    },
    proxy: { reachable: true, port: 8080, closed: [] },
    readOnly: null,
    lostFleets: null,
    settings: { keepWarm: 1, trashDays: 30, proxyPort: 8080, logMegabytes: 2048, logDays: 14 },
  }
}

/** A text of a stranger that means ill: direction marks, HTML, an escape sequence, NUL. */
export const HOSTILE = 'evil\u202Egnp.exe <img src=x onerror=alert(1)> \u001b[31mred\u0000'

/** Whether the world's names mean ill. */
export function isHostile(world: World): boolean {
  return [...world.fleets.values()].some(({ view }) => view.snapshots.some(one => one.note.includes(HOSTILE)))
}
