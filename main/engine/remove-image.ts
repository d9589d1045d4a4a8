import { orNull } from '../../shared/failure.ts'
import type { Calls } from './calls.ts'
import { codeOfFailure } from './engine-failure.ts'
import { inspectImage } from './inspect-image.ts'
import type { CallOptions } from './model.ts'
import { imagePath } from './references.ts'

const REMOVE_MS = 120_000

export interface RemovalOptions extends CallOptions {
  /**
   * Whether an untagged image below the removed one may go with it, by its id. Labels cannot tell: an image hands them
   * on to everything that is built or committed from it. Without this, images below always stay.
   */
  isOurs?(imageId: string): boolean
}

/**
 * Untags an image, or removes it with its last tag. One that others were committed from stays below them without a
 * tag, and goes when the last of those goes: the engine would do that to anybody's images, here it is done to ours.
 */
export async function removeImage(calls: Calls, reference: string, options?: RemovalOptions): Promise<void> {
  const image = await orNull(inspectImage(calls, reference, options))
  if (image === null) return
  try {
    await removeOne(calls, reference, options)
  } catch (error) {
    if (!isHeldByChildren(error)) throw error
    const left = await orNull(inspectImage(calls, reference, options))
    // By its id it is still there; by its tag it is found no more, and that was all that could be done now.
    if (left !== null) throw error
    return
  }
  await removeOrphan(calls, image.Parent, options)
}

async function removeOrphan(calls: Calls, parentId: string, options?: RemovalOptions): Promise<void> {
  if (parentId === '' || options?.isOurs?.(parentId) !== true) return
  const parent = await orNull(inspectImage(calls, parentId, options))
  if (parent === null || parent.RepoTags.length > 0) return
  try {
    await removeOne(calls, parentId, options)
  } catch (error) {
    // A container or another image still needs it: it goes with that one.
    if (codeOfFailure(error) !== 'conflict') throw error
    return
  }
  await removeOrphan(calls, parent.Parent, options)
}

async function removeOne(calls: Calls, reference: string, options?: CallOptions): Promise<void> {
  // The engine itself would remove every untagged image below, the user's own among them.
  const request = { method: 'DELETE' as const, path: `/images/${imagePath(reference)}`, query: { noprune: '1' } }
  await calls.tell({ ...request, deadlineMs: REMOVE_MS }, [404], options)
}

function isHeldByChildren(error: unknown): boolean {
  return codeOfFailure(error) === 'conflict' && /dependent child images/.test(String(error))
}
