import * as z from 'zod'
import type { Calls } from './calls.ts'
import type { CallOptions } from './engine.ts'

/** What the engine keeps on its disk, in bytes. What it does not measure is absent. */
export interface DiskUse {
  /** All layers of all images, each counted once. */
  readonly layerBytes: number
  /** By image id: the whole, and what other images hold as well (null where the engine does not tell). */
  readonly images: ReadonlyMap<string, { readonly bytes: number; readonly sharedBytes: number | null }>
  /** By volume name. */
  readonly volumes: ReadonlyMap<string, number>
  /** By container id: what it has written on top of its image. */
  readonly containers: ReadonlyMap<string, number>
  readonly buildCacheBytes: number
}

export interface DiskCalls {
  /** `GET /system/df`: the engine walks every file of every volume and container, so it is asked seldom. */
  diskUse(options?: CallOptions): Promise<DiskUse>
}

const MEASURE_MS = 120_000

const bytes = z
  .number()
  .nullish()
  .transform(value => value ?? 0)

function list<T>(item: z.ZodType<T>) {
  return z
    .array(item)
    .nullish()
    .transform(value => value ?? [])
}

const DiskUseReply = z.object({
  LayersSize: bytes,
  Images: list(z.object({ Id: z.string(), Size: bytes, SharedSize: bytes })),
  Containers: list(z.object({ Id: z.string(), SizeRw: bytes })),
  Volumes: list(z.object({ Name: z.string(), UsageData: z.object({ Size: z.number() }).nullish() })),
  BuildCache: list(z.object({ Size: bytes })),
})

export function diskCalls(calls: Calls): DiskCalls {
  return {
    async diskUse(options) {
      const request = { method: 'GET' as const, path: '/system/df', deadlineMs: MEASURE_MS }
      const reply = await calls.ask(request, DiskUseReply, options)
      const measured = reply.Volumes.flatMap(({ Name, UsageData }) =>
        UsageData && UsageData.Size >= 0 ? [[Name, UsageData.Size] as const] : [],
      )
      return {
        layerBytes: reply.LayersSize,
        images: new Map(
          reply.Images.map(({ Id, Size, SharedSize }) => [
            Id,
            { bytes: Size, sharedBytes: SharedSize < 0 ? null : SharedSize },
          ]),
        ),
        volumes: new Map(measured),
        containers: new Map(reply.Containers.map(({ Id, SizeRw }) => [Id, SizeRw])),
        buildCacheBytes: reply.BuildCache.reduce((sum, { Size }) => sum + Size, 0),
      }
    },
  }
}
