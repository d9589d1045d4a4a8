import type { Draft } from './service.ts'

/** Images whose containers hold state; the last part of the name, without what stands around it. */
const STATEFUL = new Map<string, string>([
  ...words(
    'a database',
    'postgres postgresql postgis timescaledb pgvector mysql mariadb percona mongo mongodb cassandra scylla couchdb couchbase cockroach',
  ),
  ...words(
    'a database',
    'neo4j influxdb clickhouse clickhouse-server mssql oracle rethinkdb arangodb dgraph surrealdb edgedb tidb yugabyte ferretdb victoria-metrics',
  ),
  ...words('a store in memory', 'redis valkey keydb dragonfly'),
  ...words('a search index', 'elasticsearch opensearch solr meilisearch typesense qdrant weaviate milvus'),
  ...words('a message broker', 'rabbitmq kafka zookeeper redpanda pulsar activemq artemis nats mosquitto emqx'),
  ...words('an object store', 'minio seaweedfs'),
  ...words('a store of configuration', 'etcd consul vault'),
])

/** Places where images keep what must outlive them. */
const STATE_PLACE = /^\/(?:var\/lib|data|bitnami|db|var\/opt|srv\/data)(?:\/|$)/

/** Why a service is taken to hold state, or null when it is not. */
export function stateOf(draft: Draft): string | null {
  const image = draft.image ?? ''
  const kind = STATEFUL.get(baseName(image))
  if (kind !== undefined) return `the image ${image} is ${kind}`
  const volume = draft.mounts.find(
    mount => mount.kind === 'volume' && mount.source !== '' && !mount.readOnly && STATE_PLACE.test(mount.target),
  )
  return volume === undefined || draft.hasBuild
    ? null
    : `it keeps its state in the volume ${volume.source} at ${volume.target}`
}

/** `postgres` of `registry:5000/library/postgres:16@sha256:...` */
function baseName(image: string): string {
  const path = image.split('@')[0] ?? ''
  return (path.split('/').at(-1) ?? '').split(':')[0]?.toLowerCase() ?? ''
}

function words(kind: string, names: string): [string, string][] {
  return names.split(' ').map(name => [name, kind])
}
