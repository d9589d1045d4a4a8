import * as z from 'zod'
import { SetState } from '../model/container-set.ts'
import { Name, Version } from '../model/ids.ts'
import { AtEndpoint, feed, method } from './method.ts'

/** Resource use of one or several containers at a moment. Rates are means since the reading before. */
export const UsageSample = z.strictObject({
  /** Milliseconds since the epoch, by the app's clock. */
  at: z.number(),
  /** Percent of one CPU: 200 is two CPUs at work. */
  cpu: z.number(),
  /** Bytes, without the files that the kernel merely caches. */
  memory: z.number(),
  /** Bytes a second, over all networks. */
  received: z.number(),
  sent: z.number(),
  /** Bytes a second, over all block devices. */
  read: z.number(),
  written: z.number(),
})
export type UsageSample = z.infer<typeof UsageSample>

export const ContainerUsage = z.strictObject({
  id: z.string(),
  name: z.string(),
  service: z.string(),
  /** Null for a data service. */
  version: Version.nullable(),
  /** Bytes that it may take, or that the machine has; null where the engine does not tell. */
  memoryLimit: z.number().nullable(),
  /** Oldest first, only those that were not told before. */
  samples: z.array(UsageSample),
})
export type ContainerUsage = z.infer<typeof ContainerUsage>

export const StatsNews = z.strictObject({
  /** How long it takes until a container is read again: more than a second when many take turns. Milliseconds. */
  everyMs: z.number(),
  /** How many of the containers are up; null while the engine has not told. */
  running: z.int().nullable(),
  containers: z.array(ContainerUsage),
})
export type StatsNews = z.infer<typeof StatsNews>

/** The last reading of a container. */
export const ContainerNow = z.strictObject({
  id: z.string(),
  /** Percent of one CPU: 200 is two CPUs at work. */
  cpu: z.number(),
  /** Bytes, without the files that the kernel merely caches. */
  memory: z.number(),
  /** Bytes that it may take, or that the machine has; null where the engine does not tell. */
  memoryLimit: z.number().nullable(),
})
export type ContainerNow = z.infer<typeof ContainerNow>

const StatsInput = z.strictObject({
  fleet: Name,
  /** Only these versions; all of the fleet and its data services if absent. */
  versions: z.array(Version).max(8).optional(),
  /** Only this one, by its name or id. */
  container: z.string().optional(),
})

/** Disk use of a version's images. Every layer counts once. Bytes. */
export const VersionCost = z.strictObject({
  version: Version,
  /** `cold` when only its snapshot is there. */
  state: z.union([SetState, z.literal('cold')]),
  /** All layers of its images. */
  bytes: z.number(),
  /** Layers that nothing else holds: what its removal frees. */
  unique: z.number(),
  /** Bytes that its containers have written on top of their images. */
  written: z.number(),
})
export type VersionCost = z.infer<typeof VersionCost>

export const FleetCost = z.strictObject({
  fleet: z.string(),
  bytes: z.number(),
  /** Layers that nothing but this fleet holds: what its removal with its images frees. */
  unique: z.number(),
  written: z.number(),
  /** The versions that a sweep would remove now, and the bytes that it would free: layers and written files. */
  sweep: z.strictObject({ versions: z.array(Version), bytes: z.number() }),
  /** Oldest first. */
  versions: z.array(VersionCost),
})
export type FleetCost = z.infer<typeof FleetCost>

const Kept = z.strictObject({
  count: z.int(),
  bytes: z.number(),
  /** Of the bytes: what no container makes use of, running or not. */
  unused: z.number(),
})

/** Disk use of an engine, in bytes. */
export const EngineUse = z.strictObject({
  at: z.number(),
  /** How long the engine took to measure it, in milliseconds. */
  tookMs: z.number(),
  /** Layers shared by images count once. */
  images: Kept,
  /** Bytes that containers have written on top of their images. Unused are those that do not run. */
  containers: Kept,
  volumes: Kept,
  buildCache: z.number(),
  fleets: z.array(FleetCost),
})
export type EngineUse = z.infer<typeof EngineUse>

/** Resource use of containers, and disk use of the engine. */
export const statsContract = {
  /**
   * The samples of the last 15 minutes first, then each sample. A container is read only while somebody follows it,
   * and no more than `MOST_STREAMS` of an engine at a time: more take turns.
   */
  'stats.follow': feed(StatsInput, StatsNews),
  /** Every container of an engine that runs, whoever made it: those that were read since the item before. */
  'stats.containers': feed(AtEndpoint, z.array(ContainerNow)),
  /** Long where much is kept: progress, and can be cancelled. */
  'stats.use': method(AtEndpoint, EngineUse),
} as const
