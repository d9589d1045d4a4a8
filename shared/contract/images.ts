import * as z from 'zod'
import { Failure } from '../failure.ts'
import { Version } from '../model/ids.ts'
import { Plan } from '../model/plan.ts'
import { LocalPath } from './files.ts'
import { AtEndpoint, feed, method, nothing } from './method.ts'

/** A user of an image. An image with users is never removed. */
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
  /** Bytes of layers that no other image has; null until they are measured. */
  uniqueBytes: z.number().nullable(),
  origin: ImageOrigin,
  usedBy: z.array(ImageUser),
})
export type ImageSummary = z.infer<typeof ImageSummary>

/** The outcome of a removal. Images are named by their first tag or their id. */
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

/** The caller's id for a transfer or build, to find it in `images.transfers`. */
const TransferId = z.string().regex(/^[\w-]{1,64}$/)
const Wanted = AtEndpoint.extend({ transfer: TransferId.optional() })

/** An image that comes or goes, or is built; the last ones stay in sight when they have ended. */
export const Transfer = z.strictObject({
  id: TransferId,
  kind: z.enum(['pull', 'push', 'build', 'save', 'load']),
  title: z.string(),
  startedAt: z.number(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  /** Layers of a pull or push in the order in which they were heard of; bytes, 0 of 0 where they are not counted. */
  layers: z.array(z.strictObject({ id: z.string(), status: z.string(), done: z.number(), total: z.number() })),
  /** The last lines of what was said, and how many came before them. */
  lines: z.array(z.string()),
  earlierLines: z.int(),
  failure: Failure.nullable(),
})
export type Transfer = z.infer<typeof Transfer>

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

  'images.transfers': feed(nothing, z.array(Transfer)),
  /** With the credentials that the docker configuration of this machine keeps. */
  'image.pull': method(Wanted.extend({ image: ImageTag }), z.strictObject({ image: z.string() })),
  /** Fails `refused` where the registry does not know us, or does not let us. */
  'image.push': method(Wanted.extend({ tag: ImageTag }), nothing),
  /** From a directory of this machine; what a cancelled build had made is removed. */
  'image.build': method(
    Wanted.extend({
      directory: LocalPath,
      dockerfile: LocalPath.default('Dockerfile'),
      tag: ImageTag,
      args: z
        .array(z.tuple([z.string().min(1).max(200), z.string().max(4096)]))
        .max(200)
        .default([]),
      noCache: z.boolean().default(false),
      pullBases: z.boolean().default(false),
    }),
    z.strictObject({ image: z.string() }),
  ),
  /** To a tar on this machine, there all at once or not at all. */
  'image.save': method(
    Wanted.extend({ images: OfImages.shape.images, to: LocalPath, replace: z.boolean().default(false) }),
    z.strictObject({ path: z.string(), bytes: z.number() }),
  ),
  'image.load': method(Wanted.extend({ from: LocalPath }), z.strictObject({ images: z.array(z.string()) })),
} as const
