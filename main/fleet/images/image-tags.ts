import type { Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import { userText } from '../../../shared/rules/images.ts'
import { parseImageTag } from '../../../shared/rules/names.ts'
import { named } from '../../../shared/rules/operations.ts'
import type { Caller } from '../caller.ts'
import type { Parts } from '../parts.ts'
import { tell } from '../tell.ts'
import { lookAtImages } from './image-list.ts'
import { findImages } from './image-remove.ts'

/** Gives an image one more name. A name that another image has is not taken from it. */
export async function tagImage(parts: Parts, input: Parsed<'image.tag'>, caller: Caller): Promise<void> {
  const tag = withTag(input.tag)
  if (parseImageTag(tag) !== null) {
    fail('refused', `${tag} is the kind of name that snapshots are found by`, { hint: 'Choose another name' })
  }
  await tell(parts, caller, { ...named('image.tag', tag), fleet: null }, async ({ signal }) => {
    const sight = await lookAtImages(parts, { shared: new Map(), signal })
    const [image] = findImages(sight, [input.image])
    const holder = sight.images.find(one => one.tags.includes(tag))
    if (holder !== undefined && holder !== image) {
      fail('conflict', `${tag} names another image`, { hint: 'Untag that one first: nothing is orphaned by surprise' })
    }
    await parts.engine.tagImage(input.image, tag, { signal })
    return { value: undefined, detail: `${input.image} is ${tag} too` }
  })
}

/** Takes one of several names away. The last one goes with the image, by `image.remove`. */
export async function untagImage(parts: Parts, input: Parsed<'image.untag'>, caller: Caller): Promise<void> {
  const tag = withTag(input.tag)
  await tell(parts, caller, { ...named('image.untag', tag), fleet: null }, async ({ signal }) => {
    const sight = await lookAtImages(parts, { shared: new Map(), signal })
    const image = sight.images.find(one => one.tags.includes(tag)) ?? fail('not-found', `No image has the tag ${tag}`)
    const isGone = parts.store.journal.state().goneTags.has(tag)
    const user = isGone
      ? undefined
      : sight.users.get(image.id)?.find(({ kind }) => kind === 'snapshot' || kind === 'trash')
    if (parseImageTag(tag) !== null && user !== undefined) {
      fail('conflict', `${tag} is how ${userText(user)} is found`, { hint: 'It goes with the snapshot' })
    }
    if (image.tags.length === 1) {
      fail('conflict', `${tag} is the last tag of its image`, {
        hint: 'Remove the image, or give it another tag first',
      })
    }
    await parts.engine.removeImage(tag, { signal })
    return { value: undefined, detail: `${tag} is gone, the image stays` }
  })
}

function withTag(reference: string): string {
  return reference.lastIndexOf(':') > reference.lastIndexOf('/') ? reference : `${reference}:latest`
}
