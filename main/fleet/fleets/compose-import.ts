import {
  type ComposeDataService,
  type ComposeFleet,
  type ComposeService,
  readCompose,
} from '../../../shared/compose/compose.ts'
import type { Output, Parsed } from '../../../shared/contract.ts'
import { orNull } from '../../../shared/failure.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { FleetId } from '../../../shared/model/ids.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import type { LeftOut, SnapshotService } from '../../../shared/model/snapshot.ts'
import { completeRun } from '../../../shared/rules/complete-run.ts'
import { count } from '../../../shared/rules/count.ts'
import {
  type Existing,
  existingSteps,
  existingWarnings,
  nothingExisting,
} from '../../../shared/rules/import-existing.ts'
import { named } from '../../../shared/rules/operations.ts'
import { sealRun } from '../../../shared/rules/secrets.ts'
import type { ImageDetail } from '../../engine/model.ts'
import type { Caller } from '../caller.ts'
import type { Parts } from '../parts.ts'
import { attachFound } from '../sets/attach-data.ts'
import { keepOrReuse } from '../snapshots/keep-snapshot.ts'
import { type Running, tell } from '../tell.ts'
import { refuseTakenName } from './adopt.ts'
import { findExisting } from './import-existing.ts'

type ImportInput = Parsed<'fleet.import'>

/**
 * Makes a fleet from a Compose file, and v1 from its images: nothing is started. Images that are not there are pulled.
 * Parts of the file that are not supported are named in `notes`, by line.
 */
export async function importFleet(
  parts: Parts,
  input: ImportInput,
  caller: Caller,
  from: Fleet['from'] = 'compose',
): Promise<Output<'fleet.import'>> {
  refuseTakenName(parts, input.name)
  const compose = readCompose(input)
  const draft: Fleet = {
    id: `fleet-${parts.newId()}` as FleetId, // a fresh id becomes a fleet's here
    name: input.name,
    createdAt: parts.now(),
    from,
    endpoint: parts.endpoint,
    services: compose.services.map(({ name, replicas, checks, pace, dependsOn }) => ({
      name,
      replicas,
      checks,
      pace,
      dependsOn,
      source: [],
      ignored: [],
    })),
    dataServices: [],
  }
  const story = { ...named('fleet.import', input.name), fleet: draft }
  return tell(parts, caller, story, async running => {
    const images = await gatherImages(parts, compose, running)
    // The sample is nobody's project: it makes its own data layer.
    const existing =
      from === 'compose' ? await findExisting(parts, input.name, compose, running.signal) : nothingExisting
    const dataServices = compose.dataServices.map(data => {
      const container = existing.containers.get(data.name)?.name ?? data.container
      return dataService(parts, { ...data, container }, images)
    })
    const found = from === 'compose' ? await attachFound(parts, dataServices, running.signal) : dataServices
    const fleet: Fleet = { ...draft, dataServices: found }
    const services = compose.services.map(service => snapshotService(parts, service, images))
    const kept = await keepOrReuse(parts, {
      fleet,
      number: 1,
      parent: null,
      taken: { services, made: [] },
      leftOut: leftOut(compose),
      note: 'imported',
      by: caller.by,
      running,
    })
    refuseTakenName(parts, input.name)
    const notes = compose.notes.map(({ line, path, message }) => ({ line, path, message }))
    return {
      value: { fleet, snapshot: kept.value.snapshot, notes },
      detail: `${from}: ${compose.services.map(service => service.name).join(', ')}; ${count(notes.length, 'note')}`,
      changes: [{ kind: 'fleet', fleet }, ...(kept.changes ?? [])],
      to: kept.to,
    }
  })
}

/** The plan of an import, with the unsupported parts of the file. */
export async function planOfImport(
  parts: Parts,
  input: ImportInput,
  signal: AbortSignal,
): Promise<Output<'fleet.importPlan'>> {
  refuseTakenName(parts, input.name)
  const compose = readCompose(input)
  const missing: string[] = []
  for (const { image } of [...compose.services, ...compose.dataServices]) {
    if ((await orNull(parts.engine.inspectImage(image, { signal }))) === null && !missing.includes(image))
      missing.push(image)
  }
  return {
    plan: importText(input.name, compose, {
      missing,
      existing: await findExisting(parts, input.name, compose, signal),
    }),
    notes: compose.notes.map(({ line, path, message }) => ({ line, path, message })),
    dataServices: compose.dataServices.map(({ name, reason }) => ({ name, reason })),
  }
}

type Images = ReadonlyMap<string, ImageDetail>

async function gatherImages(parts: Parts, compose: ComposeFleet, running: Running): Promise<Images> {
  const references = [...new Set([...compose.services, ...compose.dataServices].map(({ image }) => image))]
  const images = new Map<string, ImageDetail>()
  for (const [index, reference] of references.entries()) {
    const report = (what: string) => running.progress(index, references.length, what)
    report(reference)
    const found = await orNull(parts.engine.inspectImage(reference, { signal: running.signal }))
    if (found === null)
      await parts.engine.pullImage(reference, ({ what }) => report(`pull ${reference}: ${what}`), {
        signal: running.signal,
      })
    images.set(reference, found ?? (await parts.engine.inspectImage(reference, { signal: running.signal })))
  }
  return images
}

function snapshotService(
  parts: Parts,
  { name, image: base, run, replicas, checks, pace, dependsOn }: ComposeService,
  images: Images,
): SnapshotService {
  const image = imageNamed(images, base)
  return {
    name,
    image: '',
    imageId: image.id,
    base,
    layers: [...image.layers],
    bytes: image.bytes,
    origin: 'as-is',
    container: null,
    consistent: true,
    run: sealRun(completeRun(run, image), value => parts.store.secrets.seal(value)),
    replicas,
    checks,
    pace,
    dependsOn,
  }
}

function dataService(
  parts: Parts,
  { name, container, image: base, run }: ComposeDataService,
  images: Images,
): Fleet['dataServices'][number] {
  const image = imageNamed(images, base)
  return {
    name,
    container,
    image: base,
    imageId: image.id,
    run: sealRun(completeRun(run, image), value => parts.store.secrets.seal(value)),
  }
}

function imageNamed(images: Images, reference: string): ImageDetail {
  const image = images.get(reference)
  if (image === undefined) throw new Error(`${reference} was not gathered`)
  return image
}

function leftOut(compose: ComposeFleet): LeftOut[] {
  return compose.services.flatMap(({ name, run }) =>
    run.mounts.map(({ kind, source, target }) => ({ service: name, kind, source, target, bytes: null })),
  )
}

function importText(
  name: string,
  compose: ComposeFleet,
  { missing, existing }: { readonly missing: readonly string[]; readonly existing: Existing },
): Plan {
  return {
    summary: `Import ${name}: ${count(compose.services.length, 'service')}, ${count(compose.dataServices.length, 'data service')}, v1 from their images`,
    steps: [
      ...missing.map(image => ({ action: 'create' as const, what: image, detail: 'pulled from its registry' })),
      ...compose.services.map(service => ({
        action: 'create' as const,
        what: service.name,
        detail: `${service.replicas} of ${service.image}`,
      })),
      ...compose.dataServices.map(data => ({
        action: 'keep' as const,
        what: data.name,
        detail: `${existing.containers.get(data.name)?.name ?? data.container}: ${data.reason}`,
      })),
      ...existingSteps(existing),
    ],
    warnings: [...existingWarnings(existing), ...compose.notes.map(({ line, message }) => `line ${line}: ${message}`)],
    commands: [],
    choices: [],
    leftOut: leftOut(compose),
  }
}
