import * as z from 'zod'
import { Check, CheckPace } from './checks.ts'
import { EndpointName, FleetId, Name, PortNumber, Time } from './ids.ts'
import { RunConfig } from './run-config.ts'

export const Dependency = z.strictObject({
  service: z.string(),
  condition: z.enum(['started', 'healthy', 'completed']),
})
export type Dependency = z.infer<typeof Dependency>

/** Where changes are no drift: a path with all below it, or a name at any depth. `*` is a part of a name, `**` any folders. */
export const IgnoredPath = z
  .string()
  .max(200)
  .regex(/^(?:\/(?!\/)[^\p{Cc}]+|[^\p{Cc}/]+)$/u, 'a path that begins with a slash, or a name such as *.pid')
  .refine(path => !/(?:^|\/)\.\.?(?:\/|$)/.test(path), 'without . and ..')
  .refine(path => /[^/*]/.test(path), 'not everything')
export type IgnoredPath = z.infer<typeof IgnoredPath>

/** A role in a fleet that is part of every switch. */
export const Service = z.strictObject({
  name: Name,
  replicas: z.int().min(0).max(100),
  checks: z.array(Check),
  pace: CheckPace,
  dependsOn: z.array(Dependency),
  /** Names of the running containers that it was adopted from; empty when it came from a file. */
  source: z.array(z.string()),
  /** Paths whose changes in its containers are no drift. */
  ignored: z.array(IgnoredPath).default([]),
})
export type Service = z.infer<typeof Service>

/** A container as it was when it was attached as a data service. Secrets in its configuration are references. */
export const AttachedContainer = z.strictObject({
  id: z.string(),
  run: RunConfig,
  /** Absent in records of earlier versions, like `published`. */
  networks: z.array(z.strictObject({ name: z.string(), aliases: z.array(z.string()) })).optional(),
  /** Ports on the engine's machine. */
  published: z
    .array(
      z.strictObject({ port: PortNumber, protocol: z.enum(['tcp', 'udp']), host: z.string(), hostPort: PortNumber }),
    )
    .optional(),
})
export type AttachedContainer = z.infer<typeof AttachedContainer>

/** A volume that the container of a data service has, or that an earlier container of it had. */
export const DataVolume = z.strictObject({
  name: z.string(),
  target: z.string(),
  readOnly: z.boolean(),
  /** False for a volume of an earlier container: it is kept, and not mounted again. */
  isMounted: z.boolean(),
})
export type DataVolume = z.infer<typeof DataVolume>

/** A role that holds state: it persists beside every version and is attached, never copied or switched. */
export const DataService = z.strictObject({
  name: Name,
  /** The one container that holds the state. */
  container: z.string(),
  /** How to make that container; null when it was adopted: it is made anew as `attached` says. */
  run: RunConfig.nullable(),
  /** The image as a person would name it, and the id that the container is made from. */
  image: z.string(),
  imageId: z.string(),
  /** Absent before a container was attached, and in fleets of earlier versions until the next launch or start. */
  attached: AttachedContainer.optional(),
  /** Volumes with and without a name. Absent like `attached`; a snapshot has them as they were when it was taken. */
  volumes: z.array(DataVolume).optional(),
})
export type DataService = z.infer<typeof DataService>

export const Fleet = z.strictObject({
  id: FleetId,
  name: Name,
  createdAt: Time,
  from: z.enum(['adopted', 'compose', 'sample', 'rebuilt', 'copied']),
  endpoint: EndpointName,
  services: z.array(Service),
  dataServices: z.array(DataService),
})
export type Fleet = z.infer<typeof Fleet>
