import * as z from 'zod'
import { containersContract } from './contract/containers.ts'
import { driftContract } from './contract/drift.ts'
import { endpointsContract } from './contract/endpoints.ts'
import { filesContract } from './contract/files.ts'
import { imagesContract } from './contract/images.ts'
import { AtEndpoint, feed, method, nothing, OfFleet, OfVersion, Removed } from './contract/method.ts'
import { questionsContract } from './contract/questions.ts'
import { statsContract } from './contract/stats.ts'
import { volumesContract } from './contract/volumes.ts'
import { LogHits, LogNews, LogPage, LogRead, LogScope, LogSearch, LogSource } from './logs.ts'
import { AppState, Diagnosis, RunningOperation } from './model/app-state.ts'
import { Check, CheckPace, CheckReport } from './model/checks.ts'
import { ContainerSet } from './model/container-set.ts'
import { Fleet } from './model/fleet.ts'
import { Name, Version } from './model/ids.ts'
import { JournalEntry } from './model/journal.ts'
import { Plan } from './model/plan.ts'
import { Route } from './model/route.ts'
import { Snapshot } from './model/snapshot.ts'
import { FileDifference, FleetSummary, FleetView, Restorable, SnapshotSummary, TrashedFleet } from './model/views.ts'
import { RouteTraffic, UpgradePolicy } from './table.ts'
import {
  TerminalInput,
  TerminalOpen,
  TerminalOutput,
  TerminalReader,
  TerminalSession,
  TerminalSize,
} from './terminal.ts'

/** A removed fleet by its name, or by its id where several had that name. */
const OfTrashed = z.strictObject({ fleet: z.string().min(1).max(64) })

const SnapshotInput = z.strictObject({
  fleet: Name,
  note: z.string().max(2000).default(''),
  /** A version whose set is committed, `source` for the adopted containers; the live set, or else the source, if absent. */
  from: z.union([Version, z.literal('source')]).optional(),
  /** Which container to take for a service whose replicas drifted apart. */
  containers: z.array(z.strictObject({ service: Name, container: z.string().min(1) })).default([]),
  pause: z.boolean().default(true),
  /** Paths whose changes the snapshot does not hold, in one service or wherever they were written. */
  leaveOut: z
    .array(z.strictObject({ service: Name.optional(), path: z.string().min(1).max(4096) }))
    .max(1000)
    .default([]),
})

const LaunchInput = z.strictObject({
  fleet: Name,
  version: Version,
  replicas: z.array(z.strictObject({ service: Name, replicas: z.int().min(0).max(100) })).default([]),
  /** With read-only roots, so that files cannot drift. */
  sealed: z.boolean().default(false),
})

const AdoptInput = AtEndpoint.extend({
  name: Name,
  services: z.array(z.strictObject({ name: Name, containers: z.array(z.string().min(1)).min(1) })).min(1),
  dataServices: z.array(z.strictObject({ name: Name, container: z.string().min(1) })).default([]),
  /** Replaces data services that were started with `--rm` by copies that stay. Refused where it is needed and not set. */
  keepCopies: z.boolean().default(false),
})

const ImportInput = AtEndpoint.extend({
  name: Name,
  /** The Compose file's text, its `.env` beside it, and the files that `env_file` names. */
  yaml: z.string(),
  files: z.array(z.strictObject({ path: z.string(), text: z.string() })).default([]),
  environment: z.array(z.tuple([z.string(), z.string()])).default([]),
  profiles: z.array(z.string()).default([]),
  /** Absolute path of the file's directory: relative bind mounts start there. */
  directory: z.string().optional(),
  /** Services that hold state; guessed from images and volumes where absent. */
  dataServices: z.array(Name).optional(),
})

const CopyInput = OfVersion.extend({
  /** Where to. */
  endpoint: Name,
  name: Name,
  launch: z.boolean().default(false),
})

const Unsupported = z.strictObject({ line: z.int(), path: z.string(), message: z.string() })

const SwitchInput = z.strictObject({
  fleet: Name,
  version: Version,
  force: z.boolean().default(false),
  /** The version that the caller saw live; if it is another by now, the switch is refused. */
  expect: Version.nullable().optional(),
})

const OfRoute = z.strictObject({ fleet: Name, hostname: z.string(), port: z.int() })

const StepInput = z.strictObject({
  fleet: Name,
  /** Only what moves traffic. */
  switches: z.boolean().default(false),
  /** The entry that the caller saw would be taken back; if it is another by now, nothing is done. */
  expect: z.int().optional(),
})

/** To the moment after the entry `to`. */
const UndoInput = StepInput.extend({ to: z.int().optional() })

/** Removes the anonymous volumes of the containers too; they stay otherwise. */
const WithVolumes = { volumes: z.boolean().default(false) }
const RemoveFleet = z.strictObject({ fleet: Name, images: z.boolean().default(false), ...WithVolumes })

/** Everything a client may ask. A name here is the name everywhere: grep it. */
export const contract = {
  'app.state': feed(nothing, AppState),
  'app.settings': method(
    z.strictObject({
      keepWarm: z.int().min(0).max(20).optional(),
      trashDays: z.int().min(0).max(365).optional(),
      logMegabytes: z.int().min(16).max(1_000_000).optional(),
      logDays: z.int().min(1).max(3650).optional(),
    }),
    nothing,
  ),
  'app.stop': method(z.strictObject({ proxy: z.boolean().default(false) }), nothing),
  'app.doctor': method(AtEndpoint, Diagnosis),
  /** One JSON document for a bug report. Secrets are masked in it; a part that cannot be had says why. */
  'app.report': method(nothing, z.strictObject({ text: z.string() })),

  'fleets.state': feed(nothing, z.array(FleetSummary)),
  'fleet.list': method(nothing, z.array(FleetSummary)),
  'fleet.adopt': method(AdoptInput, Fleet),
  'fleet.adoptPlan': method(AdoptInput, Plan),
  'fleet.import': method(
    ImportInput,
    z.strictObject({ fleet: Fleet, snapshot: Snapshot, notes: z.array(Unsupported) }),
  ),
  'fleet.importPlan': method(
    ImportInput,
    z.strictObject({
      plan: Plan,
      notes: z.array(Unsupported),
      dataServices: z.array(z.strictObject({ name: z.string(), reason: z.string() })),
    }),
  ),
  'fleet.sample': method(AtEndpoint.extend({ name: Name.default('shop' as Name) }), Fleet),
  /** A fleet of another name on another endpoint, with the version as its v1. Data services and volumes are not copied. */
  'fleet.copy': method(CopyInput, Fleet),
  'fleet.copyPlan': method(CopyInput, Plan),
  'fleet.checks': method(
    z.strictObject({ fleet: Name, service: Name, checks: z.array(Check), pace: CheckPace.optional() }),
    Fleet,
  ),
  'fleet.remove': method(RemoveFleet, Removed),
  'fleet.removePlan': method(RemoveFleet, Plan),
  'fleet.rename': method(z.strictObject({ fleet: Name, name: Name }), Fleet),
  /** Takes a removed fleet out of the trash: its snapshots and routes, and what was live is launched and live again. */
  'fleet.restore': method(OfTrashed, Fleet),
  'fleet.restorePlan': method(OfTrashed, Plan),
  'trash.state': feed(nothing, z.array(TrashedFleet)),
  'trash.list': method(nothing, z.array(TrashedFleet)),
  /** Removes one removed fleet for good, or all of them. */
  'trash.empty': method(OfTrashed.partial(), Removed.extend({ removed: z.array(Name) })),
  'trash.emptyPlan': method(OfTrashed.partial(), Plan),
  'fleet.state': feed(OfFleet, FleetView),
  /** Checked in the background, again when the engine changes. */
  'fleet.restorable': feed(OfFleet, z.array(Restorable)),
  /** The whole journal of a fleet first, then only the entries that are new or have changed. */
  'fleet.journal': feed(OfFleet, z.strictObject({ reset: z.boolean(), entries: z.array(JournalEntry) })),
  'journal.list': method(OfFleet, z.array(JournalEntry)),
  /** Undoes the newest operation that can be undone, as a new entry: what `decideStep` says. */
  'history.undo': method(UndoInput, JournalEntry),
  'history.undoPlan': method(UndoInput, Plan),
  /** Brings back what was undone last, unless something else was done since. */
  'history.redo': method(StepInput, JournalEntry),
  'history.redoPlan': method(StepInput, Plan),
  'journal.mark': method(
    z.strictObject({
      fleet: Name,
      seq: z.int(),
      name: z.string().max(80),
      note: z.string().max(2000),
      pinned: z.boolean(),
    }),
    nothing,
  ),

  'snapshot.plan': method(SnapshotInput, Plan),
  /** `same` when nothing differs from an earlier snapshot, which is then the one returned. */
  'snapshot.take': method(SnapshotInput, z.strictObject({ snapshot: Snapshot, same: z.boolean() })),
  'snapshot.list': method(OfFleet, z.array(SnapshotSummary)),
  'snapshot.show': method(OfVersion, Snapshot),
  /** Files that differ between two versions, service by service. Long for large images: progress, and can be cancelled. */
  'snapshot.files': method(z.strictObject({ fleet: Name, from: Version, to: Version }), z.array(FileDifference)),
  /** Both sides of one file; text where it is text and not larger than 256 KiB. */
  'snapshot.file': method(
    z.strictObject({ fleet: Name, from: Version, to: Version, service: Name, path: z.string().startsWith('/') }),
    z.strictObject({ before: z.string().nullable(), after: z.string().nullable(), isText: z.boolean() }),
  ),

  'set.plan': method(LaunchInput, Plan),
  'set.launch': method(LaunchInput, ContainerSet),
  'set.list': method(OfFleet, z.array(ContainerSet)),
  'set.check': method(OfVersion, CheckReport),
  'set.start': method(OfVersion, ContainerSet),
  'set.startPlan': method(OfVersion, Plan),
  'set.stop': method(OfVersion, ContainerSet),
  'set.stopPlan': method(OfVersion, Plan),
  'set.remove': method(OfVersion.extend(WithVolumes), Removed),
  'set.removePlan': method(OfVersion.extend(WithVolumes), Plan),
  'set.heal': method(z.strictObject({ fleet: Name, container: z.string().min(1) }), ContainerSet),

  'route.add': method(
    z.strictObject({
      fleet: Name,
      hostname: Route.shape.hostname,
      port: Route.shape.port.optional(),
      service: Name,
      servicePort: Route.shape.servicePort,
    }),
    Route,
  ),
  'route.remove': method(OfRoute, nothing),
  'route.removePlan': method(OfRoute, Plan),
  /** Changes the policy for open connections to the old version after a switch, and the time to drain. */
  'route.edit': method(
    z.strictObject({
      fleet: Name,
      hostname: z.string(),
      port: z.int(),
      upgrade: UpgradePolicy.optional(),
      drainMs: Route.shape.drainMs.optional(),
    }),
    Route,
  ),
  'route.list': method(OfFleet, z.array(Route)),
  'route.plan': method(SwitchInput, Plan),
  'route.switch': method(SwitchInput, JournalEntry),
  'route.traffic': feed(OfFleet, z.strictObject({ at: z.number(), routes: z.array(RouteTraffic) })),

  'sweep.plan': method(OfFleet.extend(WithVolumes), Plan),
  'sweep.run': method(OfFleet.extend(WithVolumes), Plan),
  /** `takeOver`: ids of homes that are gone, whose fleets on this engine become this home's. */
  'rebuild.run': method(
    AtEndpoint.extend({ takeOver: z.array(z.string().regex(/^[\w.-]{1,128}$/)).default([]) }),
    z.strictObject({ found: z.array(z.string()), chosen: z.array(z.string()), unknown: z.array(z.string()) }),
  ),

  /** Captured while the app runs; they stay when their containers are gone. */
  'logs.sources': method(LogScope, z.array(LogSource)),
  'logs.read': method(LogRead, LogPage),
  'logs.search': method(LogSearch, LogHits),
  'logs.follow': feed(LogScope, LogNews),

  'terminal.state': feed(nothing, z.array(TerminalSession)),
  'terminal.open': method(TerminalOpen.extend(AtEndpoint.shape), TerminalSession),
  /** Raw bytes, no further ahead of the reader than `TERMINAL_WINDOW`: what it has shown it tells by `terminal.heard`. */
  'terminal.output': feed(TerminalReader, TerminalOutput),
  'terminal.heard': method(TerminalReader.extend({ end: z.int().min(0) }), nothing),
  'terminal.write': method(TerminalInput, nothing),
  'terminal.resize': method(TerminalSize.extend({ id: z.string() }), nothing),
  /** Hangs up on the shell, and forgets the session. */
  'terminal.close': method(z.strictObject({ id: z.string() }), nothing),

  ...containersContract,
  ...driftContract,
  ...endpointsContract,
  ...filesContract,
  ...imagesContract,
  ...questionsContract,
  ...statsContract,
  ...volumesContract,

  'operations.state': feed(nothing, z.array(RunningOperation)),
  'operations.cancel': method(z.strictObject({ id: z.string() }), nothing),
} as const

export type Contract = typeof contract
export type MethodName = { [K in keyof Contract]: Contract[K]['kind'] extends 'method' ? K : never }[keyof Contract]
export type FeedName = Exclude<keyof Contract, MethodName>
/** Input as a client sends it: defaults may be left out. */
export type Input<K extends keyof Contract> = z.input<Contract[K]['input']>
/** Input as a handler receives it: parsed, defaults filled in. */
export type Parsed<K extends keyof Contract> = z.output<Contract[K]['input']>
export type Output<K extends MethodName> = z.output<Contract[K]['output']>
export type Item<K extends FeedName> = z.output<Contract[K]['item']>
export type Emit<T> = (item: T) => void
export type Unsubscribe = () => void
