import * as z from 'zod'
import { Failure } from './failure.ts'
import { UpgradePolicy } from './table.ts'

export const FleetId = z.string().min(1).brand<'FleetId'>()
export type FleetId = z.infer<typeof FleetId>
/** The content address of what a snapshot says: 64 hex digits. */
export const SnapshotId = z.string().min(1).brand<'SnapshotId'>()
export type SnapshotId = z.infer<typeof SnapshotId>
export const SetId = z.string().min(1).brand<'SetId'>()
export type SetId = z.infer<typeof SetId>
export const RouteId = z.string().min(1).brand<'RouteId'>()
export type RouteId = z.infer<typeof RouteId>

/** `v7`: the seventh snapshot of a fleet, and the set that was launched from it. */
export const Version = z.string().regex(/^v[1-9]\d*$/, 'a version looks like v7')
export type Version = z.infer<typeof Version>

/** A name that Docker, DNS and a shell take alike. */
export const Name = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'use 1 to 40 lower-case letters, digits and dashes')
export type Name = z.infer<typeof Name>

/** The endpoint that the app was started with, or has found by itself. No other can have this name. */
export const DEFAULT_ENDPOINT = Name.parse('default')
/** Of the endpoint where something is. Before there were several it was not said. */
const Endpoint = Name.default(DEFAULT_ENDPOINT)

/** Milliseconds since the epoch. Shown, never used to order: sequence numbers do that. */
const Time = z.number()

const Port = z.int().min(1).max(65535)

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
  ports: z.array(z.strictObject({ port: Port, protocol: z.enum(['tcp', 'udp']) })),
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

/* Checks: what a set must pass before it may go live. */

export const Check = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('running') }),
  z.strictObject({ kind: z.literal('health') }),
  z.strictObject({ kind: z.literal('tcp'), port: Port }),
  z.strictObject({
    kind: z.literal('http'),
    port: Port,
    path: z.string().startsWith('/'),
    status: z.int().min(100).max(599),
    /** Text that the body must contain. */
    body: z.string().nullable(),
  }),
  z.strictObject({ kind: z.literal('exec'), command: z.array(z.string()).min(1), exitCode: z.int() }),
])
export type Check = z.infer<typeof Check>

/** How often a check must pass in a row, how long it may take to get there, and the pause between tries. */
export const CheckPace = z.strictObject({
  passes: z.int().min(1),
  deadlineMs: z.int().min(1),
  intervalMs: z.int().min(1),
})
export type CheckPace = z.infer<typeof CheckPace>

export const CheckResult = z.strictObject({
  container: z.string(),
  service: z.string(),
  check: Check,
  state: z.enum(['waiting', 'passed', 'failed']),
  passes: z.int(),
  /** What the last try saw: `GET /health 200, 4 ms`. */
  saw: z.string(),
})
export type CheckResult = z.infer<typeof CheckResult>

export const CheckReport = z.strictObject({
  at: Time,
  ms: z.number(),
  passed: z.boolean(),
  results: z.array(CheckResult),
  /** The last lines that containers wrote which did not pass; what looks like a secret is masked. */
  logs: z.array(z.strictObject({ container: z.string(), text: z.string() })).default([]),
})
export type CheckReport = z.infer<typeof CheckReport>

/* Fleets */

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
  /** What its containers write besides what all programs do. */
  ignored: z.array(IgnoredPath).default([]),
})
export type Service = z.infer<typeof Service>

/** A role that holds state: it persists beside every version and is attached, never copied or switched. */
export const DataService = z.strictObject({
  name: Name,
  /** The one container that holds the state. */
  container: z.string(),
  /** How to make that container when it is not there; null when it was adopted and is only ever attached. */
  run: RunConfig.nullable(),
  /** The image as a person would name it, and the id that the container is made from. */
  image: z.string(),
  imageId: z.string(),
})
export type DataService = z.infer<typeof DataService>

export const Fleet = z.strictObject({
  id: FleetId,
  name: Name,
  createdAt: Time,
  from: z.enum(['adopted', 'compose', 'sample', 'rebuilt', 'copied']),
  endpoint: Endpoint,
  services: z.array(Service),
  dataServices: z.array(DataService),
})
export type Fleet = z.infer<typeof Fleet>

/* Snapshots */

/** What a snapshot does not hold. */
export const LeftOut = z.strictObject({
  service: z.string(),
  kind: z.enum(['volume', 'bind', 'tmpfs']),
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
  routes: z.array(z.strictObject({ hostname: z.string(), port: Port, service: Name, servicePort: Port })),
  leftOut: z.array(LeftOut),
})
export type Snapshot = z.infer<typeof Snapshot>

/* Container sets */

export const PublishedPort = z.strictObject({
  port: Port,
  protocol: z.enum(['tcp', 'udp']),
  host: z.string(),
  hostPort: Port,
})
export type PublishedPort = z.infer<typeof PublishedPort>

/** A container as a set knows it. The state is the engine's, seen last; `missing` when the engine has it no more. */
export const SetContainer = z.strictObject({
  id: z.string(),
  name: z.string(),
  service: z.string(),
  replica: z.int().min(1),
  state: z.enum(['created', 'running', 'healthy', 'unhealthy', 'paused', 'restarting', 'exited', 'missing']),
})
export type SetContainer = z.infer<typeof SetContainer>

/** What the journal says of a set; whether it is live or warm follows from the routes. */
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

/* Routes */

/** Hostname and port to a service of a set; `setId` is the only thing that ever moves. */
export const Route = z.strictObject({
  id: RouteId,
  fleetId: FleetId,
  hostname: z
    .string()
    .regex(
      /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/,
      'a hostname has lower-case letters, digits, dashes and dots',
    ),
  port: Port,
  service: Name,
  servicePort: Port,
  setId: SetId.nullable(),
  upgrade: UpgradePolicy,
  drainMs: z.int().min(0),
})
export type Route = z.infer<typeof Route>

/* The journal */

/** One fact. The state of everything is the fold of these, in order. */
export const Change = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fleet'), fleet: Fleet }),
  /** The fleet, its snapshots and its routes go to the trash. */
  z.strictObject({ kind: z.literal('fleet-gone'), fleetId: FleetId }),
  z.strictObject({ kind: z.literal('trash-gone'), fleetId: FleetId }),
  z.strictObject({ kind: z.literal('snapshot'), snapshot: Snapshot }),
  z.strictObject({ kind: z.literal('snapshot-gone'), snapshotId: SnapshotId }),
  z.strictObject({ kind: z.literal('set'), set: RecordedSet }),
  z.strictObject({ kind: z.literal('set-gone'), setId: SetId }),
  z.strictObject({ kind: z.literal('route'), route: Route }),
  z.strictObject({ kind: z.literal('route-gone'), routeId: RouteId }),
  z.strictObject({ kind: z.literal('point'), routeId: RouteId, from: SetId.nullable(), to: SetId.nullable() }),
  z.strictObject({ kind: z.literal('mark'), seq: z.int(), name: z.string(), note: z.string(), pinned: z.boolean() }),
])
export type Change = z.infer<typeof Change>

export const Operation = z.enum([
  'fleet.create',
  'fleet.edit',
  'fleet.rename',
  'fleet.remove',
  'fleet.restore',
  'fleet.copy',
  'snapshot.take',
  'snapshot.remove',
  'set.launch',
  'set.check',
  'set.start',
  'set.stop',
  'set.remove',
  'set.heal',
  'route.add',
  'route.remove',
  'route.edit',
  'route.switch',
  'route.undo',
  'route.redo',
  'drift.found',
  'point.mark',
  'sweep',
  'rebuild',
  'container.act',
  'image.tag',
  'image.untag',
  'image.remove',
  'image.prune',
  'image.pull',
  'image.push',
  'image.build',
  'image.save',
  'image.load',
  'volume.create',
  'volume.remove',
  'volume.prune',
  'network.create',
  'network.remove',
  'network.prune',
  'network.connect',
  'network.disconnect',
  'files.put',
])
export type Operation = z.infer<typeof Operation>

const Outcome = z.enum(['done', 'failed', 'cancelled', 'interrupted'])

/** One line of the journal. `begin` is durable before anything happens, `end` tells what came of it. */
export const JournalRecord = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('begin'),
    seq: z.int().min(1),
    at: Time,
    fleetId: FleetId.nullable(),
    fleet: z.string(),
    endpoint: Endpoint,
    op: Operation,
    /** Labels what the operation makes in the engine, so that it can be found again. */
    operation: z.string(),
    /** Who or what asked: `user`, `cli`, `guard`, `recovery`. */
    cause: z.string(),
    from: Version.nullable(),
    to: Version.nullable(),
    forced: z.boolean(),
    /** The entry that this one takes back. */
    undoes: z.int().nullable(),
    changes: z.array(Change),
  }),
  z.strictObject({
    kind: z.literal('end'),
    seq: z.int().min(1),
    at: Time,
    of: z.int().min(1),
    outcome: Outcome,
    ms: z.number(),
    /** What it did or cost, in a line: `2 ms, 0 requests cut`. */
    detail: z.string(),
    failure: Failure.nullable(),
    to: Version.nullable(),
    changes: z.array(Change),
  }),
])
export type JournalRecord = z.infer<typeof JournalRecord>

/** A `begin` and its `end` as one, the way people read it. */
export const JournalEntry = z.strictObject({
  seq: z.int(),
  at: Time,
  fleetId: FleetId.nullable(),
  fleet: z.string(),
  endpoint: Endpoint,
  op: Operation,
  operation: z.string(),
  from: Version.nullable(),
  to: Version.nullable(),
  /** Null while it runs. */
  ms: z.number().nullable(),
  outcome: z.enum(['running', ...Outcome.options]),
  cause: z.string(),
  forced: z.boolean(),
  undoes: z.int().nullable(),
  detail: z.string(),
  failure: Failure.nullable(),
  /** What it was about, where its versions do not tell: enough to take it back. */
  subject: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('route'), before: Route.nullable(), after: Route.nullable() }),
      z.strictObject({ kind: z.literal('name'), before: z.string(), after: z.string() }),
    ])
    .nullable(),
  /** The pointers it moved. */
  moves: z.array(z.strictObject({ routeId: RouteId, from: SetId.nullable(), to: SetId.nullable() })),
  mark: z.strictObject({ name: z.string(), note: z.string(), pinned: z.boolean() }).nullable(),
})
export type JournalEntry = z.infer<typeof JournalEntry>

/* What is shown */

export const Drift = z.strictObject({
  container: z.string(),
  service: z.string(),
  kind: z.enum(['added', 'changed', 'deleted', 'config', 'missing', 'foreign', 'image-moved', 'exec']),
  path: z.string().optional(),
  /** For `config`: what was recorded and what runs; for `exec`: what was run. */
  detail: z.string().optional(),
  /** When it was seen first. */
  at: Time.optional(),
})
export type Drift = z.infer<typeof Drift>

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
  drift: z.array(Drift.extend({ setId: SetId })),
  /** Check results of sets that are being checked right now. */
  checking: z.array(z.strictObject({ setId: SetId, results: z.array(CheckResult) })),
})
export type FleetView = z.infer<typeof FleetView>

export const FleetSummary = z.strictObject({
  id: FleetId,
  name: z.string(),
  endpoint: Endpoint,
  services: z.array(z.string()),
  dataServices: z.array(z.string()),
  versions: z.array(Version),
  live: Version.nullable(),
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

/** What was looked at, what was seen, and what to do about it; `advice` is empty where there is nothing to do. */
export const Diagnosis = z.array(
  z.strictObject({
    step: z.string(),
    state: z.enum(['ok', 'warning', 'failed']),
    saw: z.string(),
    advice: z.string(),
  }),
)
export type Diagnosis = z.infer<typeof Diagnosis>

/** The daemon that we manage, and whether it answers. */
export const EndpointState = z.strictObject({
  address: z.string(),
  /** Where the address came from: `DOCKER_HOST`, `context default`, `Colima's socket`. */
  source: z.string(),
  state: z.enum(['connecting', 'connected', 'lost']),
  engine: z
    .strictObject({
      id: z.string(),
      name: z.string(),
      /** What it calls itself: `Docker`, `Podman`. */
      product: z.string(),
      version: z.string(),
      apiVersion: z.string(),
      os: z.string(),
    })
    .nullable(),
  since: Time,
  failure: Failure.nullable(),
  /** Addresses that were tried, and what came of it. */
  tried: z.array(z.strictObject({ address: z.string(), source: z.string(), result: z.string() })),
})
export type EndpointState = z.infer<typeof EndpointState>

export const AppState = z.strictObject({
  version: z.string(),
  home: z.string(),
  endpoint: EndpointState,
  proxy: z.strictObject({
    reachable: z.boolean(),
    port: z.int(),
    closed: z.array(z.strictObject({ port: z.int(), reason: z.string() })),
  }),
  /** Why nothing can be changed, or null. */
  readOnly: z.string().nullable(),
  settings: z.strictObject({
    keepWarm: z.int().min(0),
    trashDays: z.int().min(0),
    proxyPort: z.int(),
    /** Captured logs take so many megabytes at most, and none is older than so many days. */
    logMegabytes: z.int(),
    logDays: z.int(),
  }),
})
export type AppState = z.infer<typeof AppState>

/** What an operation would do, told before it is done. */
export const Plan = z.strictObject({
  summary: z.string(),
  steps: z.array(
    z.strictObject({
      action: z.enum(['create', 'keep', 'move', 'commit', 'remove', 'check', 'attach', 'start', 'stop']),
      what: z.string(),
      detail: z.string(),
    }),
  ),
  warnings: z.array(z.string()),
  /** The docker command lines that it amounts to. */
  commands: z.array(z.string()),
  /** Containers to choose between where several replicas drifted apart. */
  choices: z.array(z.strictObject({ service: z.string(), containers: z.array(z.string()) })),
  leftOut: z.array(LeftOut),
})
export type Plan = z.infer<typeof Plan>

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
  /** What is missing, in words: an image, a volume, a port, a data service. */
  problems: z.array(z.string()),
  checkedAt: Time,
})
export type Restorable = z.infer<typeof Restorable>

/** A file that differs between two versions of a service. Bytes and hash (SHA-256, hex) are null where it is not there. */
export const FileDifference = z.strictObject({
  service: z.string(),
  path: z.string(),
  kind: z.enum(['added', 'changed', 'deleted']),
  /** What it is after, or was before it was deleted. */
  type: z.enum(['file', 'directory', 'symlink', 'other']),
  bytesBefore: z.number().nullable(),
  bytesAfter: z.number().nullable(),
  hashBefore: z.string().nullable(),
  hashAfter: z.string().nullable(),
  /** Mode, owner or link target differ too, in words; empty when they do not. */
  detail: z.string(),
})
export type FileDifference = z.infer<typeof FileDifference>

/** Long work that is going on, for everyone who looks. */
export const RunningOperation = z.strictObject({
  id: z.string(),
  op: Operation,
  fleetId: FleetId.nullable(),
  title: z.string(),
  startedAt: Time,
  progress: z.strictObject({ done: z.number(), total: z.number(), what: z.string() }),
})
export type RunningOperation = z.infer<typeof RunningOperation>
