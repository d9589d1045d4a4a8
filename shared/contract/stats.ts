import * as z from 'zod'
import { Name, Version } from '../model.ts'
import { feed } from './method.ts'

/** What a container, or some together, used at a moment. Rates are means since the reading before. */
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
  containers: z.array(ContainerUsage),
})
export type StatsNews = z.infer<typeof StatsNews>

const StatsInput = z.strictObject({
  fleet: Name,
  /** Only these versions; all of the fleet and its data services if absent. */
  versions: z.array(Version).max(8).optional(),
  /** Only this one, by its name or id. */
  container: z.string().optional(),
})

/** What containers use, and what the engine keeps. */
export const statsContract = {
  /**
   * What is known of the last 15 minutes first, then each sample. A container is read only while somebody follows it,
   * and no more than `MOST_STREAMS` of an engine at a time: more take turns.
   */
  'stats.follow': feed(StatsInput, StatsNews),
} as const
