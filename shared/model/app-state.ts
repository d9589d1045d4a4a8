import * as z from 'zod'
import { Failure } from '../failure.ts'
import { FleetId, Time } from './ids.ts'
import { Operation } from './journal.ts'

/** The steps of a diagnosis with finding and advice; `advice` is empty where there is nothing to do. */
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
      /** Its product name: `Docker`, `Podman`. */
      product: z.string(),
      version: z.string(),
      apiVersion: z.string(),
      os: z.string(),
      /** Its platform: `linux/amd64`; empty where it does not say. */
      platform: z.string(),
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
  /** Fleets of this home that an engine holds and the journal does not know, in a sentence; null while none is missing. */
  lostFleets: z.string().nullable(),
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
