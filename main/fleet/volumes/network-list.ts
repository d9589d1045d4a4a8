import type { NetworkSummary, ThingsRemoved } from '../../../shared/contract/volumes.ts'
import type { Emit, Item, Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { named } from '../../../shared/rules/operations.ts'
import { isEndOn } from '../../../shared/rules/set-network.ts'
import { chooseThings, isBuiltInNetwork, networkOwners } from '../../../shared/rules/volumes.ts'
import type { Caller } from '../caller.ts'
import { followLook } from '../feeds/follow-look.ts'
import type { Parts } from '../parts.ts'
import { tell } from '../tell.ts'
import { planOfThings, refuseAllKept, removedText, removeThings, thingsNamed } from './things-remove.ts'
import { refuseOurLabels } from './volume-list.ts'

export async function listNetworks(parts: Parts, signal: AbortSignal): Promise<NetworkSummary[]> {
  const [rows, containers] = await Promise.all([
    parts.engine.networkRows({ signal }),
    parts.engine.containerUses({ signal }),
  ])
  const owners = networkOwners(parts.store.journal.state(), rows)
  return rows
    .map(row => ({
      ...row,
      labels: [...row.labels].map(([name, value]): [string, string] => [name, value]),
      subnets: [...row.subnets],
      isBuiltIn: isBuiltInNetwork(row.name),
      usedBy: containers.flatMap(({ id, name, state, networks }) => {
        const end = networks.find(one => isEndOn(one, row))
        return end === undefined ? [] : [{ id, name, state, detail: end.address }]
      }),
      owner: owners.get(row.name) ?? null,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

export function followNetworks(parts: Parts, emit: Emit<Item<'networks.state'>>): () => void {
  return followLook<NetworkSummary[]>(
    parts,
    {
      hints: ({ kind, action }) =>
        kind === 'network' || (kind === 'container' && /^(create|destroy|start|die)$/.test(action)),
      look: async (signal, tell) => tell(await listNetworks(parts, signal)),
    },
    ({ value, failure }) => emit({ networks: value, failure }),
  )
}

export async function createNetwork(parts: Parts, input: Parsed<'network.create'>, caller: Caller): Promise<void> {
  const { name, driver, isInternal, subnet, labels } = input
  refuseOurLabels(labels)
  await tell(parts, caller, { ...named('network.create', name), fleet: null }, async ({ signal }) => {
    await parts.engine.createNetwork({ name, driver, isInternal, subnet, labels }, { signal })
    return { value: undefined, detail: name }
  })
}

export async function planOfNetworkRemoval(
  parts: Parts,
  { names }: Parsed<'network.removePlan'>,
  signal: AbortSignal,
): Promise<Plan> {
  const networks = thingsNamed(await listNetworks(parts, signal), names, 'network')
  return planOfThings(chooseThings(networks, false), { one: 'network', detail })
}

export async function removeNetworks(
  parts: Parts,
  { names }: Parsed<'network.remove'>,
  caller: Caller,
): Promise<ThingsRemoved> {
  const about = names.length === 1 ? `the network ${names[0]}` : `${names.length} networks`
  return tell(parts, caller, { ...named('network.remove', about), fleet: null }, async running => {
    const networks = thingsNamed(await listNetworks(parts, running.signal), names, 'network')
    const builtIn = networks.find(network => network.isBuiltIn)
    if (builtIn !== undefined) fail('refused', `${builtIn.name} is the engine's own`)
    const choice = chooseThings(networks, false)
    refuseAllKept(choice, { owned: 'It goes with the set that it belongs to' })
    return removeChosen(parts, choice, running)
  })
}

export async function planOfNetworkPrune(parts: Parts, signal: AbortSignal): Promise<Plan> {
  return planOfThings({ ...(await choosePrune(parts, signal)), kept: [] }, { one: 'network', detail })
}

/** Removes what no container hangs on and no fleet owns. */
export async function pruneNetworks(parts: Parts, caller: Caller): Promise<ThingsRemoved> {
  return tell(parts, caller, { ...named('network.prune'), fleet: null }, async running =>
    removeChosen(parts, { ...(await choosePrune(parts, running.signal)), kept: [] }, running),
  )
}

type Choice = ReturnType<typeof chooseThings<NetworkSummary>>

async function choosePrune(parts: Parts, signal: AbortSignal): Promise<Choice> {
  const networks = await listNetworks(parts, signal)
  return chooseThings(
    networks.filter(network => !network.isBuiltIn),
    false,
  )
}

async function removeChosen(parts: Parts, choice: Choice, running: Parameters<typeof removeThings>[2]) {
  const { signal } = running
  const remove = (name: string) => parts.engine.removeNetwork(name, { signal })
  const told = await removeThings(choice, { one: 'network', detail, remove }, running)
  return { value: { ...told, freedBytes: null }, detail: removedText(told, 'network') }
}

function detail({ driver, subnets }: NetworkSummary): string {
  return [driver, ...subnets.map(({ subnet }) => subnet)].join(', ')
}

export async function connectContainer(parts: Parts, input: Parsed<'network.connect'>, caller: Caller): Promise<void> {
  const { network, container, aliases } = input
  const about = `${container} to ${network}`
  await tell(parts, caller, { ...named('network.connect', about), fleet: null }, async ({ signal }) => {
    const id = await editable(parts, container, signal)
    await parts.engine.connectNetwork(network, id, aliases, { signal })
    return { value: undefined, detail: `${container} is reached on ${network}` }
  })
}

export async function disconnectContainer(
  parts: Parts,
  { network, container }: Parsed<'network.disconnect'>,
  caller: Caller,
): Promise<void> {
  const about = `${container} from ${network}`
  await tell(parts, caller, { ...named('network.disconnect', about), fleet: null }, async ({ signal }) => {
    const id = await editable(parts, container, signal)
    await parts.engine.disconnectNetwork(network, id, { signal })
    return { value: undefined, detail: `${container} is not on ${network} any more` }
  })
}

/** The container's id. Containers of a set are not edited: that is what makes a version what it is. */
async function editable(parts: Parts, container: string, signal: AbortSignal): Promise<string> {
  const { id, name } = await parts.engine.inspectContainer(container, { signal })
  const set = [...parts.store.journal.state().sets.values()].find(one =>
    one.containers.some(member => member.id === id),
  )
  if (set !== undefined) {
    fail('refused', `${name} belongs to the set of ${set.version}, which is never edited`, {
      hint: 'Launch a new version instead, or connect a container beside it',
    })
  }
  return id
}
