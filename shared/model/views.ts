import * as z from 'zod'
import { CheckResult } from './checks.ts'
import { ContainerSet, SetContainer } from './container-set.ts'
import { Fleet } from './fleet.ts'
import { EndpointName, FleetId, SetId, SnapshotId, Time, Version } from './ids.ts'
import { Route } from './route.ts'
import { LeftOut } from './snapshot.ts'

export const Drift = z.strictObject({
  /** The container; of a network its name, of a route its address. */
  container: z.string(),
  service: z.string(),
  /** Its subject, where that is not a container of a set. */
  subject: z.enum(['data', 'network', 'route']).optional(),
  kind: z.enum([
    'added',
    'changed',
    'deleted',
    'config',
    'missing',
    'foreign',
    'image-moved',
    'exec',
    'stopped',
    'replaced',
    'image',
    'network',
    'mount',
    'route',
    'port',
  ]),
  path: z.string().optional(),
  /** In words: what was recorded and what is there; for `exec`: what was run. */
  detail: z.string().optional(),
  /** When it was seen first. */
  at: Time.optional(),
})
export type Drift = z.infer<typeof Drift>

/** Drift in a list. Data services and routes are the fleet's, and belong to no set. */
export const ListedDrift = Drift.extend({ setId: SetId.nullable() })
export type ListedDrift = z.infer<typeof ListedDrift>

/** A snapshot without its run configurations, for lists. */
export const SnapshotSummary = z.strictObject({
  id: SnapshotId,
  version: Version,
  number: z.int(),
  parent: Version.nullable(),
  takenAt: Time,
  by: z.string(),
  note: z.string(),
  bytes: z.number(),
  consistent: z.boolean(),
  services: z.array(
    z.strictObject({
      name: z.string(),
      image: z.string(),
      imageId: z.string(),
      origin: z.enum(['commit', 'as-is']),
      replicas: z.int(),
      ports: z.array(z.int()),
    }),
  ),
  leftOut: z.array(LeftOut),
})
export type SnapshotSummary = z.infer<typeof SnapshotSummary>

/** Everything the fleet screen shows of one fleet, but its journal and its traffic. */
export const FleetView = z.strictObject({
  fleet: Fleet,
  snapshots: z.array(SnapshotSummary),
  sets: z.array(ContainerSet),
  routes: z.array(Route),
  dataServices: z.array(
    z.strictObject({
      name: z.string(),
      container: z.string(),
      state: SetContainer.shape.state,
      volumes: z.array(z.string()),
    }),
  ),
  drift: z.array(ListedDrift),
  /** Check results of sets that are being checked right now. */
  checking: z.array(z.strictObject({ setId: SetId, results: z.array(CheckResult) })),
})
export type FleetView = z.infer<typeof FleetView>

export const FleetSummary = z.strictObject({
  id: FleetId,
  name: z.string(),
  endpoint: EndpointName,
  services: z.array(z.string()),
  dataServices: z.array(z.string()),
  versions: z.array(Version),
  live: Version.nullable(),
  /** Whether its engine answers. Where it does not, nothing is known of what runs: `running` is 0. */
  isKnown: z.boolean(),
  running: z.int(),
  drifted: z.int(),
  routes: z.array(z.string()),
})
export type FleetSummary = z.infer<typeof FleetSummary>

/** A container of the endpoint as a list shows it. */
export const ContainerSummary = z.strictObject({
  id: z.string(),
  name: z.string(),
  image: z.string(),
  state: z.string(),
  /** The Compose project and service that it belongs to, or null. */
  compose: z.strictObject({ project: z.string(), service: z.string() }).nullable(),
  fleet: z.string().nullable(),
  ports: z.array(z.int()),
  volumes: z.array(z.string()),
})
export type ContainerSummary = z.infer<typeof ContainerSummary>

/** A removed fleet, until it is purged. */
export const TrashedFleet = z.strictObject({
  fleetId: FleetId,
  name: z.string(),
  removedAt: Time,
  purgedAt: Time,
  versions: z.array(Version),
})
export type TrashedFleet = z.infer<typeof TrashedFleet>

/** Whether a version can still be brought back, looked at and not believed. */
export const Restorable = z.strictObject({
  version: Version,
  restorable: z.boolean(),
  /** Missing things in words: an image, a volume, a port, a data service. */
  problems: z.array(z.string()),
  checkedAt: Time,
})
export type Restorable = z.infer<typeof Restorable>

/** A file that differs between two versions of a service. Bytes and hash (SHA-256, hex) are null where it is not there. */
export const FileDifference = z.strictObject({
  service: z.string(),
  path: z.string(),
  kind: z.enum(['added', 'changed', 'deleted']),
  /** Its type afterwards, or before it was deleted. */
  type: z.enum(['file', 'directory', 'symlink', 'other']),
  bytesBefore: z.number().nullable(),
  bytesAfter: z.number().nullable(),
  hashBefore: z.string().nullable(),
  hashAfter: z.string().nullable(),
  /** Mode, owner or link target differ too, in words; empty when they do not. */
  detail: z.string(),
})
export type FileDifference = z.infer<typeof FileDifference>
