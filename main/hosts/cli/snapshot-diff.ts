import type { Snapshot, SnapshotService } from '../../../shared/model.ts'

export interface Difference {
  readonly service: string
  /** `image`, `replicas`, `run.command`, ... or `service` where only one of them has it. */
  readonly what: string
  readonly from: unknown
  readonly to: unknown
}

/** What differs between two snapshots, service by service, in the order of their names. */
export function compareSnapshots(one: Snapshot, other: Snapshot): Difference[] {
  const names = [...new Set([...one.services, ...other.services].map(service => service.name))].sort()
  return names.flatMap(name => {
    const from = one.services.find(service => service.name === name)
    const to = other.services.find(service => service.name === name)
    if (from !== undefined && to !== undefined) return compareServices(from, to)
    return [{ service: name, what: 'service', from: from?.image ?? null, to: to?.image ?? null }]
  })
}

function compareServices(from: SnapshotService, to: SnapshotService): Difference[] {
  const before = facts(from)
  const differences: Difference[] = []
  for (const [what, value] of facts(to)) {
    const earlier = before.get(what) ?? null
    if (JSON.stringify(earlier) !== JSON.stringify(value))
      differences.push({ service: to.name, what, from: earlier, to: value })
  }
  return differences
}

function facts(service: SnapshotService): Map<string, unknown> {
  const run = Object.entries(service.run).map(([key, value]): [string, unknown] => [`run.${key}`, value])
  return new Map<string, unknown>([
    ['image', service.imageId],
    ['layers', service.layers.length],
    ['bytes', service.bytes],
    ['replicas', service.replicas],
    ['checks', service.checks],
    ...run,
  ])
}
