import { FailureError, fail } from '../../../shared/failure.ts'
import type { AttachedContainer, DataService, Fleet } from '../../../shared/model/fleet.ts'
import type { FleetId } from '../../../shared/model/ids.ts'
import type { Change } from '../../../shared/model/journal.ts'
import { ownRun } from '../../../shared/rules/complete-run.ts'
import { setsOf } from '../../../shared/rules/lookup.ts'
import { LABEL, labelsOf } from '../../../shared/rules/names.ts'
import { openRun, sealRun } from '../../../shared/rules/secrets.ts'
import type { ContainerDetail } from '../../engine/engine.ts'
import type { Running } from '../operations.ts'
import type { Parts } from '../parts.ts'

/**
 * Makes sure that the container of every data service is there and runs. It persists beside all versions: never copied,
 * never removed by a launch, a switch or a sweep. Returns the containers' ids by service name.
 */
export async function ensureDataLayer(
  parts: Parts,
  fleet: Fleet,
  { operation, signal }: Pick<Running, 'operation' | 'signal'>,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>()
  for (const data of fleet.dataServices) {
    ids.set(data.name, await ensureDataService(parts, { fleet, data, operation, signal }))
  }
  return ids
}

interface Joining {
  readonly fleet: Fleet
  readonly data: readonly DataService[]
  /** Networks beside those of the sets that run. */
  readonly networks: readonly string[]
  readonly operation: string
  readonly signal: AbortSignal
}

/** Lets data services run, in the network of every set that runs: a container that had to be made anew is in none yet. */
export async function joinDataLayer(parts: Parts, joining: Joining): Promise<void> {
  const { fleet, data, operation, signal } = joining
  const ids = await ensureDataLayer(parts, { ...fleet, dataServices: [...data] }, { operation, signal })
  const running = setsOf(parts.store.journal.state(), fleet.id).filter(({ state }) => state === 'running')
  const networks = new Set([...joining.networks, ...running.map(({ network }) => network)])
  const known = await parts.engine.listNetworks({ labels: [] }, { signal })
  // The network of another set may have been removed by hand: drift tells of it, and a start of that set makes it again.
  const isThere = (network: string) => joining.networks.includes(network) || known.some(({ name }) => name === network)
  for (const network of [...networks].filter(isThere))
    for (const [name, id] of ids) await parts.engine.connectNetwork(network, id, [name], { signal })
}

interface Ensuring {
  readonly fleet: Fleet
  readonly data: DataService
  readonly operation: string
  readonly signal: AbortSignal
}

async function ensureDataService(parts: Parts, { fleet, data, operation, signal }: Ensuring): Promise<string> {
  const found = await inspectOrNull(parts, data.container, signal)
  if (found !== null) {
    if (found.state !== 'running') await parts.engine.startContainer(found.id, { signal })
    return found.id
  }
  if (data.run === null) {
    return fail('not-found', `The data service ${data.name} has lost its container ${data.container}`, {
      hint: 'Start a container under that name, with the volumes of the old one, and try again',
    })
  }
  const { run, missing } = openRun(data.run, reference => parts.store.secrets.open(reference))
  if (missing.length > 0)
    fail('not-found', `The data service ${data.name} needs secrets that are not kept here any more`)
  const ours = labelsOf({
    role: 'data',
    fleet: fleet.name,
    service: data.name,
    home: parts.home.id,
    operation,
    number: null,
    set: null,
    replica: null,
  })
  for (const mount of run.mounts) {
    if (mount.kind === 'volume') await parts.engine.createVolume(mount.source, ours, { signal })
  }
  const { id } = await parts.engine.createContainer(
    { name: data.container, imageId: data.imageId, run, labels: ours, network: null, publish: false, init: true },
    { signal },
  )
  await parts.engine.startContainer(id, { signal })
  return id
}

/** The container under this name, or null where there is none. */
export async function inspectOrNull(parts: Parts, name: string, signal: AbortSignal): Promise<ContainerDetail | null> {
  try {
    return await parts.engine.inspectContainer(name, { signal })
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === 'not-found') return null
    throw error
  }
}

/** The record of a container that becomes a data service. */
export function attachedAs(parts: Parts, { id, run }: Pick<ContainerDetail, 'id' | 'run'>): AttachedContainer {
  return { id, run: sealRun(ownRun(run), value => parts.store.secrets.seal(value)) }
}

/**
 * The fleet's record with its data services as they were attached: those that had none yet, and those whose container was
 * made anew here. One that somebody else replaced stays as it was recorded, and shows as drift.
 */
export async function recordAttached(parts: Parts, fleetId: FleetId, signal: AbortSignal): Promise<readonly Change[]> {
  const before = parts.store.journal.state().fleets.get(fleetId)
  const records = new Map<string, AttachedContainer>()
  for (const data of before?.dataServices ?? []) {
    const detail = await inspectOrNull(parts, data.container, signal)
    if (detail !== null && needsRecord(parts, data, detail)) records.set(data.name, attachedAs(parts, detail))
  }
  const now = parts.store.journal.state().fleets.get(fleetId)
  if (now === undefined || records.size === 0) return []
  const dataServices = now.dataServices.map(data => {
    const attached = records.get(data.name)
    return attached === undefined ? data : { ...data, attached }
  })
  return [{ kind: 'fleet', fleet: { ...now, dataServices } }]
}

function needsRecord(parts: Parts, { attached }: DataService, { id, labels }: ContainerDetail): boolean {
  if (attached === undefined) return true
  const isOurs = labels.get(LABEL.role) === 'data' && labels.get(LABEL.home) === parts.home.id
  return isOurs && attached.id !== id
}
