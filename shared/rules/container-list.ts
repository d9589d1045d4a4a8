import type { Belonging, ListedContainer, ListedPort } from '../contract/containers.ts'
import type { RecordedSet } from '../model/container-set.ts'
import type { SetId } from '../model/ids.ts'
import type { Drift } from '../model/views.ts'
import type { State } from './fold.ts'
import { liveSetOf } from './lookup.ts'
import { bearsOwnName, COMPOSE_LABEL_PREFIX, LABEL, markOf, numberOf } from './names.ts'

/** A container in the engine's list. */
interface Row {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly imageId: string
  readonly state: string
  readonly health: ListedContainer['health']
  readonly labels: ReadonlyMap<string, string>
  readonly ports: readonly Omit<ListedPort, 'href'>[]
  readonly createdAt: number
}

interface KnownOwners {
  readonly state: State
  /** Sets that are being launched: not recorded yet. */
  readonly launching: ReadonlyMap<SetId, RecordedSet>
  readonly drift: ReadonlyMap<SetId, readonly Drift[]>
  /** Whether ports that the engine publishes are on this very machine. */
  readonly isLocal: boolean
}

/** Every container for the list: fleets first, version by version, then Compose projects, then loose ones. */
export function listedContainers(rows: Iterable<Row>, known: KnownOwners): ListedContainer[] {
  const owners = ownersOf(known)
  const drifted = new Set([...known.drift.values()].flatMap(found => found.map(drift => drift.container)))
  return [...rows]
    .filter(row => row.labels.get(LABEL.role) !== 'compare')
    .map(({ id, name, image, imageId, state, health, createdAt, labels, ports }): ListedContainer => {
      const belongs = owners.byId.get(id) ?? owners.byName.get(name) ?? claimed(labels, name)
      return {
        ...{ id, name, imageId, state, health, createdAt, belongs },
        image: owners.images.get(id) ?? image,
        ports: portsOf(ports, known.isLocal),
        isDrifted: belongs.kind === 'foreign' || (belongs.kind === 'set' && drifted.has(name)),
      }
    })
    .sort(inOrder)
}

function ownersOf({ state, launching }: KnownOwners) {
  const byId = new Map<string, Belonging>()
  const byName = new Map<string, Belonging>()
  /** The containers of a set are made from an id; the snapshot knows its name. */
  const images = new Map<string, string>()
  for (const fleet of state.fleets.values()) {
    for (const { name, source } of fleet.services)
      for (const container of source) byName.set(container, { kind: 'source', fleet: fleet.name, service: name })
    for (const data of fleet.dataServices)
      byName.set(data.container, { kind: 'data', fleet: fleet.name, service: data.name })
  }
  for (const set of [...launching.values(), ...state.sets.values()]) {
    const fleet = state.fleets.get(set.fleetId)
    if (fleet === undefined) continue
    const isLive = liveSetOf(state, set.fleetId)?.id === set.id
    const place = isLive ? 'live' : set.state === 'stopped' ? 'stopped' : 'warm'
    const services = state.snapshots.get(set.snapshotId)?.services
    for (const { id, service } of set.containers) {
      byId.set(id, { kind: 'set', fleet: fleet.name, version: set.version, service, state: place })
      const image = services?.find(one => one.name === service)?.image
      if (image !== undefined) images.set(id, image)
    }
  }
  return { byId, byName, images }
}

/** The owner that labels claim for a container that the journal does not know. Inherited labels claim nothing. */
function claimed(labels: ReadonlyMap<string, string>, name: string): Belonging {
  const mark = markOf(labels)
  if (mark?.role === 'set' && bearsOwnName(labels, name))
    return { kind: 'foreign', fleet: mark.fleet, service: mark.service ?? '' }
  const project = labels.get(`${COMPOSE_LABEL_PREFIX}project`)
  const service = labels.get(`${COMPOSE_LABEL_PREFIX}service`)
  return project ? { kind: 'compose', project, service: service ?? '' } : { kind: 'loose' }
}

/** The same port is published for both kinds of addresses; one of them is enough to know. */
function portsOf(ports: Row['ports'], isLocal: boolean): ListedPort[] {
  const seen = new Set<string>()
  const listed = ports.map(port => ({ ...port, href: isLocal ? hrefOf(port) : null }))
  return listed
    .sort((a, b) => a.port - b.port || Number(a.href === null) - Number(b.href === null))
    .filter(({ port, protocol, hostPort }) => {
      const key = `${port}/${protocol}/${hostPort}`
      return seen.has(key) ? false : seen.add(key)
    })
}

/** Only what answers on loopback: nothing leads to another machine. */
function hrefOf({ protocol, host, hostPort }: Omit<ListedPort, 'href'>): string | null {
  if (protocol !== 'tcp' || hostPort === null) return null
  return ['127.0.0.1', '0.0.0.0', '::', '::1', ''].includes(host ?? '') ? `http://localhost:${hostPort}` : null
}

const ranks: Readonly<Record<Belonging['kind'], number>> = {
  set: 0,
  data: 1,
  source: 2,
  foreign: 3,
  compose: 4,
  loose: 5,
}

function inOrder(a: ListedContainer, b: ListedContainer): number {
  const [one, other] = [a.belongs, b.belongs]
  const isOurs = (belongs: Belonging) => ('fleet' in belongs ? 0 : ranks[belongs.kind])
  return (
    isOurs(one) - isOurs(other) ||
    compare(ownerOf(one), ownerOf(other)) ||
    ranks[one.kind] - ranks[other.kind] ||
    newest(one) - newest(other) ||
    compare(serviceOf(one), serviceOf(other)) ||
    compare(a.name, b.name) ||
    compare(a.id, b.id)
  )
}

function ownerOf(belongs: Belonging): string {
  if ('fleet' in belongs) return belongs.fleet
  return belongs.kind === 'compose' ? belongs.project : ''
}

function serviceOf(belongs: Belonging): string {
  return belongs.kind === 'loose' ? '' : belongs.service
}

/** The live version stands first, then newer before older. */
function newest(belongs: Belonging): number {
  if (belongs.kind !== 'set') return 0
  return belongs.state === 'live' ? Number.MIN_SAFE_INTEGER : -numberOf(belongs.version)
}

/** `web-2` before `web-10`. */
const collator = new Intl.Collator('en', { numeric: true })

function compare(one: string, other: string): number {
  return collator.compare(one, other)
}
