import type { Output, Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import type { DataService, Fleet } from '../../../shared/model/fleet.ts'
import type { FleetId } from '../../../shared/model/ids.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import type { Snapshot, SnapshotService } from '../../../shared/model/snapshot.ts'
import { bytesText } from '../../../shared/rules/amounts.ts'
import { count } from '../../../shared/rules/count.ts'
import { fleetNamed, snapshotOf } from '../../../shared/rules/lookup.ts'
import { dataContainerName, imageTag, manifestTag } from '../../../shared/rules/names.ts'
import { named } from '../../../shared/rules/operations.ts'
import { mountWarnings, runsOn } from '../../../shared/rules/transfer.ts'
import type { ImageDetail } from '../../engine/model.ts'
import type { Caller } from '../caller.ts'
import type { Sites } from '../endpoints/sites.ts'
import type { Parts } from '../parts.ts'
import { launchSet } from '../sets/launch.ts'
import { discard, keepOrReuse } from '../snapshots/keep-snapshot.ts'
import { type OperationResult, type Running, tell } from '../tell.ts'
import { refuseTakenName } from './adopt.ts'
import { servicesOf } from './rebuild.ts'
import { imagesAt, isSame, layersThere, sendImage } from './send-image.ts'

type CopyInput = Parsed<'fleet.copy'>

/** A version, where it is and where it is to go. */
interface Journey {
  readonly from: Parts
  readonly to: Parts
  readonly source: Fleet
  readonly snapshot: Snapshot
  /** Data services that can be made there: those that were adopted stay where they are. */
  readonly data: readonly (DataService & { readonly run: NonNullable<DataService['run']> })[]
}

/** The plan of a copy: layers to send, layers that are there, and data that stays behind. */
export async function planOfCopy(sites: Sites, input: CopyInput, signal: AbortSignal): Promise<Plan> {
  const journey = prepare(sites, input)
  const { from, to, source, snapshot } = journey
  const [images, others, volumes] = await Promise.all([
    gatherImages(journey, signal),
    imagesAt(to, signal),
    to.engine.listVolumes({ labels: [] }, { signal }),
  ])
  const imageSteps = await Promise.all(
    [...images].map(async ([name, image]) => {
      if (others.some(other => isSame(image, other)))
        return { action: 'keep' as const, what: `the image of ${name}`, detail: 'is there already' }
      return imageStep(name, image, await layersThere(to, { image, others, signal }))
    }),
  )
  const stays = source.dataServices.filter(({ run }) => run === null)
  return {
    summary: `Copy ${source.name} ${snapshot.version} from ${from.endpoint} to ${to.endpoint}, as v1 of ${input.name}`,
    steps: [
      ...imageSteps,
      ...journey.data.map(({ name }) => ({
        action: 'create' as const,
        what: name,
        detail: 'starts empty: its data is not copied',
      })),
      ...stays.map(({ name, container }) => ({
        action: 'keep' as const,
        what: name,
        detail: `${container} stays on ${from.endpoint}, and the copy has none`,
      })),
      ...(input.launch
        ? [{ action: 'start' as const, what: `${input.name} v1`, detail: 'launched when all is there' }]
        : []),
    ],
    warnings: mountWarnings(snapshot, { volumes: new Set(volumes.map(({ name }) => name)) }),
    commands: [...images.values()].map(({ id }) => `docker save ${id} | docker --context ${to.endpoint} load`),
    choices: [],
    leftOut: snapshot.leftOut,
  }
}

function imageStep(name: string, image: ImageDetail, known: ReadonlySet<string>): Plan['steps'][number] {
  const part =
    known.size === 0 ? '' : `, less ${count(known.size, 'layer')} that ${known.size === 1 ? 'is' : 'are'} there`
  return { action: 'move', what: `the image of ${name}`, detail: `${bytesText(image.bytes)}${part}` }
}

/**
 * Makes a fleet of another name on another endpoint, with the version as its v1: images go from engine to engine, and the
 * manifest with them, so that it can be rebuilt there. Nothing of the source changes. A failure or a cancel leaves nothing
 * behind.
 */
export async function copyFleet(sites: Sites, input: CopyInput, caller: Caller): Promise<Output<'fleet.copy'>> {
  const journey = prepare(sites, input)
  const { to, source, snapshot } = journey
  const id = `fleet-${to.newId()}` as FleetId // a fresh id becomes a fleet's here
  const draft: Fleet = {
    id,
    name: input.name,
    createdAt: to.now(),
    from: 'copied',
    endpoint: to.endpoint,
    services: servicesOf(snapshot),
    dataServices: [],
  }
  const about = `${source.name} ${snapshot.version} to ${to.endpoint}`
  const fleet = await tell(to, caller, { ...named('fleet.copy', about), fleet: draft }, async running => {
    const arrived = await sendImages(journey, input, running)
    try {
      return await keepCopy(journey, { draft, arrived, by: caller.by, running })
    } catch (error) {
      await discard(to, [...arrived.made, manifestTag({ fleet: input.name, number: 1, operation: running.operation })])
      throw error
    }
  })
  if (input.launch) await launchSet(to, { fleet: input.name, version: 'v1', replicas: [], sealed: false }, caller)
  return fleet
}

interface ImageArrival {
  readonly draft: Fleet
  readonly arrived: Awaited<ReturnType<typeof sendImages>>
  readonly by: string
  readonly running: Running
}

/** Records what has arrived as a fleet and its first version. */
async function keepCopy(
  { from, to, source, snapshot, data }: Journey,
  keeping: ImageArrival,
): Promise<OperationResult<Fleet>> {
  const { draft, arrived, by, running } = keeping
  const dataServices = data.map(one => ({
    ...one,
    container: dataContainerName(draft.name, one.name),
    image: arrived.tags.get(one.name) ?? one.image,
    imageId: arrived.idOf(one.name),
  }))
  const fleet: Fleet = { ...draft, dataServices }
  const whence = `${source.name} ${snapshot.version} of ${from.endpoint}`
  const kept = await keepOrReuse(to, {
    fleet,
    number: 1,
    parent: null,
    taken: {
      services: snapshot.services.map(service => arrivedService(service, arrived.idOf(service.name))),
      made: arrived.made,
    },
    leftOut: snapshot.leftOut,
    note: snapshot.note === '' ? whence : `${whence}: ${snapshot.note}`,
    by,
    running,
  })
  refuseTakenName(to, fleet.name)
  return {
    value: fleet,
    detail: `${whence}, ${bytesText(arrived.bytes)} sent`,
    changes: [{ kind: 'fleet', fleet }, ...(kept.changes ?? [])],
    to: kept.to,
  }
}

/** As on the source, but what it was committed from is not here. */
function arrivedService(service: SnapshotService, imageId: string): SnapshotService {
  return { ...service, imageId, container: null }
}

function prepare(sites: Sites, input: CopyInput): Journey {
  const from = sites.of(input.fleet)
  const to = sites.at(input.endpoint)
  if (from === to)
    fail('bad-input', `${input.fleet} lives on ${to.endpoint} already`, { hint: 'Name another endpoint to copy it to' })
  refuseTakenName(to, input.name)
  const state = from.store.journal.state()
  const source = fleetNamed(state, input.fleet)
  const data = source.dataServices.flatMap(({ attached: _, volumes: __, ...one }) =>
    one.run === null ? [] : { ...one, run: one.run },
  )
  return { from, to, source, snapshot: snapshotOf(state, source, input.version), data }
}

/** The images that go along, by the service that needs them. Fails `unsupported` where they would not run. */
async function gatherImages(
  { from, to, snapshot, data }: Journey,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ImageDetail>> {
  const wanted = [...snapshot.services, ...data]
  const images = await Promise.all(wanted.map(({ imageId }) => from.engine.inspectImage(imageId, { signal })))
  for (const [index, { name }] of wanted.entries()) refuseForeign(to, name, images[index]?.platform ?? '')
  return new Map(wanted.flatMap(({ name }, index) => (images[index] === undefined ? [] : [[name, images[index]]])))
}

function refuseForeign({ endpoint, engine }: Parts, service: string, platform: string): void {
  const own = engine.state().engine?.platform ?? ''
  if (runsOn(own, platform)) return
  fail('unsupported', `The image of ${service} is made for ${platform}, and ${endpoint} runs ${own}`, {
    hint: `Build it for ${own}, for one with docker build --platform ${own}, and make the fleet there from that`,
  })
}

/** How often a copy tells how far it is: everyone who looks hears it. */
const MOST_NEWS = 200

async function sendImages(journey: Journey, { name: fleet }: CopyInput, running: Running) {
  const { from, to } = journey
  const { operation, signal } = running
  const images = await gatherImages(journey, signal)
  const others = await imagesAt(to, signal)
  const total = [...images.values()].reduce((sum, image) => sum + image.bytes, 0)
  const tags = new Map<string, string>()
  const ids = new Map<string, string>()
  const made: string[] = []
  let [before, bytes, told] = [0, 0, -1]
  try {
    for (const [service, image] of images) {
      const tag = imageTag({ fleet, service, number: 1, operation })
      made.push(tag)
      const onBytes = (passed: number) => {
        const done = before + Math.min(passed, image.bytes)
        if (told >= 0 && done - told < total / MOST_NEWS) return
        told = done
        running.progress(done, total, `${service}: ${bytesText(done)} of ${bytesText(total)}`)
      }
      onBytes(0)
      const sent = await sendImage({ from, to, image, tag, signal, onBytes }, others)
      others.push(sent.image)
      tags.set(service, tag)
      ids.set(service, sent.image.id)
      before += image.bytes
      bytes += sent.bytes
    }
  } catch (error) {
    await discard(to, made)
    throw error
  }
  return {
    tags,
    made,
    bytes,
    idOf: (service: string) => ids.get(service) ?? fail('internal', `${service} was not sent`),
  }
}
