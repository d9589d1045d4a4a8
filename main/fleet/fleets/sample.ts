import type { Parsed } from '../../../shared/contract.ts'
import { fail, orNull } from '../../../shared/failure.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import { Name, type Version } from '../../../shared/model/ids.ts'
import { findSet, liveSetOf, routesOf, snapshotsOf } from '../../../shared/rules/lookup.ts'
import { plainRun } from '../../../shared/rules/plain-run.ts'
import { firstFileOf, tarOf } from '../../archive/tar.ts'
import type { Caller } from '../caller.ts'
import type { Parts } from '../parts.ts'
import { addRoute } from '../routes/routes.ts'
import { switchRoute } from '../routes/switching.ts'
import { healContainer } from '../sets/heal.ts'
import { launchSet } from '../sets/launch.ts'
import { takeSnapshot } from '../snapshots/snapshot.ts'
import { importFleet } from './compose-import.ts'
import { baseFiles, sampleChanges, sampleCompose, sampleEdit, sampleImages } from './sample-files.ts'

/** An image with a static busybox in it, for machines that have none of their own. */
const registryBusybox = 'busybox:musl'

const steps = [
  'images',
  'import',
  'launch v1',
  'route',
  'switch',
  'change a container',
  'snapshot v2',
  'heal v1',
  'launch v2',
]

/**
 * Brings up the sample fleet the way a person would: import, launch, route, switch; then one container is changed by
 * hand, kept as v2, healed, and v2 is launched beside v1. What is there already is kept, so it may be asked for again.
 */
export async function makeSample(parts: Parts, { name }: Parsed<'fleet.sample'>, caller: Caller): Promise<Fleet> {
  return parts.operations.inTurn(`sample ${name}`, async () => {
    const step = (index: number) => {
      caller.signal.throwIfAborted()
      caller.progress({ done: index, total: steps.length, what: steps[index] ?? '' })
    }
    const quiet: Caller = { ...caller, by: 'sample', progress: () => {} }
    const find = () => [...parts.store.journal.state().fleets.values()].find(fleet => fleet.name === name)
    if (find() !== undefined && find()?.from !== 'sample' && find()?.from !== 'rebuilt') {
      fail('conflict', `There is a fleet named ${name} that is not the sample`, {
        hint: 'Give the sample another name',
      })
    }
    step(0)
    await makeImages(parts, caller.signal)
    step(1)
    if (find() === undefined) await importFleet(parts, importInput(name), quiet, 'sample')
    const fleet = find() ?? fail('internal', 'The sample fleet was not imported')
    await bringUp(parts, fleet, { quiet, step })
    return fleet
  })
}

function importInput(name: Name): Parsed<'fleet.import'> {
  return { name, yaml: sampleCompose, files: [], environment: [], profiles: [] }
}

const v1 = 'v1' as Version // what Version parses
const v2 = 'v2' as Version // likewise
const web = Name.parse('web')

async function bringUp(
  parts: Parts,
  fleet: Fleet,
  { quiet, step }: { quiet: Caller; step(index: number): void },
): Promise<void> {
  const state = () => parts.store.journal.state()
  const runs = (version: Version) => findSet(state(), fleet, version)?.state === 'running'
  step(2)
  if (!runs(v1)) await launchSet(parts, { fleet: fleet.name, version: v1, replicas: [], sealed: false }, quiet)
  step(3)
  if (routesOf(state(), fleet.id).length === 0) {
    await addRoute(
      parts,
      { fleet: fleet.name, hostname: `${fleet.name}.localhost`, service: web, servicePort: 3000 },
      quiet,
    )
  }
  step(4)
  if (liveSetOf(state(), fleet.id) === undefined)
    await switchRoute(parts, { fleet: fleet.name, version: v1, force: false }, quiet)
  if (snapshotsOf(state(), fleet.id).length === 1) await makeSecond(parts, fleet, { quiet, step })
  step(8)
  if (!runs(v2) && snapshotsOf(state(), fleet.id).some(snapshot => snapshot.version === v2)) {
    await launchSet(parts, { fleet: fleet.name, version: v2, replicas: [], sealed: false }, quiet)
  }
}

async function makeSecond(
  parts: Parts,
  fleet: Fleet,
  { quiet, step }: { quiet: Caller; step(index: number): void },
): Promise<void> {
  const container = findSet(parts.store.journal.state(), fleet, v1)?.containers.find(
    candidate => candidate.service === 'web',
  )
  if (container === undefined) return fail('not-found', `${fleet.name} v1 has no web container`)
  step(5)
  await parts.engine.exec(container.id, sampleEdit, { signal: quiet.signal })
  step(6)
  await takeSnapshot(
    parts,
    { fleet: fleet.name, note: 'Green instead of blue', from: v1, containers: [], pause: true, leaveOut: [] },
    quiet,
  )
  step(7)
  await healContainer(parts, { fleet: fleet.name, container: container.name }, quiet)
}

async function makeImages(parts: Parts, signal: AbortSignal): Promise<void> {
  const missing: (typeof sampleImages)[number][] = []
  for (const image of sampleImages) if (!(await hasImage(parts, image.tag, signal))) missing.push(image)
  if (missing.length === 0) return
  const busybox = parts.machine.busybox() ?? (await busyboxFromRegistry(parts, signal))
  for (const image of missing) {
    const tar = await tarOf([...baseFiles(busybox), ...image.files])
    await parts.engine.importImage(tar, image.tag, sampleChanges(image), { signal })
  }
}

async function hasImage(parts: Parts, tag: string, signal: AbortSignal): Promise<boolean> {
  return (await orNull(parts.engine.inspectImage(tag, { signal }))) !== null
}

/** Takes the one binary out of the image, by way of a container that never runs. */
async function busyboxFromRegistry(parts: Parts, signal: AbortSignal): Promise<Uint8Array> {
  await parts.engine
    .pullImage(registryBusybox, () => {}, { signal })
    .catch(cause =>
      fail('unreachable', 'The sample needs a static busybox, and none could be pulled', {
        hint: 'Install the package busybox-static, or connect to a registry',
        cause,
      }),
    )
  const image = await parts.engine.inspectImage(registryBusybox, { signal })
  const { id } = await parts.engine.createContainer(
    {
      name: `flotilla-sample-${parts.newId()}`,
      imageId: image.id,
      run: plainRun,
      labels: [['flotilla.role', 'sample']],
      network: null,
      publish: false,
      init: false,
    },
    { signal },
  )
  try {
    const file = await firstFileOf(await parts.engine.getArchive(id, '/bin/busybox', { signal }))
    return file ?? fail('not-found', `${registryBusybox} has no /bin/busybox`)
  } finally {
    await parts.engine.removeContainer(id, true, { volumes: true })
  }
}
