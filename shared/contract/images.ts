import * as z from 'zod'
import { Failure } from '../failure.ts'
import { Plan, Version } from '../model.ts'
import { AtEndpoint, feed, method, nothing } from './method.ts'

/** Whoever would miss an image: it is never removed while there is one. */
export const ImageUser = z.strictObject({
  kind: z.enum(['container', 'snapshot', 'trash', 'data-service', 'image']),
  name: z.string(),
  /** The container's state, the service of the snapshot, … */
  detail: z.string(),
})
export type ImageUser = z.infer<typeof ImageUser>

/** How an image came to be on its engine, as far as it can be told. */
export const ImageOrigin = z.discriminatedUnion('kind', [
  /** `service` is null for the image that carries the manifest. */
  z.strictObject({
    kind: z.literal('snapshot'),
    fleet: z.string(),
    version: Version,
    service: z.string().nullable(),
  }),
  z.strictObject({ kind: z.enum(['commit', 'build', 'pull', 'import', 'unknown']) }),
])
export type ImageOrigin = z.infer<typeof ImageOrigin>

export const ImageSummary = z.strictObject({
  id: z.string(),
  tags: z.array(z.string()),
  digests: z.array(z.string()),
  createdAt: z.number(),
  bytes: z.number(),
  /** What no other image holds; null until it is measured. */
  uniqueBytes: z.number().nullable(),
  origin: ImageOrigin,
  usedBy: z.array(ImageUser),
})
export type ImageSummary = z.infer<typeof ImageSummary>

/** What a removal did: every image by its first tag or its id. */
export const ImagesRemoved = z.strictObject({
  removed: z.array(z.string()),
  kept: z.array(z.strictObject({ image: z.string(), why: z.string() })),
  /** Null where the engine does not measure. */
  freedBytes: z.number().nullable(),
})
export type ImagesRemoved = z.infer<typeof ImagesRemoved>

/** As in `docker tag`, without a digest. The engine checks it again. */
export const ImageTag = z
  .string()
  .max(300)
  .regex(/^[a-z0-9][\w./:-]*$/, 'an image tag looks like registry.example/shop/web:1.2')
const Reference = z.string().min(1).max(300)
const OfImages = AtEndpoint.extend({ images: z.array(Reference).min(1).max(10_000) })
/** `untagged`: what no tag leads to; `unused`: all that nobody would miss. */
const Prune = AtEndpoint.extend({ scope: z.enum(['untagged', 'unused']).default('untagged') })

/** Images of an endpoint, snapshots among them. */
export const imagesContract = {
  /** `failure` says why `images` are those of an earlier look. */
  'images.state': feed(
    AtEndpoint,
    z.strictObject({ images: z.array(ImageSummary).nullable(), failure: Failure.nullable() }),
  ),
  'image.list': method(AtEndpoint, z.array(ImageSummary)),
  'image.tag': method(AtEndpoint.extend({ image: Reference, tag: ImageTag }), nothing),
  /** Takes one tag away. Fails `conflict` for the last one, and for those that a snapshot is found by. */
  'image.untag': method(AtEndpoint.extend({ tag: Reference }), nothing),
  'image.removePlan': method(OfImages, Plan),
  /** Never forced. Fails `conflict`, and says who uses it, where there is nothing among them that may go. */
  'image.remove': method(OfImages, ImagesRemoved),
  'image.prunePlan': method(Prune, Plan.extend({ bytes: z.number() })),
  'image.prune': method(Prune, ImagesRemoved),
} as const
