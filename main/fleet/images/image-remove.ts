import type { ImagesRemoved } from '../../../shared/contract/images.ts'
import type { Output, Parsed } from '../../../shared/contract.ts'
import { fail, toFailure } from '../../../shared/failure.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { bytesText } from '../../../shared/rules/amounts.ts'
import { commandText } from '../../../shared/rules/commands.ts'
import { count } from '../../../shared/rules/count.ts'
import { choosePrune, chooseRemoval, type PruneChoice, type SeenImage, userText } from '../../../shared/rules/images.ts'
import { named } from '../../../shared/rules/operations.ts'
import type { Caller } from '../caller.ts'
import type { Parts } from '../parts.ts'
import { type Running, tell } from '../tell.ts'
import { type ImageInventory, lookAtImages, sharedBytes } from './image-list.ts'

export async function planOfImageRemoval(
  parts: Parts,
  input: Parsed<'image.removePlan'>,
  signal: AbortSignal,
): Promise<Plan> {
  const sight = await look(parts, signal)
  return planText(chooseRemoval(findImages(sight, input.images), sight.users))
}

/** Removes those that nobody would miss; fails `conflict`, and says who would, where there are none. */
export async function removeImages(
  parts: Parts,
  input: Parsed<'image.remove'>,
  caller: Caller,
): Promise<Output<'image.remove'>> {
  const about = input.images.length === 1 ? `the image ${input.images[0]}` : `${input.images.length} images`
  return tell(parts, caller, { ...named('image.remove', about), fleet: null }, async running => {
    const sight = await look(parts, running.signal)
    const choice = chooseRemoval(findImages(sight, input.images), sight.users)
    const [first] = choice.kept
    if (choice.doomed.length === 0 && first !== undefined) {
      fail('conflict', `${nameOf(first.image)} is used by ${userText(first.user)}`, {
        hint: 'An image is never removed from under its users: remove those first',
      })
    }
    return toldOf(await removeChosen(parts, choice, running))
  })
}

export async function planOfPrune(
  parts: Parts,
  { scope }: Parsed<'image.prunePlan'>,
  signal: AbortSignal,
): Promise<Output<'image.prunePlan'>> {
  const sight = await look(parts, signal)
  const choice = choosePrune(sight.images, sight.users, scope)
  return { ...planText(choice), bytes: choice.bytes }
}

/** Removes what nobody would miss, and what was only below that, as the rule says anew after each round. */
export async function pruneImages(
  parts: Parts,
  { scope }: Parsed<'image.prune'>,
  caller: Caller,
): Promise<Output<'image.prune'>> {
  return tell(parts, caller, { ...named('image.prune'), fleet: null }, async running => {
    const all: ImagesRemoved = { removed: [], kept: [], freedBytes: null }
    const tried = new Set<string>()
    const before = await layerBytes(parts, running.signal)
    for (let sight = await look(parts, running.signal); ; ) {
      const choice = choosePrune(sight.images, sight.users, scope)
      const doomed = choice.doomed.filter(image => !tried.has(image.id))
      if (doomed.length === 0) break
      for (const { id } of doomed) tried.add(id)
      const { removed, kept } = await removeChosen(parts, { ...choice, doomed, kept: [] }, running)
      all.removed.push(...removed)
      all.kept.push(...kept)
      sight = await lookAtImages(parts, { shared: new Map(), signal: running.signal })
    }
    const after = all.removed.length === 0 ? before : await layerBytes(parts, running.signal)
    return toldOf({ ...all, freedBytes: Math.max(0, before - after) })
  })
}

async function look(parts: Parts, signal: AbortSignal): Promise<ImageInventory> {
  return lookAtImages(parts, { shared: await sharedBytes(parts, signal), signal })
}

async function layerBytes(parts: Parts, signal: AbortSignal): Promise<number> {
  return (await parts.engine.diskUse({ signal })).layerBytes
}

/** By tag, id, or the first digits of an id. */
export function findImages<T extends SeenImage>(
  sight: { readonly images: readonly T[] },
  references: readonly string[],
): T[] {
  const found = references.map(
    reference =>
      sight.images.find(image => isNamed(image, reference)) ??
      fail('not-found', `The engine has no image ${reference}`, { hint: 'flotilla image list' }),
  )
  return [...new Set(found)]
}

function isNamed({ id, tags }: SeenImage, reference: string): boolean {
  if (id === reference || tags.includes(reference) || tags.includes(`${reference}:latest`)) return true
  const digits = reference.replace(/^sha256:/, '')
  return digits.length >= 8 && /^[0-9a-f]+$/.test(digits) && id.startsWith(`sha256:${digits}`)
}

export function nameOf({ id, tags }: Pick<SeenImage, 'id' | 'tags'>): string {
  return tags[0] ?? id.replace(/^sha256:/, '').slice(0, 12)
}

/** Never forced: what the engine refuses stays, and is told. */
async function removeChosen(parts: Parts, choice: PruneChoice, { signal, progress }: Running): Promise<ImagesRemoved> {
  const removed: string[] = []
  const kept = choice.kept.map(({ image, user }) => ({ image: nameOf(image), why: userText(user) }))
  for (const [index, image] of choice.doomed.entries()) {
    signal.throwIfAborted()
    progress(index, choice.doomed.length, `remove ${nameOf(image)}`)
    try {
      for (const reference of image.tags.length > 0 ? image.tags : [image.id])
        await parts.engine.removeImage(reference, { signal })
      removed.push(nameOf(image))
    } catch (error) {
      const failure = toFailure(error)
      if (failure.code !== 'conflict') throw error
      kept.push({ image: nameOf(image), why: failure.message })
    }
  }
  return { removed, kept, freedBytes: choice.doomed.length === removed.length ? choice.bytes : null }
}

function toldOf(value: ImagesRemoved) {
  const kept = value.kept.length === 0 ? '' : `, ${value.kept.length} kept`
  return { value, detail: `${count(value.removed.length, 'image')} removed${kept}` }
}

function planText(choice: PruneChoice): Plan {
  const { doomed, kept } = choice
  return {
    summary: doomed.length === 0 ? 'There is nothing to remove' : `Remove ${count(doomed.length, 'image')}`,
    steps: [
      ...doomed.map(image => ({
        action: 'remove' as const,
        what: nameOf(image),
        detail: [sizeText(image), ...image.tags.slice(1).map(tag => `also ${tag}`)].join(', '),
      })),
      ...kept.map(({ image, user }) => ({ action: 'keep' as const, what: nameOf(image), detail: userText(user) })),
    ],
    warnings: [],
    commands: doomed.length === 0 ? [] : [commandText(['docker', 'rmi', ...doomed.flatMap(referencesOf)])],
    choices: [],
    leftOut: [],
  }
}

function referencesOf({ id, tags }: SeenImage): readonly string[] {
  return tags.length > 0 ? tags : [id]
}

function sizeText({ bytes, sharedBytes }: SeenImage): string {
  if (sharedBytes === null) return bytesText(bytes)
  return `frees ${bytesText(bytes - sharedBytes)} of ${bytesText(bytes)}`
}
