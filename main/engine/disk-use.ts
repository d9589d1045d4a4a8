import * as z from 'zod'
import type { Calls } from './calls.ts'
import type { CallOptions } from './engine.ts'
import { count, list } from './replies.ts'

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

const DiskUseReply = z.object({
  LayersSize: count,
  Images: list(z.object({ Id: z.string(), Size: count, SharedSize: count })),
  Containers: list(z.object({ Id: z.string(), SizeRw: count })),
  Volumes: list(z.object({ Name: z.string(), UsageData: z.object({ Size: z.number() }).nullish() })),
  BuildCache: list(z.object({ Size: count })),
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
