import type { RecordedSet } from '../model/container-set.ts'
import type { Plan } from '../model/plan.ts'
import { LABEL } from './names.ts'

/*
 * Networks of sets: which one is a set's own, who uses it, and what becomes of it when the set goes.
 */

interface FoundNetwork {
  readonly id: string
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
}

interface Use {
  readonly id: string
  readonly name: string
  readonly networks: readonly { readonly id: string; readonly name: string }[]
}

type OfSet = Pick<RecordedSet, 'id' | 'number' | 'network'>

/**
 * Whether a network under the set's name was made for it: by its labels for this very set, or by this home for an earlier
 * set of the same version, which had to leave it behind.
 */
export function isOwnNetwork(set: OfSet, home: string, { name, labels }: Omit<FoundNetwork, 'id'>): boolean {
  if (name !== set.network) return false
  if (labels.get(LABEL.set) === set.id) return true
  const isOfHome = home !== '' && labels.get(LABEL.home) === home
  return isOfHome && labels.get(LABEL.role) === 'set' && labels.get(LABEL.number) === String(set.number)
}

interface End {
  readonly id: string
  readonly name: string
}

/**
 * Whether an end of a container is on this network. A stopped container has no id of its networks on some engines, only
 * their names; Podman gives the name as the id.
 */
export function isEndOn(end: End, network: End): boolean {
  const hasNameOnly = end.id === '' || end.id === end.name
  return end.id === network.id || (hasNameOnly && end.name === network.name)
}

function isOn({ networks }: Pick<Use, 'networks'>, network: End): boolean {
  return networks.some(end => isEndOn(end, network))
}

/** A network that a removal leaves behind, and the containers of others that use it. */
export interface UsedNetwork {
  readonly id: string
  readonly name: string
  /** The data services that leave it. */
  readonly attached: readonly string[]
  readonly users: readonly string[]
}

interface Doomed {
  /** Ids of the containers that go, too. */
  readonly containers: readonly string[]
  readonly networks: readonly { readonly id: string; readonly attached: readonly string[] }[]
}

/** Of the networks that are to go, those that containers of others use: a stopped one could not start without it. */
export function networksOfOthers(
  { containers, networks }: Doomed,
  rows: readonly Pick<FoundNetwork, 'id' | 'name'>[],
  uses: readonly Use[],
): readonly UsedNetwork[] {
  return networks.flatMap(({ id, attached }) => {
    const row = rows.find(candidate => candidate.id === id)
    if (row === undefined) return []
    const isOurs = (use: Use) => containers.includes(use.id) || attached.includes(use.name) || attached.includes(use.id)
    const users = uses.filter(use => isOn(use, row) && !isOurs(use)).map(({ name }) => name)
    return users.length === 0 ? [] : [{ id, name: row.name, attached, users }]
  })
}

/** `dbg uses it`, `a and b use it` */
export function usedByText(users: readonly string[]): string {
  const last = users.at(-1)
  if (last === undefined) return 'it is in use'
  return users.length === 1 ? `${last} uses it` : `${users.slice(0, -1).join(', ')} and ${last} use it`
}

/** `dbg uses it; it is removed when dbg has left` */
export function usersText({ users }: Pick<UsedNetwork, 'users'>): string {
  return `${usedByText(users)}; it is removed when ${users.length === 1 ? `${users[0]} has` : 'they have'} left`
}

/** `network shop-2 stays: dbg uses it; it is removed when dbg has left` */
export function staysText(left: UsedNetwork): string {
  return `network ${left.name} stays: ${usersText(left)}`
}

/** Plan steps for the networks that a removal leaves behind. */
export function stepsOfLeft(left: readonly UsedNetwork[]): Plan['steps'] {
  return left.map(one => ({ action: 'keep', what: `network ${one.name}`, detail: usersText(one) }))
}

/** The containers of a set that are there and not on its network. */
export function detachedMembers(
  set: Pick<RecordedSet, 'containers'>,
  network: Pick<FoundNetwork, 'id' | 'name'>,
  uses: readonly Use[],
): RecordedSet['containers'] {
  return set.containers.filter(({ id }) => {
    const use = uses.find(candidate => candidate.id === id)
    return use !== undefined && !isOn(use, network)
  })
}
