import * as z from 'zod'
import { PortNumber } from './ids.ts'

/* How a container is run. Everything that `docker run` would have to be told again. */

export const Mount = z.strictObject({
  kind: z.enum(['volume', 'bind', 'tmpfs']),
  /** The volume's name or the host's path; empty for tmpfs. */
  source: z.string(),
  target: z.string(),
  readOnly: z.boolean(),
})
export type Mount = z.infer<typeof Mount>

export const Healthcheck = z.strictObject({
  /** As in an image's config: `['CMD', ...]`, `['CMD-SHELL', line]` or `['NONE']`. */
  test: z.array(z.string()),
  intervalMs: z.number(),
  timeoutMs: z.number(),
  startPeriodMs: z.number(),
  retries: z.int(),
})
export type Healthcheck = z.infer<typeof Healthcheck>

const Pair = z.tuple([z.string(), z.string()])

/**
 * The whole run configuration of one container, canonical: lists whose order means nothing are sorted, null means
 * "as the image says". A value may hold `{{secret:REF}}` in place of what looked like a secret.
 */
export const RunConfig = z.strictObject({
  entrypoint: z.array(z.string()).nullable(),
  command: z.array(z.string()).nullable(),
  /** Name and value, sorted by name. */
  environment: z.array(Pair),
  labels: z.array(Pair),
  workingDir: z.string(),
  user: z.string(),
  hostname: z.string().nullable(),
  /** Container ports that the set publishes on ephemeral loopback ports. */
  ports: z.array(z.strictObject({ port: PortNumber, protocol: z.enum(['tcp', 'udp']) })),
  mounts: z.array(Mount),
  healthcheck: Healthcheck.nullable(),
  restart: z.strictObject({
    policy: z.enum(['no', 'always', 'unless-stopped', 'on-failure']),
    retries: z.int(),
  }),
  limits: z.strictObject({ memoryBytes: z.int(), nanoCpus: z.int(), pids: z.int(), shmBytes: z.int() }),
  stopSignal: z.string().nullable(),
  stopGraceMs: z.number().nullable(),
  tty: z.boolean(),
  stdin: z.boolean(),
  privileged: z.boolean(),
  readOnlyRoot: z.boolean(),
  capAdd: z.array(z.string()),
  capDrop: z.array(z.string()),
  securityOptions: z.array(z.string()),
  extraHosts: z.array(z.string()),
  dns: z.array(z.string()),
  groups: z.array(z.string()),
  sysctls: z.array(Pair),
  ulimits: z.array(z.strictObject({ name: z.string(), soft: z.int(), hard: z.int() })),
  devices: z.array(z.strictObject({ host: z.string(), container: z.string(), permissions: z.string() })),
})
export type RunConfig = z.infer<typeof RunConfig>
