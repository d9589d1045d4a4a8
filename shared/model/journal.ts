import * as z from 'zod'
import { Failure } from '../failure.ts'
import { RecordedSet } from './container-set.ts'
import { Fleet } from './fleet.ts'
import { EndpointName, FleetId, RouteId, SetId, SnapshotId, Time, Version } from './ids.ts'
import { formerNames, type OperationName, operations } from './operations.ts'
import { Route } from './route.ts'
import { Snapshot } from './snapshot.ts'

/** A change of the state. The whole state is the fold of all changes, in order. */
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

const operationNames = Object.keys(operations) as OperationName[] // the keys of a constant
export const Operation = z.enum(operationNames)
export type Operation = OperationName

/** The name of an operation as it was written, by whatever version. */
const WrittenOperation = z.preprocess(
  name => (typeof name === 'string' ? (formerNames[name] ?? name) : name),
  Operation,
)

/**
 * Things in an engine by what only one thing can have: ids of containers and networks, names of image tags and volumes. A tag is
 * only removed from the image that it was given to; the id is null where that is not recorded.
 */
export const EngineThings = z.strictObject({
  containers: z.array(z.string()),
  /** With the containers of the data layer that leave the network before it goes. */
  networks: z.array(z.strictObject({ id: z.string(), attached: z.array(z.string()) })),
  tags: z.array(z.strictObject({ name: z.string(), imageId: z.string().nullable() })),
  /** Anonymous volumes of the containers, where they are to go as well. */
  volumes: z.array(z.string()).default([]),
})
export type EngineThings = z.infer<typeof EngineThings>

const Outcome = z.enum(['done', 'failed', 'cancelled', 'interrupted'])

/** One line of the journal. `begin` is durable before anything happens, `end` tells what came of it. */
export const JournalRecord = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('begin'),
    seq: z.int().min(1),
    at: Time,
    fleetId: FleetId.nullable(),
    fleet: z.string(),
    endpoint: EndpointName,
    op: WrittenOperation,
    /** Labels what the operation makes in the engine, so that it can be found again. */
    operation: z.string(),
    /** Where the operation came from: `user`, `cli`, `guard`, `recovery`. */
    cause: z.string(),
    from: Version.nullable(),
    to: Version.nullable(),
    forced: z.boolean(),
    /** The entry that this one takes back. */
    undoes: z.int().nullable(),
    changes: z.array(Change),
    /** The names that the operation gives to containers and networks: a leftover is only removed under one of them. */
    names: z.array(z.string()).default([]),
    /** The things that the operation removes. A removal that has begun is finished, never walked back. */
    removes: EngineThings.nullable().default(null),
  }),
  z.strictObject({
    kind: z.literal('end'),
    seq: z.int().min(1),
    at: Time,
    of: z.int().min(1),
    outcome: Outcome,
    ms: z.number(),
    /** Its result and cost in a line: `2 ms, 0 requests cut`. */
    detail: z.string(),
    failure: Failure.nullable(),
    to: Version.nullable(),
    changes: z.array(Change),
    /** Things that became useless with this end and are removed now: the container that a healed copy has replaced. */
    removes: EngineThings.nullable().default(null),
  }),
])
export type JournalRecord = z.infer<typeof JournalRecord>

/** A `begin` and its `end` as one, the way people read it. */
export const JournalEntry = z.strictObject({
  seq: z.int(),
  at: Time,
  fleetId: FleetId.nullable(),
  fleet: z.string(),
  endpoint: EndpointName,
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
  /** Whether it undoes an entry, or redoes what was undone. */
  direction: z.enum(['undo', 'redo']).nullable(),
  detail: z.string(),
  failure: Failure.nullable(),
  /** Its subject, where that is not a version: enough to take it back. */
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
