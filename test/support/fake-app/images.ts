import type { ImageSummary, ImagesRemoved } from '../../../shared/contract/images.ts'
import type { Item, Parsed } from '../../../shared/contract.ts'
import { fail } from '../../../shared/failure.ts'
import type { Plan } from '../../../shared/model.ts'
import { digest, version } from './build.ts'
import type { Story } from './operation.ts'
import { HOSTILE, isHostile, type World } from './world.ts'

const hour = 3_600_000
const known = new WeakMap<World, ImageSummary[]>()

/** The engine's images: those of the shop's versions, what they were made from, and what nobody needs any more. */
export function imagesOf(world: World, now: number): ImageSummary[] {
  const found = known.get(world) ?? made(world, now)
  known.set(world, found)
  return found
}

export function imagesItem(world: World, now: number): Item<'images.state'> {
  const { failure } = world.app.endpoint
  return { images: imagesOf(world, now), failure: world.app.endpoint.state === 'lost' ? failure : null }
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
    'image.list': all,
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
    'image.prune': ({ scope }: Parsed<'image.prune'>) => remove(asked(scope)),
  }
}
