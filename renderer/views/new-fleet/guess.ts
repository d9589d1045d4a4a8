import type { ContainerSummary } from '../../../shared/model/views.ts'

/** The role that a container would have in a fleet, with the reason. */
export interface Guess {
  readonly container: ContainerSummary
  readonly role: 'service' | 'data'
  /** The name of the service that it is a replica of. */
  readonly service: string
  readonly reason: string
}

export interface Group {
  /** The Compose project, or null for containers that belong to none. */
  readonly project: string | null
  readonly guesses: readonly Guess[]
}

const STATEFUL =
  /(?:^|\/)(?:postgres|postgis|mysql|mariadb|mongo|redis|valkey|elasticsearch|opensearch|rabbitmq|kafka|minio|clickhouse|cassandra|influxdb|couchdb|neo4j|etcd|memcached)/

/** Containers that no fleet has yet, by Compose project; those that look as if they hold state are marked. */
export function adoptable(containers: readonly ContainerSummary[]): readonly Group[] {
  const groups = new Map<string | null, Guess[]>()
  for (const container of containers) {
    if (container.fleet !== null) continue
    const project = container.compose?.project ?? null
    groups.set(project, [...(groups.get(project) ?? []), guessOf(container)])
  }
  return [...groups]
    .map(([project, guesses]) => ({ project, guesses }))
    .sort((a, b) => Number(a.project === null) - Number(b.project === null))
}

function guessOf(container: ContainerSummary): Guess {
  const service = nameOf(container.compose?.service ?? container.name)
  const [image = ''] = container.image.split(':')
  const [volume] = container.volumes
  if (STATEFUL.test(image)) {
    return {
      container,
      role: 'data',
      service,
      reason: `Its image is ${image}, which holds state${volume === undefined ? '' : `, in the volume ${volume}`}`,
    }
  }
  if (volume !== undefined) return { container, role: 'data', service, reason: `It writes to the volume ${volume}` }
  return {
    container,
    role: 'service',
    service,
    reason: 'Its image does not look as if it held state, and it writes to no volume',
  }
}

/** A service's name from anything: lower case, digits and dashes. */
export function nameOf(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
  return name === '' ? 'service' : name.replaceAll(/-+$/g, '')
}
