import { FailureError, fail } from '../../../shared/failure.ts'
import type { DataService, Fleet } from '../../../shared/model/fleet.ts'
import { labelsOf } from '../../../shared/rules/names.ts'
import { openRun } from '../../../shared/rules/secrets.ts'
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

interface Ensuring {
  readonly fleet: Fleet
  readonly data: DataService
  readonly operation: string
  readonly signal: AbortSignal
}

async function ensureDataService(parts: Parts, { fleet, data, operation, signal }: Ensuring): Promise<string> {
  const found = await findContainer(parts, data.container, signal)
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

async function findContainer(parts: Parts, name: string, signal: AbortSignal) {
  try {
    return await parts.engine.inspectContainer(name, { signal })
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === 'not-found') return null
    throw error
  }
}
