import { fail } from '../../../shared/failure.ts'
import type { RecordedSet } from '../../../shared/model/container-set.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import { labelsOf } from '../../../shared/rules/names.ts'
import { detachedMembers, isOwnNetwork } from '../../../shared/rules/set-network.ts'
import type { CallOptions } from '../../engine/model.ts'
import type { Parts } from '../parts.ts'
import { inspectOrNull } from './data-layer.ts'

interface Mending {
  readonly fleet: Fleet
  readonly set: RecordedSet
  readonly operation: string
  readonly signal: AbortSignal
}

/** Whether the engine has a network under the name of the set's. */
export async function hasNetwork(
  parts: Parts,
  { network }: Pick<RecordedSet, 'network'>,
  options: CallOptions,
): Promise<boolean> {
  const networks = await parts.engine.listNetworks({ labels: [] }, options)
  return networks.some(({ name }) => name === network)
}

/** Whether the set's network is there, and the containers of the set are on it. */
export async function isNetworkWhole(parts: Parts, set: RecordedSet, options: CallOptions): Promise<boolean> {
  const [networks, uses] = await Promise.all([
    parts.engine.listNetworks({ labels: [] }, options),
    parts.engine.containerUses(options),
  ])
  const found = networks.find(({ name }) => name === set.network)
  return found !== undefined && detachedMembers(set, found, uses).length === 0
}

/**
 * Makes the network of a set again where it was removed, as a launch makes it, and connects the containers of the set
 * that are not on it under their service's name. Returns what was done, in words; empty where nothing was.
 */
export async function mendNetwork(parts: Parts, mending: Mending): Promise<string> {
  const { set, signal } = mending
  const networks = await parts.engine.listNetworks({ labels: [] }, { signal })
  const found = networks.find(({ name }) => name === set.network)
  const network = found ?? (await makeNetwork(parts, mending))
  const detached = detachedMembers(set, network, await parts.engine.containerUses({ signal }))
  if (found !== undefined && detached.length > 0) refuseOther(parts, set, found)
  for (const { id, service, name } of detached)
    await connect(parts, { set, network: network.id, container: id, aliases: [service, name] }, signal)
  if (found === undefined) await connectData(parts, mending, network.id)
  const made = found === undefined ? [`network ${set.network} made again`] : []
  const names = detached.map(({ name }) => name).join(', ')
  return [...made, ...(names === '' ? [] : [`${names} connected`])].join(', ')
}

/** Our containers are not put on a network of others. */
function refuseOther(parts: Parts, set: RecordedSet, found: Parameters<typeof isOwnNetwork>[2]): void {
  if (isOwnNetwork(set, parts.home.id, found)) return
  fail('conflict', `The network ${set.network} was removed, and another one was made under its name`, {
    hint: `Remove that one, then try again; the network is made as it was: docker network rm ${set.network}`,
  })
}

async function makeNetwork(parts: Parts, { fleet, set, operation, signal }: Mending) {
  const labels = labelsOf({
    role: 'set',
    fleet: fleet.name,
    number: set.number,
    set: set.id,
    operation,
    home: parts.home.id,
    service: null,
    replica: null,
  })
  const { id } = await parts.engine.createNetwork({ name: set.network, labels }, { signal })
  return { id, name: set.network }
}

interface Connecting {
  readonly set: RecordedSet
  readonly network: string
  readonly container: string
  readonly aliases: readonly string[]
}

/** A container that stood still when its network was removed still names the old one, and could not start. */
async function connect(
  parts: Parts,
  { set, network, container, aliases }: Connecting,
  signal: AbortSignal,
): Promise<void> {
  await parts.engine.disconnectNetwork(set.network, container, { signal })
  await parts.engine.connectNetwork(network, container, aliases, { signal })
}

/** The data services that have a container; one that is gone is made anew by a start. */
async function connectData(parts: Parts, { fleet, set, signal }: Mending, id: string): Promise<void> {
  for (const { container, name } of fleet.dataServices)
    if ((await inspectOrNull(parts, container, signal)) !== null)
      await connect(parts, { set, network: id, container, aliases: [name] }, signal)
}
