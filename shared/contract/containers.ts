import * as z from 'zod'
import { Failure } from '../failure.ts'
import { Version } from '../model/ids.ts'
import { Plan } from '../model/plan.ts'
import { RunConfig } from '../model/run-config.ts'
import { ContainerSummary } from '../model/views.ts'
import { AtEndpoint, feed, method } from './method.ts'

/** Whom a container belongs to, as far as it is known here. */
export const Belonging = z.discriminatedUnion('kind', [
  /** Part of a container set: immutable. */
  z.strictObject({
    kind: z.literal('set'),
    fleet: z.string(),
    version: Version,
    service: z.string(),
    state: z.enum(['live', 'warm', 'stopped']),
  }),
  /** Holds the state of a fleet: beside every version, never copied. */
  z.strictObject({ kind: z.literal('data'), fleet: z.string(), service: z.string() }),
  /** The container that a service of a fleet was adopted from. */
  z.strictObject({ kind: z.literal('source'), fleet: z.string(), service: z.string() }),
  /** Its labels say that it is part of a set, which no journal here knows. */
  z.strictObject({ kind: z.literal('foreign'), fleet: z.string(), service: z.string() }),
  z.strictObject({ kind: z.literal('compose'), project: z.string(), service: z.string() }),
  z.strictObject({ kind: z.literal('loose') }),
])
export type Belonging = z.infer<typeof Belonging>

/** A port of a container. `href` leads to it from this machine; null where it is not published, or not to here. */
export const ListedPort = z.strictObject({
  port: z.int(),
  protocol: z.enum(['tcp', 'udp']),
  host: z.string().nullable(),
  hostPort: z.int().nullable(),
  href: z.string().nullable(),
})
export type ListedPort = z.infer<typeof ListedPort>

export const ListedContainer = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** As it was named when the container was made, or its snapshot names it. */
  image: z.string(),
  imageId: z.string(),
  /** The engine's word: `created`, `running`, `paused`, `restarting`, `removing`, `exited`, `dead`. */
  state: z.string(),
  health: z.enum(['none', 'starting', 'healthy', 'unhealthy']),
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
  ports: z.array(ListedPort),
  belongs: Belonging,
  isDrifted: z.boolean(),
})
export type ListedContainer = z.infer<typeof ListedContainer>

export const ContainerAction = z.enum(['start', 'stop', 'restart', 'pause', 'unpause', 'kill', 'remove', 'rename'])
export type ContainerAction = z.infer<typeof ContainerAction>

const ActInput = AtEndpoint.extend({
  action: ContainerAction,
  /** Ids or names. */
  containers: z.array(z.string().min(1)).min(1).max(10_000),
  /** The new name, for `rename`. */
  name: z
    .string()
    .regex(/^[a-zA-Z0-9][\w.-]{0,127}$/, 'a name has letters, digits, dots, dashes and underscores')
    .optional(),
  /** Changes immutable containers and data services too; what is changed shows as drift. */
  insist: z.boolean().default(false),
  /** A removal takes the anonymous volumes too; they stay otherwise. */
  volumes: z.boolean().default(false),
})

/** The operation that replaces a change of an immutable container. */
export const ImmutableWay = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('heal'), fleet: z.string(), container: z.string() }),
  z.strictObject({ kind: z.enum(['set.start', 'set.stop', 'set.remove']), fleet: z.string(), version: Version }),
  /** Another version first: this one is live. */
  z.strictObject({ kind: z.literal('switch'), fleet: z.string(), version: Version }),
  z.strictObject({ kind: z.literal('fleet.rename'), fleet: z.string() }),
])
export type ImmutableWay = z.infer<typeof ImmutableWay>

/** A container that is left as it is unless somebody insists: why, and the way that is meant for it, if there is one. */
export const ContainerOffer = z.strictObject({
  id: z.string(),
  container: z.string(),
  why: z.string(),
  way: ImmutableWay.nullable(),
})
export type ContainerOffer = z.infer<typeof ContainerOffer>

/** The outcome for one container. */
export const ContainerOutcome = z.strictObject({
  id: z.string(),
  container: z.string(),
  outcome: z.enum(['done', 'kept', 'failed', 'cancelled']),
  /** Why it was kept; empty otherwise. */
  why: z.string(),
  failure: Failure.nullable(),
})
export type ContainerOutcome = z.infer<typeof ContainerOutcome>

const Pairs = z.array(z.tuple([z.string(), z.string()]))

/** A container from near. What looks like a secret is masked throughout. Times in milliseconds since the epoch, or null. */
export const ContainerInspection = z.strictObject({
  listed: ListedContainer,
  run: RunConfig,
  labels: Pairs,
  networks: z.array(z.strictObject({ name: z.string(), address: z.string(), aliases: z.array(z.string()) })),
  exitCode: z.int(),
  /** The engine's error at its last start or end; mostly empty. */
  error: z.string(),
  startedAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
  restarts: z.int(),
  isOutOfMemory: z.boolean(),
  /** The last runs of its health check, oldest first. */
  healthLog: z.array(z.strictObject({ at: z.number().nullable(), exitCode: z.int(), output: z.string() })),
  /** All that the engine tells, as indented JSON. */
  json: z.string(),
})
export type ContainerInspection = z.infer<typeof ContainerInspection>

export const ImageLayer = z.strictObject({
  createdAt: z.number(),
  /** The line that made it, secrets masked. */
  createdBy: z.string(),
  comment: z.string(),
  bytes: z.number(),
  tags: z.array(z.string()),
})
export type ImageLayer = z.infer<typeof ImageLayer>

export const OpenPort = z.strictObject({ host: z.string(), port: z.int(), href: z.string() })
export type OpenPort = z.infer<typeof OpenPort>

const OfContainer = AtEndpoint.extend({ container: z.string().min(1) })

/** Containers of an endpoint, whoever made them. */
export const containersContract = {
  'container.list': method(AtEndpoint, z.array(ContainerSummary)),
  /** All of them: fleets first, version by version, then Compose projects, then loose ones. */
  'containers.state': feed(AtEndpoint, z.array(ListedContainer)),
  'container.plan': method(ActInput, z.strictObject({ plan: Plan, offers: z.array(ContainerOffer) })),
  /** One after the other; what fails does not stop the rest. Fails `cancelled` only where nothing was done. */
  'container.act': method(ActInput, z.array(ContainerOutcome)),
  /**
   * Where a published TCP port is reached on this machine. For an engine over SSH a port of loopback is opened, and closed
   * when it is not used for half an hour or the container ends.
   */
  'container.openPort': method(OfContainer.extend({ port: z.int().min(1).max(65_535) }), OpenPort),
  'container.inspect': method(OfContainer, ContainerInspection),
  /** The processes in it, again every 2 s while somebody looks. `failure` says why there are none. */
  'container.processes': feed(
    OfContainer,
    z.strictObject({
      titles: z.array(z.string()),
      processes: z.array(z.array(z.string())),
      failure: Failure.nullable(),
    }),
  ),
  /** The layers of its image, newest first. */
  'container.layers': method(OfContainer, z.array(ImageLayer)),
} as const
