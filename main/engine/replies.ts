import * as z from 'zod'
import { issuesText } from '../../shared/error-sentence.ts'

/*
 * The engine's answers: only the fields that are used, and tolerant of the ways that engines say nothing (null,
 * absent, empty). Docker 20.10 to 29 and Podman's compatible API.
 */

export const text = z
  .string()
  .nullish()
  .transform(value => value ?? '')
export const count = z
  .number()
  .nullish()
  .transform(value => value ?? 0)
export const flag = z
  .boolean()
  .nullish()
  .transform(value => value ?? false)
export const texts = list(z.string())

export function list<T>(item: z.ZodType<T>) {
  return z
    .array(item)
    .nullish()
    .transform(value => value ?? [])
}

/** A JSON object as a Map, so that a key like `__proto__` is a key like any other. */
export function entries<T>(value: z.ZodType<T>) {
  return z
    .unknown()
    .optional()
    .transform((input, context): ReadonlyMap<string, T> => {
      if (input === null || input === undefined) return new Map()
      if (typeof input !== 'object') {
        context.addIssue({ code: 'custom', message: 'expected an object' })
        return z.NEVER
      }
      const map = new Map<string, T>()
      for (const [key, item] of Object.entries(input)) {
        const parsed = value.safeParse(item)
        if (parsed.success) map.set(key, parsed.data)
        else context.addIssue({ code: 'custom', message: `${key}: ${issuesText(parsed.error.issues)}` })
      }
      return map
    })
}

export const Labels = entries(text)

export const VersionReply = z.object({
  Version: text,
  ApiVersion: z.string(),
  MinAPIVersion: text,
  Os: text,
  Arch: text,
  Components: list(z.object({ Name: text, Version: text })),
})

export const InfoReply = z.object({
  ID: text,
  Name: text,
  ServerVersion: text,
  OperatingSystem: text,
  OSType: text,
  KernelVersion: text,
  SystemTime: text,
  DockerRootDir: text,
  SecurityOptions: texts,
})
export type InfoReply = z.infer<typeof InfoReply>

export const IdReply = z.object({ Id: z.string().min(1) })
export const CreateReply = IdReply.extend({ Warnings: texts })
/** The warning of an engine that has no init process to offer, put in words of ours. */
export const NO_INIT = 'there is no init process'

/** `Paused` is told where a commit fails rather than go on without the pause that it was asked for. */
export const CommitReply = IdReply.extend({ Paused: z.boolean().optional() })

export const ContainerListReply = z.array(
  z.object({
    Id: z.string().min(1),
    Names: texts,
    Image: text,
    ImageID: text,
    State: text,
    Status: text,
    Labels,
    Created: count,
    Ports: list(z.object({ IP: text, PrivatePort: count, PublicPort: count, Type: text })),
    Mounts: list(z.object({ Type: text, Name: text })),
  }),
)
export type ContainerItem = z.infer<typeof ContainerListReply>[number]

const HealthcheckReply = z
  .object({ Test: texts, Interval: count, Timeout: count, StartPeriod: count, Retries: count })
  .nullish()
  .transform(value => value ?? null)
export type HealthcheckReply = z.infer<typeof HealthcheckReply>

const MountReply = z.object({ Type: text, Name: text, Source: text, Destination: text, RW: flag })

const ConfigReply = z.object({
  Hostname: text,
  User: text,
  Env: texts,
  Cmd: z.array(z.string()).nullish(),
  Entrypoint: z.union([z.array(z.string()), z.string().transform(line => [line])]).nullish(),
  WorkingDir: text,
  Labels,
  ExposedPorts: entries(z.unknown().optional()),
  Volumes: entries(z.unknown().optional()),
  Healthcheck: HealthcheckReply,
  Image: text,
  Tty: flag,
  OpenStdin: flag,
  StopSignal: text,
  StopTimeout: z.number().nullish(),
})

const HostConfigReply = z.object({
  PortBindings: entries(list(z.object({ HostPort: text }))),
  Tmpfs: entries(text),
  AutoRemove: flag,
  RestartPolicy: z.object({ Name: text, MaximumRetryCount: count }).nullish(),
  Memory: count,
  NanoCpus: count,
  CpuQuota: count,
  CpuPeriod: count,
  PidsLimit: count,
  ShmSize: count,
  Privileged: flag,
  ReadonlyRootfs: flag,
  CapAdd: texts,
  CapDrop: texts,
  SecurityOpt: texts,
  ExtraHosts: texts,
  Dns: texts,
  GroupAdd: texts,
  Sysctls: entries(text),
  Ulimits: list(z.object({ Name: z.string(), Soft: count, Hard: count })),
  Devices: list(z.object({ PathOnHost: text, PathInContainer: text, CgroupPermissions: text })),
})

export const ContainerReply = z.object({
  Id: z.string().min(1),
  Name: text,
  Image: text,
  State: z.object({
    Status: text,
    ExitCode: count,
    StartedAt: text,
    Health: z.object({ Status: text }).nullish(),
  }),
  Config: ConfigReply,
  HostConfig: HostConfigReply,
  Mounts: list(MountReply),
  NetworkSettings: z.object({
    Ports: entries(list(z.object({ HostIp: text, HostPort: text }))),
    Networks: entries(z.object({ IPAddress: text, GlobalIPv6Address: text, Aliases: texts })),
  }),
})
export type ContainerReply = z.infer<typeof ContainerReply>

/** Docker says 0, 1, 2; libpod's own word is never used in its compatible answer. */
export const ChangesReply = list(
  z.object({ Path: z.string(), Kind: z.union([z.literal(0), z.literal(1), z.literal(2)]) }),
)

export const ExecReply = z.object({ Running: flag, ExitCode: z.number().nullish() })

export const ImageReply = z.object({
  Id: z.string().min(1),
  Parent: text,
  RepoTags: texts,
  Size: count,
  Created: text,
  Architecture: text,
  Os: text,
  Variant: text,
  Author: text,
  Comment: text,
  Config: ConfigReply.nullish(),
  RootFS: z.object({ Layers: texts }).nullish(),
})
export type ImageReply = z.infer<typeof ImageReply>

export const ImageListReply = z.array(z.object({ Id: z.string().min(1), RepoTags: texts, Labels, Size: count }))

export const NetworkListReply = z.array(z.object({ Id: z.string().min(1), Name: z.string(), Labels }))

export const VolumeListReply = z.object({
  Volumes: list(z.object({ Name: z.string(), Labels })),
})

export const EventReply = z.object({
  Type: text,
  Action: text,
  Actor: z.object({ ID: text, Attributes: Labels }).nullish(),
})
export type EventReply = z.infer<typeof EventReply>

/** One line of a pull, a push, a build, an import or a load. */
export const ProgressReply = z.object({
  status: text,
  id: text,
  stream: text,
  error: text,
  /** From API 1.48 on what is meant to be read in place of `error`. */
  errorDetail: z.object({ message: text }).nullish(),
  progressDetail: z.object({ current: count, total: count }).nullish(),
  /** The result of a build; in a push it is something else. */
  aux: z.object({ ID: text }).nullish().catch(null),
})
export type ProgressReply = z.infer<typeof ProgressReply>
