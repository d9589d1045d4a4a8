import type { Output } from '../../../shared/contract.ts'
import { FailureError, fail, orNull } from '../../../shared/failure.ts'
import type { Fleet } from '../../../shared/model/fleet.ts'
import type { Mount } from '../../../shared/model/run-config.ts'
import { LABEL, readerName } from '../../../shared/rules/names.ts'
import { plainRun } from '../../../shared/rules/plain-run.ts'
import { type ReadEntry, readEntry } from '../../archive/tree.ts'
import type { ImageDetail } from '../../engine/model.ts'
import type { Parts } from '../parts.ts'

/** A reading of files in an image, and its purpose. */
export interface Reading {
  /** Null where it is done for no fleet. */
  readonly fleet: Pick<Fleet, 'name'> | null
  readonly imageId: string
  /** Volumes that are mounted for the reading. */
  readonly mounts?: readonly Mount[]
  /** Whether an init process is asked for. */
  readonly init?: boolean
  /** As a person would say it: `web v2`. */
  readonly what: string
  readonly signal: AbortSignal
}

/**
 * Lends the files of an image: a container that is made, never started, and removed whatever comes of the work. Its
 * labels say whose it is, so that the next start removes it should this process die.
 */
export async function withImageFiles<T>(
  parts: Parts,
  reading: Reading,
  work: (containerId: string, image: ImageDetail, hasInit: boolean) => Promise<T>,
): Promise<T> {
  const { fleet, imageId, mounts = [], init = false, what, signal } = reading
  const operation = parts.newId()
  const image = await parts.engine.inspectImage(imageId, { signal }).catch(error => gone(error, what))
  parts.live.reading.add(operation)
  try {
    const { id, hasInit } = await createReader(parts, { fleet, image, mounts, init, operation, signal })
    try {
      signal.throwIfAborted()
      return await work(id, image, hasInit)
    } finally {
      await parts.engine.removeContainer(id, true, { volumes: true }).catch(error => {
        parts.log(`${what}: a container that was read from goes when the engine is back`, { error })
      })
    }
  } finally {
    parts.live.reading.delete(operation)
  }
}

interface Creating {
  readonly fleet: Reading['fleet']
  readonly image: ImageDetail
  readonly mounts: readonly Mount[]
  readonly init: boolean
  readonly operation: string
  readonly signal: AbortSignal
}

async function createReader(parts: Parts, creating: Creating): ReturnType<Parts['engine']['createContainer']> {
  const { fleet, image, mounts, init, operation, signal } = creating
  signal.throwIfAborted()
  const ours: [string, string][] = [
    [LABEL.role, 'compare'],
    [LABEL.home, parts.home.id],
    [LABEL.operation, operation],
    [LABEL.fleet, fleet?.name ?? ''],
  ]
  // Labels of the image would make its containers look like members of a set, or of a Compose project.
  const blanked = [...image.labels.keys()].map((name): [string, string] => [name, ''])
  const run = { ...plainRun, entrypoint: ['/never-started'], labels: blanked, mounts: [...mounts] }
  const name = readerName(operation)
  // Without the signal: an engine that nobody waits for makes the container all the same, and nobody would know its id.
  return parts.engine.createContainer({
    name,
    imageId: image.id,
    run,
    labels: [...ours, [`${LABEL.set}`, '']],
    network: null,
    publish: false,
    init,
  })
}

function gone(error: unknown, what: string): never {
  if (!(error instanceof FailureError) || error.failure.code !== 'not-found') throw error
  return fail('not-found', `The image of ${what} is not in the engine any more`, { cause: error })
}

/** The largest file that is shown as text, in bytes. */
const mostTextBytes = 256 * 1024

/** The entry at a path of a container, running or not; null where there is none. */
export async function readFile(parts: Parts, id: string, path: string, signal: AbortSignal): Promise<ReadEntry | null> {
  const tar = await orNull(parts.engine.getArchive(id, path, { signal }))
  return tar === null ? null : orNull(readEntry(tar, { signal, mostBytes: mostTextBytes }))
}

/** Both sides of a file as texts, or neither where one of them is none. */
export function asTexts(before: ReadEntry | null, after: ReadEntry | null): Output<'snapshot.file'> {
  const [one, other] = [before, after].map(side => side && textOf(side))
  if (one === undefined || other === undefined) return { before: null, after: null, isText: false }
  return { before: one, after: other, isText: true }
}

/** A link's text is where it points. Undefined where it is no text. */
function textOf(entry: ReadEntry): string | undefined {
  return entry.type === 'symlink' ? entry.target : (entry.text ?? undefined)
}
