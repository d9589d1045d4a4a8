import type { Parsed } from '../../../shared/contract.ts'
import type { RecordedSet } from '../../../shared/model/container-set.ts'
import type { Fleet, Service } from '../../../shared/model/fleet.ts'
import type { FleetId, RouteId, SetId } from '../../../shared/model/ids.ts'
import type { Change } from '../../../shared/model/journal.ts'
import type { Route } from '../../../shared/model/route.ts'
import type { RunConfig } from '../../../shared/model/run-config.ts'
import type { Snapshot } from '../../../shared/model/snapshot.ts'
import { count } from '../../../shared/rules/count.ts'
import { freeName } from '../../../shared/rules/endpoints.ts'
import { bearsOwnName, LABEL } from '../../../shared/rules/names.ts'
import { named } from '../../../shared/rules/operations.ts'
import { sealFrom } from '../../../shared/rules/seal.ts'
import { findSecretValues, openRun } from '../../../shared/rules/secrets.ts'
import type { ContainerRow } from '../../engine/model.ts'
import type { Caller } from '../caller.ts'
import type { Parts } from '../parts.ts'
import { attachFound } from '../sets/attach-data.ts'
import { validate } from '../sets/validate.ts'
import { readManifests } from '../snapshots/manifest-image.ts'
import { tell } from '../tell.ts'

/** The outcome of a rebuild: things found, decisions made, and facts that are unknown. */
export interface Rebuilt {
  readonly found: string[]
  readonly chosen: string[]
  readonly unknown: string[]
}

/**
 * Brings back what the engine's labels tell and the journal does not know: fleets and snapshots from manifests, sets
 * from containers, routes from the newest manifest that knew them, pointed at the newest running set that passes its
 * checks. Labels are claims: an image or a container that does not bear them out is named, not believed.
 */
export async function rebuild(
  parts: Parts,
  { takeOver }: Pick<Parsed<'rebuild.run'>, 'takeOver'>,
  caller: Caller,
): Promise<Rebuilt> {
  const told: Rebuilt = { found: [], chosen: [], unknown: [] }
  const homes = [parts.home.id, ...takeOver]
  await tell(parts, caller, { ...named('rebuild.run'), fleet: null }, async ({ signal }) => {
    const snapshots = await believable(parts, homes, told)
    const fleets = await withContainers(parts, newFleets(parts, snapshots, told), signal)
    const sets = await newSets(parts, { snapshots, homes, told, signal })
    await findSecrets(parts, { snapshots, sets, told, signal })
    const routes = await newRoutes(parts, { fleets, snapshots, sets, told, signal })
    const changes: Change[] = [
      ...fleets.map(fleet => ({ kind: 'fleet' as const, fleet })),
      ...snapshots.map(snapshot => ({ kind: 'snapshot' as const, snapshot })),
      ...sets.map(set => ({ kind: 'set' as const, set })),
      ...routes.map(route => ({ kind: 'route' as const, route })),
    ]
    if (changes.length === 0) told.found.push('nothing that is not known already')
    return { value: undefined, detail: told.found.join('; '), changes }
  })
  await parts.observed.refresh()
  await parts.pointer.apply()
  return told
}

/** Manifests that are not known yet and whose images are all there, with the ids that they say. */
async function believable(parts: Parts, homes: readonly string[], told: Rebuilt): Promise<Snapshot[]> {
  const { snapshots, broken, others } = await readManifests(parts, homes)
  for (const [home, theirs] of others) told.unknown.push(otherHomeText(home, theirs))
  for (const image of broken) told.unknown.push(`${image} says it is a manifest and cannot be read`)
  const known = parts.everywhere().snapshots
  const kept: Snapshot[] = []
  for (const snapshot of [...snapshots].sort((a, b) => a.number - b.number)) {
    if (known.has(snapshot.id)) continue
    const missing = await missingImages(parts, snapshot)
    if (missing.length > 0)
      told.unknown.push(`${snapshot.fleet} ${snapshot.version} cannot be launched any more: ${missing.join(', ')}`)
    else kept.push(snapshot)
  }
  return kept
}

function otherHomeText(home: string, snapshots: readonly Snapshot[]): string {
  const fleets = [...new Set(snapshots.map(({ fleet }) => fleet))].map(fleet => {
    const own = snapshots.filter(snapshot => snapshot.fleet === fleet).toSorted((a, b) => a.number - b.number)
    return `${fleet} (${own.map(({ version }) => version).join(', ')})`
  })
  return `${fleets.join(', ')} of another home: left alone. If that home is gone: flotilla rebuild --take-over ${home}`
}

async function missingImages(parts: Parts, snapshot: Snapshot): Promise<string[]> {
  const missing: string[] = []
  for (const service of snapshot.services) {
    try {
      const image = await parts.engine.inspectImage(service.imageId)
      if (image.layers.join() !== service.layers.join()) missing.push(`${service.image} has other layers than recorded`)
    } catch (error) {
      missing.push(`the image of ${service.name} is gone (${error instanceof Error ? error.message : String(error)})`)
    }
  }
  return missing
}

function newFleets(parts: Parts, snapshots: readonly Snapshot[], told: Rebuilt): Fleet[] {
  const known = parts.everywhere().fleets
  const taken = new Set([...known.values()].map(fleet => fleet.name as string))
  const newest = new Map<FleetId, Snapshot>()
  for (const snapshot of snapshots) newest.set(snapshot.fleetId, snapshot)
  return [...newest.values()].flatMap(snapshot => {
    if (known.has(snapshot.fleetId)) return []
    const versions = snapshots.filter(other => other.fleetId === snapshot.fleetId).map(other => other.version)
    told.found.push(`the fleet ${snapshot.fleet} with ${versions.join(', ')}`)
    told.unknown.push(`${snapshot.fleet}: its journal, and the containers it was first made from`)
    const name = freeName(snapshot.fleet, taken)
    taken.add(name)
    return [{ ...fleetOf(parts, snapshot), name }]
  })
}

/** Data services whose containers are still there are attached to them. */
function withContainers(parts: Parts, fleets: readonly Fleet[], signal: AbortSignal): Promise<Fleet[]> {
  return Promise.all(
    fleets.map(async fleet => ({ ...fleet, dataServices: await attachFound(parts, fleet.dataServices, signal) })),
  )
}

function fleetOf(parts: Parts, snapshot: Snapshot): Fleet {
  return {
    id: snapshot.fleetId,
    name: snapshot.fleet,
    createdAt: snapshot.takenAt,
    from: 'rebuilt',
    endpoint: parts.endpoint,
    services: servicesOf(snapshot),
    dataServices: snapshot.dataServices,
  }
}

/** The services that a snapshot tells of, as a fleet has them that was made from nothing else. */
export function servicesOf(snapshot: Snapshot): Service[] {
  return snapshot.services.map(({ name, replicas, checks, pace, dependsOn }) => ({
    name,
    replicas,
    checks,
    pace,
    dependsOn,
    source: [],
    ignored: [],
  }))
}

interface SetSearch {
  readonly snapshots: readonly Snapshot[]
  /** The ids of the homes whose containers are looked for. */
  readonly homes: readonly string[]
  readonly told: Rebuilt
  readonly signal: AbortSignal
}

async function newSets(parts: Parts, { snapshots, homes, told, signal }: SetSearch): Promise<RecordedSet[]> {
  const listed = await parts.engine.listContainers({ labels: [`${LABEL.role}=set`], all: true }, { signal })
  const claiming = listed.filter(({ labels }) => homes.includes(labels.get(LABEL.home) ?? ''))
  const rows = claiming.filter(({ labels, name }) => bearsOwnName(labels, name))
  const strangers = claiming.filter(row => !rows.includes(row)).map(({ name }) => name)
  if (strangers.length > 0)
    told.unknown.push(`${strangers.join(', ')}: labels as of a set, inherited from an image; left alone`)
  const known = parts.everywhere()
  const all = [...known.snapshots.values(), ...snapshots]
  const groups = new Map<string, ContainerRow[]>()
  for (const row of rows) {
    const id = row.labels.get(LABEL.set) ?? ''
    groups.set(id, [...(groups.get(id) ?? []), row])
  }
  const sets: RecordedSet[] = []
  for (const [id, members] of groups) {
    if (id === '' || known.sets.has(id as SetId)) continue // a label's claim, looked up
    // A set's id begins with its fleet's, which a new name does not change.
    const number = Number(members[0]?.labels.get(LABEL.number))
    const snapshot = all.find(candidate => id.startsWith(`${candidate.fleetId}-`) && candidate.number === number)
    if (snapshot === undefined) {
      told.unknown.push(
        `${count(members.length, 'container')} of a set whose snapshot is gone: ${members.map(row => row.name).join(', ')}`,
      )
      continue
    }
    sets.push(setFrom(parts, id as SetId, snapshot, members)) // checked against the snapshot's images below
    told.found.push(`a set of ${snapshot.fleet} ${snapshot.version}, ${count(members.length, 'container')}`)
  }
  return sets
}

function setFrom(parts: Parts, id: SetId, snapshot: Snapshot, rows: readonly ContainerRow[]): RecordedSet {
  const borneOut = rows.filter(row =>
    snapshot.services.some(
      service => service.name === row.labels.get(LABEL.service) && service.imageId === row.imageId,
    ),
  )
  const containers = borneOut.map(row => ({
    id: row.id,
    name: row.name,
    service: row.labels.get(LABEL.service) ?? '',
    replica: Number(row.labels.get(LABEL.replica) ?? 1) || 1,
  }))
  return {
    id,
    fleetId: snapshot.fleetId,
    snapshotId: snapshot.id,
    number: snapshot.number,
    version: snapshot.version,
    state: borneOut.some(row => row.state === 'running') ? 'running' : 'stopped',
    network: `${snapshot.fleet}-${snapshot.number}`,
    containers: containers.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true })),
    report: null,
    launchedAt: parts.now(),
    launchMs: 0,
    seal: sealFrom(borneOut.map(row => row.labels)),
    anonymousVolumes: [],
  }
}

interface Routing {
  readonly fleets: readonly Fleet[]
  readonly snapshots: readonly Snapshot[]
  readonly sets: readonly RecordedSet[]
  readonly told: Rebuilt
  readonly signal: AbortSignal
}

async function newRoutes(parts: Parts, { fleets, snapshots, sets, told, signal }: Routing): Promise<Route[]> {
  const routes: Route[] = []
  const taken = new Set([...parts.everywhere().routes.values()].map(addressOf))
  for (const fleet of fleets) {
    const own = snapshots.filter(snapshot => snapshot.fleetId === fleet.id)
    const knowing = own.findLast(snapshot => snapshot.routes.length > 0)
    if (knowing === undefined) {
      told.unknown.push(`${fleet.name}: its routes; add them again with flotilla route add`)
      continue
    }
    const live = await newestPassing(parts, {
      sets: sets.filter(set => set.fleetId === fleet.id),
      snapshots: own,
      told,
      signal,
    })
    const free = knowing.routes.filter(route => !taken.has(addressOf(route)))
    for (const route of knowing.routes.filter(one => !free.includes(one)))
      told.unknown.push(`${fleet.name}: ${addressOf(route)} leads elsewhere by now, and is left as it is`)
    told.chosen.push(
      `${fleet.name}: ${free.map(addressOf).join(', ') || 'no route'} as ${knowing.version} knew them, pointed at ${live?.version ?? 'nothing'}`,
    )
    for (const route of free) {
      taken.add(addressOf(route))
      routes.push({
        ...route,
        id: parts.newId() as RouteId,
        fleetId: fleet.id,
        setId: live?.id ?? null,
        upgrade: { kind: 'keep' },
        drainMs: 30_000,
      })
    }
  }
  return routes
}

function addressOf({ hostname, port }: Pick<Route, 'hostname' | 'port'>): string {
  return `${hostname}:${port}`
}

/** Secrets went with the home. What still runs shows those that it was given. */
async function findSecrets(parts: Parts, { snapshots, sets, told, signal }: Omit<Routing, 'fleets'>): Promise<void> {
  const running = new Map<string, RunConfig[]>()
  for (const set of sets) {
    for (const container of set.containers) {
      const { run } = await parts.engine.inspectContainer(container.id, { signal })
      const key = `${set.fleetId} ${container.service}`
      running.set(key, [...(running.get(key) ?? []), run])
    }
  }
  for (const snapshot of snapshots) {
    for (const service of snapshot.services) {
      for (const run of running.get(`${snapshot.fleetId} ${service.name}`) ?? []) {
        for (const [reference, value] of findSecretValues(service.run, run))
          parts.store.secrets.remember(reference, value)
      }
      const missing = openRun(service.run, reference => parts.store.secrets.open(reference)).missing
      if (missing.length > 0)
        told.unknown.push(
          `${count(missing.length, 'secret')} of ${service.name} in ${snapshot.fleet} ${snapshot.version}`,
        )
    }
  }
}

async function newestPassing(
  parts: Parts,
  { sets, snapshots, told, signal }: Omit<Routing, 'fleets'>,
): Promise<RecordedSet | undefined> {
  await parts.observed.refresh()
  for (const set of [...sets].sort((a, b) => b.number - a.number)) {
    const snapshot = snapshots.find(candidate => candidate.id === set.snapshotId)
    if (snapshot === undefined || set.state !== 'running') continue
    const report = await validate(parts, { set, snapshot, signal, depth: 'confirm' })
    if (report.passed) return set
    told.chosen.push(`${snapshot.fleet} ${set.version} runs but does not pass its checks, and was passed over`)
  }
  return undefined
}
