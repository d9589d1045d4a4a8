import { fail } from '../../../shared/failure.ts'
import type { DataService, DataVolume, Fleet } from '../../../shared/model/fleet.ts'
import type { RunConfig } from '../../../shared/model/run-config.ts'
import { dataRun, runWithVolumes } from '../../../shared/rules/data-volumes.ts'
import { labelsOf } from '../../../shared/rules/names.ts'
import { openRun } from '../../../shared/rules/secrets.ts'
import type { CreateSpec } from '../../engine/model.ts'
import type { Parts } from '../parts.ts'

interface Creation {
  readonly fleet: Fleet
  readonly data: DataService
  /** Networks of the fleet's sets, which it joins under its own name. */
  readonly networks: readonly string[]
  readonly volumes: readonly DataVolume[]
  readonly operation: string
  readonly signal: AbortSignal
}

type Membership = NonNullable<CreateSpec['network']>

/** Creates the container of a data service, and its volumes where they are missing. It is not started. */
export async function createDataContainer(parts: Parts, creation: Creation): Promise<string> {
  const { data, signal } = creation
  const labels = dataLabels(parts, creation)
  const run = runWithVolumes(openDataRun(parts, creation), creation.volumes)
  for (const mount of run.mounts) {
    if (mount.kind === 'volume') await parts.engine.createVolume({ name: mount.source, labels }, { signal })
  }
  const adopted = data.run === null ? data.attached : undefined
  const { id } = await parts.engine.createContainer(
    {
      name: data.container,
      imageId: data.imageId,
      run,
      labels,
      network: null,
      publish: false,
      ...(adopted?.published !== undefined && { publishAs: adopted.published }),
      init: adopted === undefined,
    },
    { signal },
  )
  try {
    await joinOnly(parts, id, await membershipsOf(parts, creation), signal)
    return id
  } catch (error) {
    await parts.engine.removeContainer(id, true, { volumes: creation.volumes.length === 0 })
    throw error
  }
}

/** Recorded networks that are still there, with the aliases in them, and those of the sets. */
async function membershipsOf(parts: Parts, { data, networks, signal }: Creation): Promise<readonly Membership[]> {
  const existing = new Set((await parts.engine.listNetworks({ labels: [] }, { signal })).map(({ name }) => name))
  const recorded = (data.run === null ? data.attached?.networks : undefined) ?? []
  const own = networks.filter(name => !recorded.some(one => one.name === name)).map(name => ({ name, aliases: [] }))
  return [...recorded, ...own]
    .filter(({ name }) => existing.has(name))
    .map(({ name, aliases }) => ({ name, aliases: networks.includes(name) ? [...aliases, data.name] : aliases }))
}

/**
 * Puts a new container on these networks, and takes it off the engine's default one where that is none of them. It keeps
 * the default network mode: the container starts even when all its networks are removed.
 */
async function joinOnly(
  parts: Parts,
  id: string,
  memberships: readonly Membership[],
  signal: AbortSignal,
): Promise<void> {
  const { networks: before } = await parts.engine.inspectContainer(id, { signal })
  const isIn = (network: string) => before.some(({ name }) => name === network)
  for (const { name, aliases } of memberships.filter(({ name }) => !isIn(name)))
    await parts.engine.connectNetwork(name, id, [...new Set(aliases)], { signal })
  if (memberships.length === 0) return
  for (const { name } of before)
    if (!memberships.some(one => one.name === name)) await parts.engine.disconnectNetwork(name, id, { signal })
}

function openDataRun(parts: Parts, { fleet, data }: Creation): RunConfig {
  const recorded = dataRun(data) ?? fail('internal', `${data.name} has no run configuration`)
  const { run, missing } = openRun(recorded, reference => parts.store.secrets.open(reference))
  if (missing.length === 0) return run
  const names = recorded.environment.filter(([, value]) => missing.some(one => value.includes(one)))
  return fail('not-found', `The data service ${data.name} needs secrets that are not kept here any more`, {
    hint: `Start a container ${data.container} from ${data.image} yourself${names.length === 0 ? '' : `, with ${names.map(([name]) => name).join(', ')} set`}, and take it: flotilla data adopt ${fleet.name} ${data.name}`,
  })
}

function dataLabels(parts: Parts, { fleet, data, operation }: Creation) {
  return labelsOf({
    role: 'data',
    fleet: fleet.name,
    service: data.name,
    home: parts.home.id,
    operation,
    number: null,
    set: null,
    replica: null,
  })
}
