import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fail } from '../../shared/failure.ts'
import type { Calls } from './calls.ts'
import { codeOfFailure } from './engine-failure.ts'
import { removeCommitted } from './forget-container.ts'
import { readProgress } from './images.ts'
import { inspectImage } from './inspect-image.ts'
import type { CallOptions } from './model.ts'
import { imagePath } from './references.ts'
import type { ProgressReply } from './replies.ts'
import { type Rewritten, rewriteImage, topAlone, wholeImage } from './rewrite-image.ts'

const LONG_MS = 60 * 60_000
export interface LeavingOut {
  readonly imageId: string
  /** Absolute paths: what was written at and below them is left out. */
  readonly paths: readonly string[]
}

/**
 * Loads a committed image anew without some paths in its top layer, which is the one that the commit added, and removes
 * the committed one. The container is not touched, and what is left out is written nowhere on the way. Resolves with the
 * id of the image that remains; where there is a failure neither of them does.
 */
export async function leaveOut(calls: Calls, input: LeavingOut, options: CallOptions = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-layer-'))
  try {
    const layers = await layersOf(calls, input.imageId, options)
    const { signal = new AbortController().signal } = options
    const tar = await saved(calls, input, options)
    const rewritten = await rewriteImage(tar, { layers, paths: input.paths, folder, signal })
    const imageId = await load(calls, input, rewritten, options)
    await removeCommitted(calls, input.imageId)
    return imageId
  } catch (error) {
    await removeCommitted(calls, input.imageId).catch(() => {})
    throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** First without the lower layers, which the engine has; an engine that wants them gets them. Resolves with the image's id. */
async function load(calls: Calls, input: LeavingOut, rewritten: Rewritten, options?: CallOptions): Promise<string> {
  // An engine that keeps images in containerd makes an id of its own.
  const ids = new Set([rewritten.id])
  const hear = ({ stream: said }: ProgressReply) => {
    const [, id] = /^Loaded image(?: ID)?: (sha256:[0-9a-f]{64})\s*$/.exec(said) ?? []
    if (id !== undefined) ids.add(id)
  }
  const attempt = async (tar: NodeJS.ReadableStream) => {
    await readProgress(calls, { method: 'POST', path: '/images/load', tar, deadlineMs: LONG_MS }, hear, options)
    const id = [...ids].at(-1) ?? rewritten.id
    const layers = await layersOf(calls, id, options)
    if (layers.join() !== rewritten.layers.join()) fail('unsupported', 'The engine made other layers of it')
    return id
  }
  try {
    return await attempt(Readable.from(topAlone(rewritten))).catch(async error => {
      if (isFinal(error)) throw error
      return attempt(wholeImage(await saved(calls, input, options), rewritten))
    })
  } catch (cause) {
    // The engine may have taken it all the same, or takes it while nobody waits any more.
    for (const id of ids) await removeCommitted(calls, id).catch(() => {})
    if (isFinal(cause)) throw cause
    return fail(
      'unsupported',
      'This engine cannot leave paths out of a snapshot: it does not take an image with another layer',
      { hint: 'Remove the files in the container, then take the snapshot', cause },
    )
  }
}

function isFinal(error: unknown): boolean {
  return ['cancelled', 'timeout', 'unreachable'].includes(codeOfFailure(error) ?? '')
}

function saved(calls: Calls, { imageId }: LeavingOut, options?: CallOptions): Promise<Readable> {
  return calls.open({ method: 'GET', path: `/images/${imagePath(imageId)}/get`, deadlineMs: LONG_MS }, options)
}

async function layersOf(calls: Calls, imageId: string, options?: CallOptions): Promise<readonly string[]> {
  const { RootFS } = await inspectImage(calls, imageId, options)
  return RootFS?.Layers ?? []
}
