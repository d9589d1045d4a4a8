import * as z from 'zod'
import { Check, CheckPace } from './checks.ts'
import { DataService, Dependency } from './fleet.ts'
import { FleetId, Name, PortNumber, SnapshotId, Time, Version } from './ids.ts'
import { RunConfig } from './run-config.ts'

/** Data that a snapshot does not hold. */
export const LeftOut = z.strictObject({
  service: z.string(),
  /** `path`: what a container wrote there, which the person who took the snapshot left out. */
  kind: z.enum(['volume', 'bind', 'tmpfs', 'path']),
  source: z.string(),
  target: z.string(),
  /** Null where the engine does not tell. */
  bytes: z.number().nullable(),
})
export type LeftOut = z.infer<typeof LeftOut>

export const SnapshotService = z.strictObject({
  name: Name,
  /** The one tag that this snapshot gave the image. */
  image: z.string(),
  imageId: z.string(),
  /** The image that the container was started from, as a person would name it. */
  base: z.string(),
  /** File system layers, oldest first: what makes two images the same. */
  layers: z.array(z.string()),
  bytes: z.number(),
  origin: z.enum(['commit', 'as-is']),
  /** The container that was committed or looked at; null when the service came from a file. */
  container: z.string().nullable(),
  /** Whether the container stood still while it was committed. An image taken as it is always is. */
  consistent: z.boolean(),
  run: RunConfig,
  replicas: z.int().min(0),
  checks: z.array(Check),
  pace: CheckPace,
  dependsOn: z.array(Dependency),
})
export type SnapshotService = z.infer<typeof SnapshotService>

/** One immutable, numbered point of a fleet. */
export const Snapshot = z.strictObject({
  id: SnapshotId,
  fleetId: FleetId,
  fleet: Name,
  number: z.int().min(1),
  version: Version,
  /** The version whose containers were committed, null for the first and for `source`. */
  parent: Version.nullable(),
  takenAt: Time,
  by: z.string(),
  note: z.string(),
  operation: z.string(),
  /** The image that carries this manifest in the engine, so that nothing here is needed to find it again. */
  manifestImage: z.string(),
  services: z.array(SnapshotService),
  dataServices: z.array(DataService),
  routes: z.array(z.strictObject({ hostname: z.string(), port: PortNumber, service: Name, servicePort: PortNumber })),
  leftOut: z.array(LeftOut),
})
export type Snapshot = z.infer<typeof Snapshot>
