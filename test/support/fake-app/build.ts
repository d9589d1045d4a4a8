import { createHash } from 'node:crypto'
import type { Check } from '../../../shared/model/checks.ts'
import type { ContainerSet, SetContainer, SetState } from '../../../shared/model/container-set.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import {
  DEFAULT_ENDPOINT,
  type FleetId,
  type Name,
  type SetId,
  type SnapshotId,
  type Version,
} from '../../../shared/model/ids.ts'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import type { RunConfig } from '../../../shared/model/run-config.ts'
import type { LeftOut, Snapshot, SnapshotService } from '../../../shared/model/snapshot.ts'
import type { SnapshotSummary } from '../../../shared/model/views.ts'
import { runConfig } from '../run-config.ts'

/** 64 hex digits that follow from a text, as an image or snapshot id would. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

// The fakes are written by hand, so their brands are given rather than parsed.
export const name = (text: string) => text as Name
export const version = (number: number) => `v${number}` as Version
export const setIdOf = (fleet: string, number: number) => `${fleet}-set-${number}` as SetId

export interface ServiceRecipe {
  readonly name: string
  readonly replicas: number
  readonly image: string
  readonly port: number
  readonly command: readonly string[]
  readonly environment: readonly (readonly [string, string])[]
}

const httpCheck = (port: number): Check => ({ kind: 'http', port, path: '/health', status: 200, body: null })
const pace = { passes: 2, deadlineMs: 30_000, intervalMs: 500 }

export function runOf(recipe: ServiceRecipe): RunConfig {
  return runConfig({
    command: [...recipe.command],
    environment: recipe.environment.map(([key, value]) => [key, value]),
    workingDir: '/app',
    user: 'node',
    ports: [{ port: recipe.port, protocol: 'tcp' }],
    restart: { policy: 'unless-stopped', retries: 0 },
    limits: { memoryBytes: 268_435_456, nanoCpus: 0, pids: 0, shmBytes: 0 },
  })
}

function serviceOf(fleet: string, number: number, recipe: ServiceRecipe): SnapshotService {
  return {
    name: name(recipe.name),
    image: `flotilla/${fleet}-${recipe.name}:v${number}`,
    imageId: `sha256:${digest(recipe.image)}`,
    base: recipe.image,
    layers: [digest(`${recipe.image}/base`), digest(`${recipe.image}/app`)],
    bytes: 48_300_000 + (Number.parseInt(digest(recipe.image).slice(0, 5), 16) % 4_000_000),
    origin: recipe.image.includes('+') ? 'commit' : 'as-is',
    container: `${fleet}-${number - 1}-${recipe.name}-1`,
    consistent: true,
    run: runOf(recipe),
    replicas: recipe.replicas,
    checks: [{ kind: 'running' }, httpCheck(recipe.port)],
    pace,
    dependsOn: recipe.name === 'web' ? [{ service: 'api', condition: 'started' }] : [],
  }
}

export interface SnapshotRecipe {
  readonly fleet: string
  readonly number: number
  readonly parent: number | null
  readonly at: number
  readonly note: string
  readonly services: readonly ServiceRecipe[]
  readonly dataServices: Fleet['dataServices']
}

export function leftOutOf(recipe: SnapshotRecipe): LeftOut[] {
  return recipe.dataServices.map(service => ({
    service: service.name,
    kind: 'volume',
    source: `${recipe.fleet}_pgdata`,
    target: '/var/lib/postgresql/data',
    bytes: 187_400_000,
  }))
}

export function snapshotOf(recipe: SnapshotRecipe): Snapshot {
  const first = recipe.services[0]
  return {
    id: digest(`${recipe.fleet}/${recipe.number}`) as SnapshotId,
    fleetId: recipe.fleet as FleetId,
    fleet: name(recipe.fleet),
    number: recipe.number,
    version: version(recipe.number),
    parent: recipe.parent === null ? null : version(recipe.parent),
    takenAt: recipe.at,
    by: 'ada@ada-laptop',
    note: recipe.note,
    operation: digest(`op/${recipe.number}`).slice(0, 12),
    manifestImage: `flotilla/${recipe.fleet}-manifest:v${recipe.number}`,
    services: recipe.services.map(service => serviceOf(recipe.fleet, recipe.number, service)),
    dataServices: recipe.dataServices,
    routes:
      first === undefined
        ? []
        : [{ hostname: `${recipe.fleet}.localhost`, port: 8080, service: first.name, servicePort: first.port }],
    leftOut: leftOutOf(recipe),
  }
}

export function summaryOf(snapshot: Snapshot): SnapshotSummary {
  const { id, version: of, number, parent, takenAt, by, note, leftOut } = snapshot
  return {
    id,
    version: of,
    number,
    parent,
    takenAt,
    by,
    note,
    leftOut,
    bytes: 3_100_000 + (Number.parseInt(id.slice(0, 5), 16) % 9_000_000),
    consistent: snapshot.services.every(service => service.consistent),
    services: snapshot.services.map(service => ({
      name: service.name,
      image: service.image,
      imageId: service.imageId,
      origin: service.origin,
      replicas: service.replicas,
      ports: service.run.ports.map(({ port }) => port),
    })),
  }
}

export function setOf(snapshot: Snapshot, state: SetState, container: SetContainer['state'], at: number): ContainerSet {
  return {
    id: setIdOf(snapshot.fleet, snapshot.number),
    fleetId: snapshot.fleetId,
    snapshotId: snapshot.id,
    number: snapshot.number,
    version: snapshot.version,
    state,
    network: `flotilla-${snapshot.fleet}-${snapshot.number}`,
    containers: snapshot.services.flatMap(service =>
      Array.from({ length: service.replicas }, (_, index) => ({
        id: digest(`${snapshot.fleet}/${snapshot.number}/${service.name}/${index}`),
        name: `${snapshot.fleet}-${snapshot.number}-${service.name}-${index + 1}`,
        service: service.name,
        replica: index + 1,
        state: container,
      })),
    ),
    report: null,
    launchedAt: at,
    launchMs: 2_140,
    seal: null,
    anonymousVolumes: [],
  }
}

export function entryOf(
  given: Partial<JournalEntry> & Pick<JournalEntry, 'seq' | 'at' | 'op' | 'fleet'>,
): JournalEntry {
  return {
    fleetId: given.fleet as FleetId,
    endpoint: DEFAULT_ENDPOINT,
    operation: digest(`entry/${given.fleet}/${given.seq}`).slice(0, 12),
    from: null,
    to: null,
    ms: 2,
    outcome: 'done',
    cause: 'user',
    forced: false,
    undoes: null,
    direction: given.undoes == null ? null : 'undo',
    detail: '',
    failure: null,
    subject: null,
    moves: [],
    mark: null,
    ...given,
  }
}
