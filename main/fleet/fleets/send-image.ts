import { FailureError, fail, orNull } from '../../../shared/failure.ts'
import { canonicalJson } from '../../../shared/rules/names.ts'
import { knownLayers } from '../../../shared/rules/transfer.ts'
import type { ImageDetail } from '../../engine/model.ts'
import type { Parts } from '../parts.ts'

/** An image on its way from one endpoint to another. */
export interface Sending {
  readonly from: Parts
  readonly to: Parts
  readonly image: ImageDetail
  /** The name that it gets there. */
  readonly tag: string
  readonly signal: AbortSignal
  /** Hears how many bytes have gone by, sent or left out. */
  onBytes(bytes: number): void
}

export interface Sent {
  readonly image: ImageDetail
  readonly bytes: number
}

/**
 * Brings an image to another engine and proves that it is the same there: by its id, or by its layers and configuration.
 * Layers that are there are not sent: the lower ones, or the whole image.
 */
export async function sendImage(sending: Sending, others: readonly ImageDetail[]): Promise<Sent> {
  const { to, image, tag, signal, onBytes } = sending
  const same = others.find(other => isSame(image, other))
  if (same !== undefined) {
    await to.engine.tagImage(same.id, tag, { signal })
    onBytes(image.bytes)
    return { image: same, bytes: 0 }
  }
  const known = await layersThere(to, { image, others, signal })
  const bytes = await stream(sending, known).catch(async error => {
    // An engine need not take an image without its layers, and one that somebody needed may be gone by now.
    if (known.size === 0 || signal.aborted || isGone(error)) throw error
    return stream(sending, new Set())
  })
  const arrived = await to.engine
    .inspectImage(tag, { signal })
    .catch(() => to.engine.inspectImage(image.id, { signal }))
  if (!isSame(image, arrived))
    fail('refused', `What arrived as ${tag} is not the image that was sent: ${arrived.id} in place of ${image.id}`)
  await to.engine.tagImage(arrived.id, tag, { signal })
  return { image: arrived, bytes }
}

/** The layers of an image that need not be sent. */
export async function layersThere(
  { engine }: Pick<Parts, 'engine'>,
  asked: { readonly image: ImageDetail; readonly others: readonly ImageDetail[]; readonly signal: AbortSignal },
): Promise<ReadonlySet<string>> {
  if (await engine.needsWholeImages({ signal: asked.signal })) return new Set()
  return knownLayers(
    asked.image.layers,
    asked.others.map(({ layers }) => layers),
  )
}

async function stream({ from, to, image, tag, signal, onBytes }: Sending, known: ReadonlySet<string>): Promise<number> {
  let bytes = 0
  const transfer = {
    tag,
    known,
    onBytes: (told: { readonly sent: number; readonly leftOut: number }) => {
      bytes = told.sent
      onBytes(told.sent + told.leftOut)
    },
  }
  await to.engine.loadImages(await from.engine.saveImages([image.id], { signal }), { signal, transfer })
  return bytes
}

function isGone(error: unknown): boolean {
  return error instanceof FailureError && ['unreachable', 'cancelled', 'timeout'].includes(error.failure.code)
}

/** Engines may name the same image by different ids. */
export function isSame(one: ImageDetail, other: ImageDetail): boolean {
  if (one.id === other.id) return true
  return one.layers.join() === other.layers.join() && canonicalJson(one.config) === canonicalJson(other.config)
}

/** Every image of an endpoint, to look for layers in; one after the other, so that looking does not load the engine. */
export async function imagesAt({ engine }: Parts, signal: AbortSignal): Promise<ImageDetail[]> {
  const found: ImageDetail[] = []
  for (const { id } of await engine.listImages({ labels: [] }, { signal })) {
    const image = await orNull(engine.inspectImage(id, { signal }))
    if (image !== null) found.push(image)
  }
  return found
}
