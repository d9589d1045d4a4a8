import type { ImageSummary } from '../../shared/contract/images.ts'
import type { Input, Output } from '../../shared/contract.ts'
import { toFailure } from '../../shared/failure.ts'
import { call } from '../session.ts'
import { atPlace } from '../state/endpoints.ts'
import { useImages } from '../state/images.ts'
import { openPlan } from '../state/plan.ts'
import { showScreen, useView } from '../state/view.ts'
import { countWords, sizeWords } from '../words/amounts.ts'
import { announce, tellDone, tellFailure } from './tell.tsx'

/** As a person would call it: its first tag, or the first digits of its id. */
export function imageName({ id, tags }: Pick<ImageSummary, 'id' | 'tags'>): string {
  return tags[0] ?? id.replace(/^sha256:/, '').slice(0, 12)
}

export function removeImages(images: readonly ImageSummary[]): void {
  const input = { ...atPlace(), images: images.map(image => image.id) }
  const [only] = images
  const what = images.length === 1 && only !== undefined ? imageName(only) : countWords(images.length, 'image')
  openPlan({
    title: `Remove ${what}`,
    verb: 'Remove what nobody needs',
    isDangerous: true,
    load: signal => call('image.removePlan', input, { signal }),
    run: async options => tellRemoved(await call('image.remove', input, options)),
  })
}

export function pruneImages(scope: 'untagged' | 'unused'): void {
  const input = { ...atPlace(), scope }
  openPlan({
    title: scope === 'untagged' ? 'Prune untagged images' : 'Prune unused images',
    verb: 'Prune',
    isDangerous: true,
    load: async signal => {
      const { bytes, ...plan } = await call('image.prunePlan', input, { signal })
      return plan.steps.length === 0 ? plan : { ...plan, summary: `${plan.summary}: at least ${sizeWords(bytes)}` }
    },
    run: async options => tellRemoved(await call('image.prune', input, options)),
  })
}

function tellRemoved({ removed, kept, freedBytes }: Output<'image.remove'>): void {
  const freed = freedBytes === null ? [] : [`${sizeWords(freedBytes)} freed`]
  const stayed = kept.length === 0 ? [] : [`${countWords(kept.length, 'image')} stayed: ${kept[0]?.why}`]
  tellDone({ title: `${countWords(removed.length, 'image')} removed`, detail: [...freed, ...stayed].join('. ') })
}

export async function tagImage(image: string, tag: string): Promise<void> {
  const place = atPlace()
  await call('image.tag', { ...place, image, tag })
  tellDone({ title: 'Tagged', detail: tag, action: { verb: 'Untag', run: () => untagImage(tag, place) } })
}

export async function untagImage(tag: string, place = atPlace()): Promise<void> {
  try {
    await call('image.untag', { ...place, tag })
    tellDone({ title: 'The tag is gone', detail: `${tag}; its image stays` })
  } catch (error) {
    tellFailure(`${tag} stays`, toFailure(error))
  }
}

type Transferring = 'image.pull' | 'image.push' | 'image.build' | 'image.save' | 'image.load'

/** Transfers that this window started and can cancel, by id. */
const running = new Map<string, AbortController>()

/** Begins it and lets it go on in sight of the images screen, whatever is looked at meanwhile. */
export async function transfer<K extends Transferring>(name: K, input: Input<K>, done: string): Promise<void> {
  const id = `t${crypto.randomUUID()}`
  const place = atPlace()
  const abort = new AbortController()
  running.set(id, abort)
  showScreen('images')
  useImages.setState({ opened: id })
  try {
    await call(name, { ...place, ...input, transfer: id }, { signal: abort.signal })
    tellDone({ title: done, detail: '' })
  } catch (error) {
    const failure = toFailure(error)
    // Where the list of transfers is in sight it shows why.
    if (useView.getState().screen === 'images') announce(failure.message)
    else if (failure.code !== 'cancelled') tellFailure('It did not come to its end', failure)
  } finally {
    running.delete(id)
  }
}

export function canStop(id: string): boolean {
  return running.has(id)
}

export function stopTransfer(id: string): void {
  running.get(id)?.abort()
}
