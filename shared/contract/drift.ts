import * as z from 'zod'
import { IgnoredPath } from '../model/fleet.ts'
import { Name, Version } from '../model/ids.ts'
import { Plan } from '../model/plan.ts'
import { Drift, ListedDrift } from '../model/views.ts'
import { feed, method, nothing, OfFleet } from './method.ts'

/** The most that is told of one container in the inbox. */
export const MOST_DRIFT = 200

/** A container that is not what it was launched as. */
export const DriftedContainer = z.strictObject({
  fleet: Name,
  /** Null for what belongs to no version: data services and routes. */
  version: Version.nullable(),
  isLive: z.boolean(),
  container: z.string(),
  subject: Drift.shape.subject,
  service: z.string(),
  /** Milliseconds since the epoch: when its newest drift was seen first. */
  at: z.number(),
  drift: z.array(Drift).max(MOST_DRIFT),
  /** How much more there is than is told. */
  more: z.int(),
  /** Paths that are ignored in its service besides those that always are. */
  ignored: z.array(z.string()),
})
export type DriftedContainer = z.infer<typeof DriftedContainer>

const OfContainer = z.strictObject({ fleet: Name, container: z.string().min(1) })

const OfDataService = z.strictObject({ fleet: Name, service: Name })

const StartDataService = OfDataService.extend({ empty: z.boolean().default(false) })

/** Drift: differences between what runs and what is recorded. */
export const driftContract = {
  /** The drifted containers of all fleets, the newest first. */
  'drift.state': feed(nothing, z.array(DriftedContainer)),
  'drift.list': method(OfFleet, z.array(ListedDrift)),
  /** Both sides of one drifted file: the image's and the container's; text where it is text and not larger than 256 KiB. */
  'drift.file': method(
    OfContainer.extend({ path: z.string().startsWith('/') }),
    z.strictObject({ before: z.string().nullable(), after: z.string().nullable(), isText: z.boolean() }),
  ),
  /** Changes of a container at ignored paths, the first 1,000, each with the pattern that covers it. */
  'drift.ignored': method(
    OfContainer,
    z.array(z.strictObject({ path: z.string(), kind: z.enum(['added', 'changed', 'deleted']), by: z.string() })),
  ),
  /** Paths that are no drift in a service from now on, and those that are again. Answers what is ignored then. */
  'drift.ignore': method(
    z.strictObject({
      fleet: Name,
      service: Name,
      add: z.array(IgnoredPath).default([]),
      remove: z.array(z.string()).default([]),
    }),
    z.array(IgnoredPath),
  ),
  /** The plan of healing these containers, one after the other. */
  'drift.healPlan': method(z.strictObject({ containers: z.array(OfContainer).min(1).max(500) }), Plan),
  /**
   * Starts the container of a data service, or makes it anew with its volumes, and connects it to the running sets. `empty`
   * replaces volumes that are gone; without it that fails.
   */
  'data.start': method(StartDataService, nothing),
  'data.startPlan': method(StartDataService, Plan),
  /** Takes the container that runs under the recorded name for the data service from now on, as it is. */
  'data.adopt': method(OfDataService, nothing),
} as const
