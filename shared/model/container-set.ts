import * as z from 'zod'
import { CheckReport } from './checks.ts'
import { FleetId, PortNumber, SetId, SnapshotId, Time, Version } from './ids.ts'

export const PublishedPort = z.strictObject({
  port: PortNumber,
  protocol: z.enum(['tcp', 'udp']),
  host: z.string(),
  hostPort: PortNumber,
})
export type PublishedPort = z.infer<typeof PublishedPort>

/** A port of a container, and the port of the engine's machine that it keeps for life. TCP. */
export const HostPort = z.strictObject({ port: PortNumber, hostPort: PortNumber })
export type HostPort = z.infer<typeof HostPort>

/**
 * A container as a set knows it. The state is the engine's: `missing` when the engine has it no more, `unknown` while the
 * engine does not answer.
 */
export const SetContainer = z.strictObject({
  id: z.string(),
  name: z.string(),
  service: z.string(),
  replica: z.int().min(1),
  /** Absent where the engine hands out other host ports at every start, as it does in sets of earlier versions. */
  ports: z.array(HostPort).optional(),
  state: z.enum(['created', 'running', 'healthy', 'unhealthy', 'paused', 'restarting', 'exited', 'missing', 'unknown']),
})
export type SetContainer = z.infer<typeof SetContainer>

/** A volume without a name of its own that a container of a set has: an image's `VOLUME` gives every container one. */
export const AnonymousVolume = z.strictObject({
  service: z.string(),
  replica: z.int().min(1),
  target: z.string(),
  /** The engine's name for it: 64 hexadecimal digits. */
  name: z.string(),
})
export type AnonymousVolume = z.infer<typeof AnonymousVolume>

/** A set in the journal; whether it is live or warm follows from the routes. */
export const RecordedSet = z.strictObject({
  id: SetId,
  fleetId: FleetId,
  snapshotId: SnapshotId,
  number: z.int().min(1),
  version: Version,
  state: z.enum(['running', 'stopped']),
  network: z.string(),
  containers: z.array(SetContainer.omit({ state: true })),
  report: CheckReport.nullable(),
  launchedAt: Time,
  launchMs: z.number(),
  /** Launched with read-only roots: the folders of each service that can be written, in memory. Null when not sealed. */
  seal: z
    .array(z.strictObject({ service: z.string(), writable: z.array(z.string()) }))
    .nullable()
    .default(null),
  /** Anonymous volumes outlive the containers: a launch of the same version mounts them again. */
  anonymousVolumes: z.array(AnonymousVolume).default([]),
})
export type RecordedSet = z.infer<typeof RecordedSet>

export const SetState = z.enum(['launching', 'checking', 'warm', 'live', 'failed', 'stopped'])
export type SetState = z.infer<typeof SetState>

/** One running copy of a snapshot, as it is now. */
export const ContainerSet = RecordedSet.extend({
  state: SetState,
  containers: z.array(SetContainer),
})
export type ContainerSet = z.infer<typeof ContainerSet>
