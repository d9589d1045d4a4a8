import type { Calls } from './calls.ts'
import { codeOfFailure } from './engine-failure.ts'
import { inspectImage } from './inspect-image.ts'
import type { CallOptions } from './model.ts'
import type { ContainerReply } from './replies.ts'

/** How the engine is told to run without the image's entrypoint; an empty list means that to some, nothing to others. */
export const clearedEntrypoint = ['']

/**
 * Reads a container's entrypoint: `[]` where it was cleared, null where its image has none either. The engine tells
 * neither apart, the image does; images never change, so each is asked for once.
 */
export function entrypointReader(calls: Calls) {
  const known = new Map<string, boolean>()

  async function imageHasOne(imageId: string, options?: CallOptions): Promise<boolean> {
    const before = known.get(imageId)
    if (before !== undefined) return before
    try {
      const image = await inspectImage(calls, imageId, options)
      const hasOne = saidEntrypoint(image.Config?.Entrypoint) !== null
      known.set(imageId, hasOne)
      return hasOne
    } catch (error) {
      if (codeOfFailure(error) === 'not-found') return false
      throw error
    }
  }

  return async ({ Config, Image }: ContainerReply, options?: CallOptions): Promise<string[] | null> => {
    const said = saidEntrypoint(Config.Entrypoint)
    if (said !== null || Image === '') return said
    return (await imageHasOne(Image, options)) ? [] : null
  }
}

/** Null for each of the ways in which engines say that there is none. */
export function saidEntrypoint(words: readonly string[] | null | undefined): string[] | null {
  const isNone = words == null || words.length === 0 || (words.length === 1 && words[0] === '')
  return isNone ? null : [...words]
}
