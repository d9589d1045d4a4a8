import type { Transfer } from '../../../shared/contract/images.ts'
import type { Output, Parsed } from '../../../shared/contract.ts'
import { FailureError, fail, toFailure } from '../../../shared/failure.ts'
import type { Operation } from '../../../shared/model/journal.ts'
import { parseImageTag } from '../../../shared/rules/names.ts'
import { named } from '../../../shared/rules/operations.ts'
import type { TransferNews } from '../../engine/image-moves.ts'
import type { Caller } from '../caller.ts'
import { counted, whileOpen } from '../files/file-transfer.ts'
import type { Parts } from '../parts.ts'
import { type Running, tell } from '../tell.ts'
import { lookAtImages } from './image-list.ts'
import { findImages, nameOf } from './image-remove.ts'
import { inSight } from './transfer-feed.ts'

interface TransferWork {
  readonly op: Operation
  readonly kind: Transfer['kind']
  readonly title: string
  readonly asked: string | undefined
}

/** Long work that is told in the journal, in the list of what runs, and with all its layers and lines. */
function move<T>(
  parts: Parts,
  caller: Caller,
  { op, ...sight }: TransferWork,
  run: (running: Running, hear: (news: TransferNews) => void) => Promise<{ value: T; detail: string }>,
): Promise<T> {
  return tell(parts, caller, { op, title: sight.title, fleet: null }, running =>
    inSight(parts, sight, hear => {
      const total = createTotal(running)
      return run(running, news => {
        hear(news)
        total(news)
      }).catch(error => {
        throw running.signal.aborted
          ? new FailureError({ code: 'cancelled', message: 'Cancelled' }, { cause: error })
          : error
      })
    }),
  )
}

/** Layers as one sum of bytes, lines as they come: what a progress bar can show. */
function createTotal({ progress }: Running): (news: TransferNews) => void {
  const layers = new Map<string, { readonly done: number; readonly total: number }>()
  return news => {
    if (news.kind === 'layer' && news.total > 0) layers.set(news.id, news)
    const sum = (of: 'done' | 'total') => [...layers.values()].reduce((all, layer) => all + layer[of], 0)
    const what = news.kind === 'line' ? news.text.trim() : `${news.id}: ${news.status}`
    if (what !== '') progress(sum('done'), Math.max(1, sum('total')), what.slice(0, 300))
  }
}

export function pullImage(parts: Parts, input: Parsed<'image.pull'>, caller: Caller): Promise<Output<'image.pull'>> {
  const { image: reference } = input
  const moving = { kind: 'pull' as const, ...named('image.pull', reference), asked: input.transfer }
  return move(parts, caller, moving, async ({ signal }, hear) => {
    await parts.engine.pullLayers(reference, hear, { signal })
    const { id } = await parts.engine.inspectImage(reference, { signal })
    return { value: { image: id }, detail: `${reference} is here` }
  })
}

export async function pushImage(parts: Parts, input: Parsed<'image.push'>, caller: Caller): Promise<void> {
  const { tag } = input
  const moving = { kind: 'push' as const, ...named('image.push', tag), asked: input.transfer }
  await move(parts, caller, moving, async ({ signal }, hear) => {
    await parts.engine.pushImage(tag, hear, { signal })
    return { value: undefined, detail: `${tag} is in its registry` }
  })
}

export function buildImage(parts: Parts, input: Parsed<'image.build'>, caller: Caller): Promise<Output<'image.build'>> {
  const { directory, dockerfile, tag, args, noCache, pullBases } = input
  if (parseImageTag(tag) !== null) fail('refused', `${tag} is the kind of name that snapshots are found by`)
  const moving = { kind: 'build' as const, ...named('image.build', tag), asked: input.transfer }
  return move(parts, caller, moving, async ({ signal }, hear) => {
    const steps = createSteps()
    const before = new Set(await parts.engine.allImageIds({ signal }))
    const onNews = (news: TransferNews) => {
      steps.hear(news)
      hear(news)
    }
    try {
      const spec = { directory, dockerfile, tag, args, noCache, pullBases }
      const { imageId } = await parts.engine.buildImage(spec, onNews, { signal })
      return { value: { image: imageId }, detail: `${tag} is built` }
    } catch (error) {
      // Without the signal: what was begun is taken back whoever has gone by now.
      if (signal.aborted) await removeSteps(parts, steps.made(), before)
      throw error
    }
  })
}

/** The engine names the image that each step left. */
function createSteps() {
  const made: string[] = []
  return {
    hear(news: TransferNews) {
      const [, id] = (news.kind === 'line' && /^ ---> ([0-9a-f]{12,64})\s*$/.exec(news.text)) || []
      if (id !== undefined) made.push(id)
    },
    made: () => made,
  }
}

/** Newest first, since each stands on the one before; what was there before the build stays. */
async function removeSteps(parts: Parts, made: readonly string[], before: ReadonlySet<string>): Promise<void> {
  const isOld = (id: string) => [...before].some(known => known.startsWith(`sha256:${id}`))
  for (const id of [...new Set(made)].reverse().filter(one => !isOld(one))) {
    await removeSoon(parts, id).catch(error => parts.log('a step of a cancelled build stays', { error }))
  }
}

/** The engine takes a moment to remove the container of the step that was cut off. */
async function removeSoon(parts: Parts, id: string): Promise<void> {
  for (let left = 50; ; left -= 1) {
    try {
      await parts.engine.removeImage(id)
      return
    } catch (error) {
      if (toFailure(error).code !== 'conflict' || left === 0) throw error
      await parts.wait(200)
    }
  }
}

export function saveImages(parts: Parts, input: Parsed<'image.save'>, caller: Caller): Promise<Output<'image.save'>> {
  const { images, to, replace } = input
  const about = images.length === 1 ? images[0] : `${images.length} images`
  const moving = { kind: 'save' as const, ...named('image.save', about), asked: input.transfer }
  return move(parts, caller, moving, async ({ signal }, hear) => {
    const found = findImages(await lookAtImages(parts, { shared: new Map(), signal }), images)
    const total = found.reduce((sum, image) => sum + image.bytes, 0)
    const name = found.map(nameOf).join(', ').slice(0, 200)
    const tell = (done: number) =>
      hear({ kind: 'layer', id: name, status: 'Saving', done, total: Math.max(done, total) })
    // By tag where there is one, so that it has its name again when it is loaded.
    const tar = await parts.engine.saveImages(
      found.flatMap(image => (image.tags.length > 0 ? image.tags : [image.id])),
      { signal },
    )
    const bytes = await whileOpen(tar, chunks =>
      parts.machine.files.write(to, counted(chunks, tell), { replace, signal }),
    )
    return { value: { path: to, bytes }, detail: `${name} in ${to}` }
  })
}

export function loadImages(parts: Parts, input: Parsed<'image.load'>, caller: Caller): Promise<Output<'image.load'>> {
  const { from } = input
  const moving = { kind: 'load' as const, ...named('image.load', from), asked: input.transfer }
  return move(parts, caller, moving, async ({ signal }, hear) => {
    const file = await parts.machine.files.open(from)
    let done = 0
    let told = 0
    file.content.on('data', (chunk: Uint8Array) => {
      done += chunk.length
      if (done < told + file.bytes / 100) return
      told = done
      hear({ kind: 'layer', id: file.name, status: 'Loading', done, total: file.bytes })
    })
    // The content flows when the engine reads it, not when it is counted.
    file.content.pause()
    const images = await whileOpen(file.content, async () => [
      ...(await parts.engine.loadImages(file.content, { signal })),
    ])
    if (images.length === 0)
      fail('bad-input', `${from} holds no images`, { hint: 'It must be a tar as docker save makes it' })
    return { value: { images }, detail: images.join(', ').slice(0, 300) }
  })
}
