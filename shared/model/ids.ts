import * as z from 'zod'

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
export const EndpointName = Name.default(DEFAULT_ENDPOINT)

/** Milliseconds since the epoch. Shown, never used to order: sequence numbers do that. */
export const Time = z.number()

export const PortNumber = z.int().min(1).max(65535)
