import type { ImageSummary } from '../../../shared/contract/images.ts'
import type { Emit, Item } from '../../../shared/contract.ts'
import { imageUsers, originOf, type SeenImage } from '../../../shared/rules/images.ts'
import { LABEL } from '../../../shared/rules/names.ts'
import type { ContainerUse, HistoryStep, ImageRow } from '../../engine/inventory.ts'
import { followLook } from '../feeds/follow-look.ts'
import type { Parts } from '../parts.ts'

/** The engine's images at one moment. */
export interface ImageInventory {
  readonly images: readonly (SeenImage & ImageRow)[]
  readonly containers: readonly ContainerUse[]
  readonly users: ReturnType<typeof imageUsers>
}

/** By image id. Neither changes while the image is there. */
type ById<T> = Map<string, T>

/** Every image of the endpoint with what it costs, who uses it and how it came to be. */
export async function listImages(parts: Parts, signal: AbortSignal): Promise<ImageSummary[]> {
  const sight = await lookAtImages(parts, { shared: await sharedBytes(parts, signal), signal })
  return summaries(parts, sight, { histories: new Map(), signal })
}

/** The list at once, the measured sizes as soon as the engine has them, and both again when something changes. */
export function followImages(parts: Parts, emit: Emit<Item<'images.state'>>): () => void {
  const histories: ById<readonly HistoryStep[]> = new Map()
  let shared: ById<number> = new Map()
  let measured = ''
  return followLook<ImageSummary[]>(
    parts,
    {
      hints: ({ kind, action }) =>
        kind === 'image' || (kind === 'container' && /^(create|destroy|start|die)$/.test(action)),
      async look(signal, tell) {
        const sight = await lookAtImages(parts, { shared, signal })
        tell(await summaries(parts, sight, { histories, signal }))
        const ids = sight.images.map(image => image.id).join()
        if (ids === measured) return
        shared = await sharedBytes(parts, signal)
        measured = ids
        tell(await summaries(parts, await lookAtImages(parts, { shared, signal }), { histories, signal }))
      },
    },
    ({ value, failure }) => emit({ images: value, failure }),
  )
}

export async function lookAtImages(
  parts: Parts,
  { shared, signal }: { readonly shared: ReadonlyMap<string, number>; readonly signal: AbortSignal },
): Promise<ImageInventory> {
  const [rows, uses] = await Promise.all([parts.engine.imageRows({ signal }), parts.engine.containerUses({ signal })])
  const images = rows.map(row => ({ ...row, sharedBytes: shared.get(row.id) ?? null }))
  const containers = uses.filter(use => use.labels.get(LABEL.role) !== 'compare')
  const state = parts.store.journal.state()
  return { images, containers, users: imageUsers({ images, containers, state, home: parts.home.id }) }
}

/** Bytes that images share with others, by id; empty where the engine does not tell. */
export async function sharedBytes(parts: Parts, signal: AbortSignal): Promise<ById<number>> {
  const { images } = await parts.engine.diskUse({ signal })
  return new Map([...images].flatMap(([id, { sharedBytes: bytes }]) => (bytes === null ? [] : [[id, bytes] as const])))
}

interface Summing {
  readonly histories: ById<readonly HistoryStep[]>
  readonly signal: AbortSignal
}

async function summaries(parts: Parts, sight: ImageInventory, { histories, signal }: Summing): Promise<ImageSummary[]> {
  const found: ImageSummary[] = []
  // One call at a time: looking must never load the engine.
  for (const image of sight.images) {
    const history = histories.get(image.id) ?? (await historyOf(parts, image, signal))
    histories.set(image.id, history)
    found.push({
      id: image.id,
      tags: [...image.tags],
      digests: [...image.digests],
      createdAt: image.createdAt,
      bytes: image.bytes,
      uniqueBytes: image.sharedBytes === null ? null : Math.max(0, image.bytes - image.sharedBytes),
      origin: originOf({ ...image, history }),
      usedBy: [...(sight.users.get(image.id) ?? [])],
    })
  }
  return found.sort((a, b) => b.createdAt - a.createdAt)
}

/** The two newest steps tell how an image came to be. One that goes meanwhile has none. */
async function historyOf(parts: Parts, image: ImageRow, signal: AbortSignal): Promise<readonly HistoryStep[]> {
  const history = await parts.engine.imageSteps(image.id, { signal }).catch(error => {
    if (signal.aborted) throw error
    return []
  })
  return history.slice(0, 2)
}
