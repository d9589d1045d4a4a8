import type { ImageSummary, ImagesRemoved, Transfer } from '../../../shared/contract/images.ts'
import type { Item, Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import { DEFAULT_ENDPOINT } from '../../../shared/model/ids.ts'
import type { Plan } from '../../../shared/model/plan.ts'
import { digest, version } from './build.ts'
import { heardAt } from './endpoints.ts'
import type { Call, Story } from './operation.ts'
import { HOSTILE, isHostile, type World } from './world.ts'

const hour = 3_600_000
const known = new WeakMap<World, ImageSummary[]>()

/** The engine's images: those of the shop's versions, what they were made from, and what nobody needs any more. */
export function imagesOf(world: World, now: number): ImageSummary[] {
  const found = known.get(world) ?? made(world, now)
  known.set(world, found)
  return found
}

export function imagesItem(world: World, now: number, endpoint: string): Item<'images.state'> {
  const { rows, failure } = heardAt(world, endpoint, imagesAt(imagesOf(world, now), endpoint))
  return { images: rows, failure }
}

/** Elsewhere there are only those that others are made from. */
function imagesAt(images: ImageSummary[], endpoint: string = DEFAULT_ENDPOINT): ImageSummary[] {
  return endpoint === DEFAULT_ENDPOINT ? images : images.filter(({ tags }) => /^(?:node|postgres):/.test(tags[0] ?? ''))
}

function made(world: World, now: number): ImageSummary[] {
  if (world.fleets.size === 0) return []
  const image = (name: string, more: Partial<ImageSummary>): ImageSummary => ({
    id: `sha256:${digest(name)}`,
    tags: [name],
    digests: [],
    createdAt: now - 30 * hour,
    bytes: 187_400_000,
    uniqueBytes: 4_200_000,
    origin: { kind: 'pull' },
    usedBy: [],
    ...more,
  })
  const snapshots = [8, 7, 6, 5, 4].flatMap(number =>
    ['web', 'api'].map(service =>
      image(`flotilla/shop/${service}:v${number}-4f1c09aa`, {
        createdAt: now - (9 - number) * 5 * hour,
        uniqueBytes: 310_000 * number,
        origin: { kind: 'snapshot', fleet: 'shop', version: version(number), service },
        usedBy: [
          { kind: 'container', name: `shop-${number}-${service}-1`, detail: 'running' },
          { kind: 'snapshot', name: `shop v${number}`, detail: service },
        ],
      }),
    ),
  )
  return [
    ...snapshots,
    image('node:24-alpine', { tags: ['node:24-alpine', 'node:lts'], bytes: 163_100_000, usedBy: [] }),
    image('postgres:17', { usedBy: [{ kind: 'container', name: 'bakery-postgres-1', detail: 'running' }] }),
    image('bakery/web:3', { origin: { kind: 'build' }, uniqueBytes: 22_000_000 }),
    image('untagged-one', { tags: [], origin: { kind: 'build' }, uniqueBytes: 61_000_000 }),
    image('untagged-two', { tags: [], origin: { kind: 'commit' }, uniqueBytes: null }),
    ...(isHostile(world) ? [image(`evil/${HOSTILE}`, { origin: { kind: 'import' } })] : []),
  ]
}

const isFree = (image: ImageSummary) => image.usedBy.length === 0
const nameOf = (image: ImageSummary) => image.tags[0] ?? image.id.slice(7, 19)

function planOf(images: readonly ImageSummary[]): Plan {
  const doomed = images.filter(isFree)
  return {
    summary: `Remove ${doomed.length} images`,
    steps: images.map(image => ({
      action: isFree(image) ? ('remove' as const) : ('keep' as const),
      what: nameOf(image),
      detail: isFree(image) ? 'frees 22.0 MB of 187.4 MB' : `container ${image.usedBy[0]?.name} (running)`,
    })),
    warnings: [],
    commands: [`docker rmi ${doomed.map(nameOf).join(' ')}`],
    choices: [],
    leftOut: [],
  }
}

const transfers = new WeakMap<World, Transfer[]>()

export const transfersOf = (world: World): Transfer[] => transfers.get(world) ?? []

/** Moves an image step by step: three layers, or the lines of a build. */
async function move(story: Story, kind: Transfer['kind'], title: string, { asked, id = title }: Moving): Promise<void> {
  const { world, stepMs, now, changed } = story
  const others = transfersOf(world).filter(one => one.id !== id)
  const put = (more: Partial<Transfer>) => {
    const plain = { id, kind, title, startedAt: now(), layers: [], lines: [], earlierLines: 0, failure: null }
    transfers.set(world, [...others, { ...plain, state: 'running', ...more }])
    changed()
  }
  const layer = (index: number, done: number) => ({
    id: digest(`${title}${index}`).slice(0, 12),
    done,
    total: 4_200_000,
  })
  const seen = (step: number) => ({
    layers:
      kind === 'build'
        ? []
        : [0, 1, 2].map(at => ({
            ...layer(at, Math.min(4_200_000, step * 600_000 * (at + 1))),
            status: 'Downloading',
          })),
    lines: kind === 'build' ? buildLines.slice(0, step + 1) : [`Status: ${title}`],
  })
  for (let step = 0; step < 6; step += 1) {
    put(seen(step))
    asked.progress({ done: step, total: 6, what: title })
    await new Promise(resolve => setTimeout(resolve, stepMs))
    if (!asked.signal.aborted) continue
    put({ ...seen(step), state: 'cancelled' })
    fail('cancelled', 'Cancelled')
  }
  const failure = title.includes('denied') ? { code: 'refused' as const, message: 'no basic auth credentials' } : null
  put({ ...seen(6), state: failure === null ? 'done' : 'failed', failure })
  if (failure !== null) fail(failure.code, failure.message, { hint: 'Log in with: docker login REGISTRY' })
}

interface Moving {
  readonly asked: Call
  readonly id: string | undefined
}

const buildLines = [
  'Step 1/3 : FROM node:24-alpine',
  ' ---> 4f1c09aa51b2',
  'Step 2/3 : COPY . /app',
  ' ---> 9be77d10c3f4',
  'Step 3/3 : RUN npm ci',
  'added 412 packages in 9s',
]

export function imagesHandlers(story: Story) {
  const all = () => imagesOf(story.world, story.now())
  const find = (reference: string) =>
    all().find(image => image.id === reference || image.tags.includes(reference)) ??
    fail('not-found', `The engine has no image ${reference}`)
  const put = (images: ImageSummary[]) => {
    known.set(story.world, images)
    story.changed()
  }
  const asked = (scope: 'untagged' | 'unused') => all().filter(image => scope === 'unused' || image.tags.length === 0)
  const remove = (images: readonly ImageSummary[]): ImagesRemoved => {
    const doomed = images.filter(isFree)
    put(all().filter(image => !doomed.includes(image)))
    const kept = images.filter(image => !isFree(image)).map(image => ({ image: nameOf(image), why: 'in use' }))
    return { removed: doomed.map(nameOf), kept, freedBytes: 61_000_000 }
  }
  return {
    'image.list': ({ endpoint }: Parsed<'image.list'>) => imagesAt(all(), endpoint),
    'image.tag': ({ image, tag }: Parsed<'image.tag'>) => {
      const found = find(image)
      put(all().map(one => (one === found ? { ...one, tags: [...one.tags, tag] } : one)))
      return {}
    },
    'image.untag': ({ tag }: Parsed<'image.untag'>) => {
      put(all().map(one => ({ ...one, tags: one.tags.filter(other => other !== tag) })))
      return {}
    },
    'image.removePlan': ({ images }: Parsed<'image.removePlan'>) => planOf(images.map(find)),
    'image.remove': ({ images }: Parsed<'image.remove'>) => remove(images.map(find)),
    'image.prunePlan': ({ scope }: Parsed<'image.prunePlan'>) => ({
      ...planOf(asked(scope).filter(isFree)),
      bytes: 83e6,
    }),
    'image.pull': async ({ image, transfer: id }: Parsed<'image.pull'>, asked: Call) => {
      await move(story, 'pull', `Pull ${image}`, { asked, id })
      return { image: `sha256:${digest(image)}` }
    },
    'image.push': async ({ tag, transfer: id }: Parsed<'image.push'>, asked: Call) => {
      await move(story, 'push', `Push ${tag}`, { asked, id })
      return {}
    },
    'image.build': async ({ tag, transfer: id }: Parsed<'image.build'>, asked: Call) => {
      await move(story, 'build', `Build ${tag}`, { asked, id })
      return { image: `sha256:${digest(tag)}` }
    },
    'image.save': async ({ to, transfer: id }: Parsed<'image.save'>, asked: Call) => {
      await move(story, 'save', `Save to ${to}`, { asked, id })
      return { path: to, bytes: 12_600_000 }
    },
    'image.load': async ({ from, transfer: id }: Parsed<'image.load'>, asked: Call) => {
      await move(story, 'load', `Load ${from}`, { asked, id })
      return { images: ['bakery/web:3'] }
    },
    'image.prune': ({ scope }: Parsed<'image.prune'>) => remove(asked(scope)),
  }
}
