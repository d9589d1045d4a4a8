import * as z from 'zod'
import type { Calls } from './calls.ts'
import type { CallOptions } from './model.ts'
import { count, list } from './replies.ts'
import { pause } from './time-limit.ts'

/** Disk use of the engine, in bytes. Values that it does not measure are absent. */
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
const AGAIN_MS = 200

const ImageUse = z.object({ Id: z.string(), Size: count, SharedSize: count })
const ContainerUse = z.object({ Id: z.string(), SizeRw: count })
const VolumeUse = z.object({ Name: z.string(), UsageData: z.object({ Size: z.number() }).nullish() })
const CacheUse = z.object({ Size: count })

/** A list for each kind; from API 1.52 on an object for each kind. */
const DiskUseReply = z
  .object({
    LayersSize: count,
    Images: list(ImageUse),
    Containers: list(ContainerUse),
    Volumes: list(VolumeUse),
    BuildCache: list(CacheUse),
    ImageUsage: usage(ImageUse),
    ContainerUsage: usage(ContainerUse),
    VolumeUsage: usage(VolumeUse),
    BuildCacheUsage: usage(CacheUse),
  })
  .transform(reply => ({
    layerBytes: reply.LayersSize || reply.ImageUsage.TotalSize,
    images: [...reply.Images, ...reply.ImageUsage.Items],
    containers: [...reply.Containers, ...reply.ContainerUsage.Items],
    volumes: [...reply.Volumes, ...reply.VolumeUsage.Items],
    buildCache: [...reply.BuildCache, ...reply.BuildCacheUsage.Items],
  }))

function usage<T>(item: z.ZodType<T>) {
  return z
    .object({ TotalSize: count, Items: list(item) })
    .nullish()
    .transform(value => value ?? { TotalSize: 0, Items: [] })
}

/** Docker before 23 measures for one at a time, and refuses others meanwhile. */
async function askOnceFree<T>(ask: () => Promise<T>, options?: CallOptions): Promise<T> {
  const end = Date.now() + (options?.deadlineMs ?? MEASURE_MS)
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (Date.now() >= end || !/disk usage operation is already running/.test(String(error))) throw error
      await pause(AGAIN_MS, options?.signal ?? new AbortController().signal)
    }
  }
}

export function diskCalls(calls: Calls): DiskCalls {
  return {
    async diskUse(options) {
      const request = { method: 'GET' as const, path: '/system/df', query: { verbose: '1' }, deadlineMs: MEASURE_MS }
      const reply = await askOnceFree(() => calls.ask(request, DiskUseReply, options), options)
      const measured = reply.volumes.flatMap(({ Name, UsageData }) =>
        UsageData && UsageData.Size >= 0 ? [[Name, UsageData.Size] as const] : [],
      )
      return {
        layerBytes: reply.layerBytes,
        images: new Map(
          reply.images.map(({ Id, Size, SharedSize }) => [
            Id,
            { bytes: Size, sharedBytes: SharedSize < 0 ? null : SharedSize },
          ]),
        ),
        volumes: new Map(measured),
        containers: new Map(reply.containers.map(({ Id, SizeRw }) => [Id, SizeRw])),
        buildCacheBytes: reply.buildCache.reduce((sum, { Size }) => sum + Size, 0),
      }
    },
  }
}
