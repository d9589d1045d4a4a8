import * as z from 'zod'

/** Where an upstream answers: an address and port, or a local socket (a forwarded one of a remote endpoint). */
export const UpstreamAddress = z.union([
  z.strictObject({ host: z.string().min(1), port: z.int().min(1).max(65535) }),
  z.strictObject({ path: z.string().min(1) }),
])
export type UpstreamAddress = z.infer<typeof UpstreamAddress>

/** One address that a route's set answers on. The id is unique over all sets: the container's name. */
export const TableUpstream = z.strictObject({ id: z.string().min(1), address: UpstreamAddress })
export type TableUpstream = z.infer<typeof TableUpstream>

/** Policy for open upgraded connections (WebSockets) to an old version after a switch. Times in milliseconds. */
export const UpgradePolicy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('keep') }),
  z.strictObject({ kind: z.literal('close'), afterMs: z.int().min(0), spreadMs: z.int().min(0) }),
])
export type UpgradePolicy = z.infer<typeof UpgradePolicy>

/** One hostname and path prefix on one port, and the version that answers there. */
export const TableRoute = z.strictObject({
  id: z.string().min(1),
  hostname: z.string().min(1),
  port: z.int().min(1).max(65535),
  pathPrefix: z.string().startsWith('/').default('/'),
  /** Named on the page that is shown while nothing is live here. */
  title: z.string(),
  /** `v7`, or null while nothing is live: the route then answers 503. */
  version: z.string().nullable(),
  upstreams: z.array(TableUpstream),
  upgrade: UpgradePolicy.default({ kind: 'keep' }),
  /** How long requests in flight to upstreams that left the table may go on before they are cut, in milliseconds. */
  drainMs: z.int().min(0).default(30_000),
})
export type TableRoute = z.infer<typeof TableRoute>

/** The whole of what the proxy knows. It is replaced, never edited; a higher number replaces a lower one. */
export const RoutingTable = z.strictObject({
  number: z.int().min(0),
  /** Loopback unless the user says otherwise. Every port of the routes listens on it. */
  listenAddress: z.string().default('127.0.0.1'),
  routes: z.array(TableRoute),
})
export type RoutingTable = z.infer<typeof RoutingTable>

/** The proxy's answer to a table: in force from now on, and the ports that it could not open. */
export const TableAck = z.strictObject({
  number: z.int(),
  ms: z.number(),
  closed: z.array(z.strictObject({ port: z.int(), reason: z.string() })),
  /** Said where the table makes the routes reachable from other machines. */
  warning: z.string().optional(),
})
export type TableAck = z.infer<typeof TableAck>

/** Counters of one route and version since the proxy started. A version that left the table stays while it drains. */
export const VersionTraffic = z.object({
  version: z.string(),
  inFlight: z.int(),
  upgraded: z.int(),
  requests: z.int(),
  retries: z.int(),
  /** Failures by kind: refused, reset, timeout, bad-answer, cut (drain deadline). */
  failures: z.record(z.string(), z.int()),
  /** Answers with a status of 500 to 599 that came from an upstream. */
  serverErrors: z.int(),
  /** Answers by duration: `latency[i]` counts those that took less than 2^i * 0.25 ms and no less than half of that. */
  latency: z.array(z.int()),
})
export type VersionTraffic = z.infer<typeof VersionTraffic>

export const RouteTraffic = z.object({ id: z.string(), versions: z.array(VersionTraffic) })
export type RouteTraffic = z.infer<typeof RouteTraffic>

/** One reading of the proxy's counters. `at` in milliseconds since the epoch. */
export const Traffic = z.object({
  at: z.number(),
  number: z.int(),
  connections: z.int(),
  /** Requests that no route answered: refused heads, unknown hostnames. */
  refused: z.int(),
  /** Ports of the table that could not be opened yet. The proxy goes on trying. */
  closed: z.array(z.int()).optional(),
  routes: z.array(RouteTraffic),
})
export type Traffic = z.infer<typeof Traffic>
