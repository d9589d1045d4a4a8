import * as z from 'zod'
import { Failure } from '../failure.ts'
import { Plan } from '../model/plan.ts'
import { AtEndpoint, feed, method, nothing } from './method.ts'

/** A container that holds a volume or hangs on a network. */
const Holder = z.strictObject({ id: z.string(), name: z.string(), state: z.string(), detail: z.string() })

/** Whose it is: a fleet's, for what. `inTrash`: of a removed fleet that can still be brought back. */
export const ThingOwner = z.strictObject({ fleet: z.string(), what: z.string(), inTrash: z.boolean() })
export type ThingOwner = z.infer<typeof ThingOwner>

const Labels = z.array(z.tuple([z.string(), z.string()]))

export const VolumeSummary = z.strictObject({
  name: z.string(),
  /** Without a name of its own: the engine made it for one container. */
  isAnonymous: z.boolean(),
  driver: z.string(),
  mountpoint: z.string(),
  labels: Labels,
  createdAt: z.number().nullable(),
  /** Null until it is measured, and where the engine does not measure. */
  bytes: z.number().nullable(),
  usedBy: z.array(Holder),
  owner: ThingOwner.nullable(),
})
export type VolumeSummary = z.infer<typeof VolumeSummary>

export const NetworkSummary = z.strictObject({
  id: z.string(),
  name: z.string(),
  driver: z.string(),
  scope: z.string(),
  labels: Labels,
  createdAt: z.number().nullable(),
  subnets: z.array(z.strictObject({ subnet: z.string(), gateway: z.string() })),
  isInternal: z.boolean(),
  /** The engine's own: it can be neither made nor removed. */
  isBuiltIn: z.boolean(),
  usedBy: z.array(Holder),
  owner: ThingOwner.nullable(),
})
export type NetworkSummary = z.infer<typeof NetworkSummary>

export const ThingsRemoved = z.strictObject({
  removed: z.array(z.string()),
  kept: z.array(z.strictObject({ name: z.string(), why: z.string() })),
  freedBytes: z.number().nullable(),
})
export type ThingsRemoved = z.infer<typeof ThingsRemoved>

/** As the engine takes names of volumes and networks. */
export const ThingName = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9][\w.-]+$/, 'use 2 or more letters, digits, dots, dashes and underscores')

const Named = z.string().min(1).max(300)
const OfThings = AtEndpoint.extend({ names: z.array(Named).min(1).max(10_000) })
/** `insist`: also what belongs to a fleet, as long as no container holds it. */
const OfVolumes = OfThings.extend({ insist: z.boolean().default(false) })
const PruneVolumes = AtEndpoint.extend({ anonymousOnly: z.boolean().default(false) })
const Hanging = AtEndpoint.extend({ network: Named, container: Named })

/** Volumes and networks of an endpoint. */
export const volumesContract = {
  /** `failure` says why the others are those of an earlier look. */
  'volumes.state': feed(
    AtEndpoint,
    z.strictObject({ volumes: z.array(VolumeSummary).nullable(), failure: Failure.nullable() }),
  ),
  'volume.list': method(AtEndpoint, z.array(VolumeSummary)),
  'volume.create': method(
    AtEndpoint.extend({
      name: ThingName,
      driver: z.string().min(1).max(100).default('local'),
      labels: Labels.default([]),
    }),
    nothing,
  ),
  'volume.removePlan': method(OfVolumes, Plan),
  /** Fails `conflict` where a container holds it, `refused` where a fleet's data is in it and nobody insists. */
  'volume.remove': method(OfVolumes, ThingsRemoved),
  'volume.prunePlan': method(PruneVolumes, Plan.extend({ bytes: z.number() })),
  'volume.prune': method(PruneVolumes, ThingsRemoved),

  'networks.state': feed(
    AtEndpoint,
    z.strictObject({ networks: z.array(NetworkSummary).nullable(), failure: Failure.nullable() }),
  ),
  'network.list': method(AtEndpoint, z.array(NetworkSummary)),
  'network.create': method(
    AtEndpoint.extend({
      name: ThingName,
      driver: z.string().min(1).max(100).default('bridge'),
      isInternal: z.boolean().default(false),
      subnet: z
        .string()
        .regex(/^[0-9a-fA-F.:]+\/\d{1,3}$/, 'a subnet looks like 10.9.0.0/24')
        .nullable()
        .default(null),
      labels: Labels.default([]),
    }),
    nothing,
  ),
  'network.removePlan': method(OfThings, Plan),
  /** Fails `conflict` where a container hangs on it, `refused` for those of sets and the engine's own. */
  'network.remove': method(OfThings, ThingsRemoved),
  'network.prunePlan': method(AtEndpoint, Plan),
  'network.prune': method(AtEndpoint, ThingsRemoved),
  /** Fails `refused` for containers of a set: those are never edited. */
  'network.connect': method(Hanging.extend({ aliases: z.array(ThingName).max(20).default([]) }), nothing),
  'network.disconnect': method(Hanging, nothing),
} as const
