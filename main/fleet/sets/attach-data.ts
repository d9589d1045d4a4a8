import type { DataService } from '../../../shared/model/fleet.ts'
import type { FleetId } from '../../../shared/model/ids.ts'
import type { Change } from '../../../shared/model/journal.ts'
import { ownRun } from '../../../shared/rules/complete-run.ts'
import { volumesNow } from '../../../shared/rules/data-volumes.ts'
import { LABEL } from '../../../shared/rules/names.ts'
import { sealRun } from '../../../shared/rules/secrets.ts'
import type { ContainerDetail } from '../../engine/model.ts'
import type { Parts } from '../parts.ts'
import { inspectOrNull } from './data-layer.ts'

/** A data service with the record of a container that becomes its own, and of that container's volumes. */
export function attachTo<T extends DataService>(
  parts: Parts,
  data: T,
  detail: Pick<ContainerDetail, 'id' | 'run' | 'networks' | 'ports'>,
): T {
  const { id, run } = detail
  const sealed = sealRun(ownRun(run), value => parts.store.secrets.seal(value))
  return {
    ...data,
    attached: { id, run: sealed, ...placeOf(detail) },
    volumes: volumesNow(data.volumes ?? [], run.mounts),
  }
}

/** Where a container is reached. The engine itself gives a container its short id as an alias. */
function placeOf({ id, networks, ports }: Pick<ContainerDetail, 'id' | 'networks' | 'ports'>) {
  return {
    networks: networks.map(({ name, aliases }) => ({ name, aliases: aliases.filter(alias => !id.startsWith(alias)) })),
    published: ports.flatMap(({ host, hostPort, ...port }) =>
      hostPort === null ? [] : [{ ...port, host: host ?? '', hostPort }],
    ),
  }
}

/**
 * The fleet's record with its data services as they were attached: those that had none yet, and those whose container was
 * made anew here. One that somebody else replaced stays as it was recorded, and shows as drift.
 */
export async function recordAttached(parts: Parts, fleetId: FleetId, signal: AbortSignal): Promise<readonly Change[]> {
  const before = parts.store.journal.state().fleets.get(fleetId)?.dataServices ?? []
  const after = await attachFound(parts, before, signal)
  const records = new Map(after.filter(data => !before.includes(data)).map(data => [data.name, data]))
  const now = parts.store.journal.state().fleets.get(fleetId)
  if (now === undefined || records.size === 0) return []
  const dataServices = now.dataServices.map(data => {
    const record = records.get(data.name)
    return record === undefined ? data : { ...data, attached: record.attached, volumes: record.volumes }
  })
  return [{ kind: 'fleet', fleet: { ...now, dataServices } }]
}

/** Records data services with their containers on the engine; those without one are returned as they are. */
export async function attachFound(
  parts: Parts,
  dataServices: readonly DataService[],
  signal: AbortSignal,
): Promise<DataService[]> {
  const found: DataService[] = []
  for (const data of dataServices) {
    const detail = await inspectOrNull(parts, data.container, signal)
    found.push(detail === null ? data : withRecord(parts, data, detail))
  }
  return found
}

function withRecord(parts: Parts, data: DataService, detail: ContainerDetail): DataService {
  const { attached, volumes } = data
  const isOurs = detail.labels.get(LABEL.role) === 'data' && detail.labels.get(LABEL.home) === parts.home.id
  if (attached === undefined || (isOurs && attached.id !== detail.id)) return attachTo(parts, data, detail)
  if (attached.id !== detail.id) return data
  const isPlaced =
    attached.networks !== undefined && (attached.published?.length !== 0 || placeOf(detail).published.length === 0)
  if (volumes !== undefined && isPlaced) return data
  return {
    ...data,
    attached: { ...attached, ...placeOf(detail) },
    volumes: volumes ?? volumesNow([], detail.run.mounts),
  }
}
