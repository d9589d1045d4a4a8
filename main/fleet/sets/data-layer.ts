import { fail, orNull } from '../../../shared/failure.ts'
import type { DataService, Fleet } from '../../../shared/model/fleet.ts'
import { answersAs } from '../../../shared/rules/data-drift.ts'
import { type DataSight, decideData } from '../../../shared/rules/data-volumes.ts'
import { setsOf } from '../../../shared/rules/lookup.ts'
import type { ContainerDetail } from '../../engine/model.ts'
import type { Parts } from '../parts.ts'
import { createDataContainer } from './create-data.ts'

interface Joining {
  readonly fleet: Fleet
  readonly data: readonly DataService[]
  /** Networks beside those of the sets that run. */
  readonly networks: readonly string[]
  readonly operation: string
  readonly signal: AbortSignal
  /** Volumes that are gone are replaced by new ones. */
  readonly empty?: boolean
}

/**
 * Lets data services run, in the network of every set that runs: a container that had to be made anew is in none yet. It
 * persists beside all versions: never copied, never removed by a launch, a switch or a sweep.
 */
export async function joinDataLayer(parts: Parts, joining: Joining): Promise<void> {
  const { fleet, data, operation, signal, empty = false } = joining
  const ids = new Map<DataService, string>()
  const running = setsOf(parts.store.journal.state(), fleet.id)
    .filter(({ id, state }) => state === 'running' && !parts.live.leaving.has(id))
    .map(({ network }) => network)
  const networks = [...new Set([...joining.networks, ...running])]
  for (const one of data)
    ids.set(one, await ensureDataService(parts, { fleet, data: one, networks, operation, signal, empty }))
  for (const [{ name }, id] of ids) {
    for (const network of joining.networks) await connect(parts, { id, network, name }, signal)
    for (const network of running.filter(one => !joining.networks.includes(one)))
      await orNull(connect(parts, { id, network, name }, signal))
  }
}

interface Connection {
  readonly id: string
  readonly network: string
  /** The service's name, under which the containers of a set look for it. */
  readonly name: string
}

/** Connects a container under the service's name; one that is connected under other names only is connected anew. */
async function connect(parts: Parts, { id, network, name }: Connection, signal: AbortSignal): Promise<void> {
  const detail = await parts.engine.inspectContainer(id, { signal })
  if (answersAs(detail, network, name)) return
  const before = detail.networks.find(one => one.name === network)
  if (before !== undefined) await parts.engine.disconnectNetwork(network, id, { signal })
  const aliases = (before?.aliases ?? []).filter(alias => !id.startsWith(alias))
  await parts.engine.connectNetwork(network, id, [...aliases, name], { signal })
}

interface Ensuring extends Omit<Joining, 'data'> {
  readonly data: DataService
}

/** Makes sure that the container is there and runs. Returns its id. */
async function ensureDataService(parts: Parts, wish: Ensuring): Promise<string> {
  const { fleet, data, signal, empty = false } = wish
  const sight = await lookAtData(parts, data, signal)
  const decision = decideData(sight, { fleet: fleet.name, empty })
  if (decision.kind === 'refuse') return fail('not-found', decision.message, { hint: decision.hint })
  const volumes = decision.kind === 'replace' ? decision.volumes : []
  const id = sight.found?.id ?? (await createDataContainer(parts, { ...wish, volumes }))
  if (decision.kind !== 'keep') await parts.engine.startContainer(id, { signal })
  return id
}

/** Looks at a data service on the engine; its volumes are looked for where its container is gone. */
export async function lookAtData(
  parts: Parts,
  data: DataService,
  signal: AbortSignal,
): Promise<DataSight & { readonly found: ContainerDetail | null }> {
  const found = await inspectOrNull(parts, data.container, signal)
  if (found !== null) return { data, found, state: found.state, existing: new Set(), declared: [] }
  const [rows, image] = await Promise.all([
    parts.engine.volumeRows({ signal }),
    orNull(parts.engine.inspectImage(data.imageId, { signal })),
  ])
  const existing = new Set(rows.map(({ name }) => name))
  return { data, found, state: null, existing, declared: image?.config.volumes ?? [] }
}

/** The container under this name, or null where there is none. */
export async function inspectOrNull(parts: Parts, name: string, signal: AbortSignal): Promise<ContainerDetail | null> {
  return orNull(parts.engine.inspectContainer(name, { signal }))
}
