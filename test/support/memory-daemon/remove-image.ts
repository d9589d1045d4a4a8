import type { World } from './daemon.ts'
import { refuse } from './refusal.ts'

/** A name is taken away; with the last one goes the image, unless something stands on it. */
export function removeImage(
  { images, containers }: World,
  reference: string,
  { force }: { readonly force: boolean },
): object {
  const image = images.find(reference)
  const name = images.tags.has(reference)
    ? reference
    : images.tags.has(`${reference}:latest`)
      ? `${reference}:latest`
      : null
  const short = image.id.slice(7, 19)
  const users = [...containers.all.values()].filter(({ parts }) => parts.image.id === image.id)
  const runs = users.find(({ isRunning }) => isRunning)
  const tags = images.tagsOf(image.id)
  if (name !== null && tags.length > 1) {
    images.tags.delete(name)
    return [{ Untagged: name }]
  }
  if (name === null && tags.length > 1 && !force)
    refuse(409, `conflict: unable to delete ${short} (must be forced) - image is referenced in multiple repositories`)
  if (runs !== undefined)
    refuse(
      409,
      `conflict: unable to delete ${reference} (cannot be forced) - image is being used by running container ${runs.id.slice(0, 12)}`,
    )
  const [user] = users
  if (user !== undefined && !force)
    refuse(
      409,
      `conflict: unable to remove repository reference "${reference}" (must force) - container ${user.id.slice(0, 12)} is using its referenced image ${short}`,
    )
  const hasChildren = images.childrenOf(image.id).length > 0
  if (name === null && hasChildren)
    refuse(409, `conflict: unable to delete ${short} (cannot be forced) - image has dependent child images`)
  for (const tag of tags) images.tags.delete(tag)
  if (hasChildren) return tags.map(tag => ({ Untagged: tag }))
  images.delete(image.id)
  return [...tags.map(tag => ({ Untagged: tag })), { Deleted: image.id }]
}
