import * as z from 'zod'
import { Failure } from './failure.ts'
import { RoutingTable, TableAck, TableRoute, Traffic } from './table.ts'

/** Raised when a message below changes its meaning. `hello` and `retire` never do: every version understands them. */
export const CONTROL_PROTOCOL = 1

const id = z.int()

/** A question of the app to the proxy process, one JSON document a line. */
export const ControlCall = z.discriminatedUnion('op', [
  z.object({ id, op: z.literal('hello') }),
  z.object({ id, op: z.literal('apply'), table: RoutingTable }),
  z.object({ id, op: z.literal('drained'), upstreamIds: z.array(z.string()) }),
  /** Ends the call with the id `of`. */
  z.object({ id, op: z.literal('cancel'), of: id }),
  /** Counters from now on, once a second. */
  z.object({ id, op: z.literal('follow') }),
  /** Give up the ports and the control socket now, and end when the requests at hand have, or after `ms`. */
  z.object({ id, op: z.literal('retire'), ms: z.int().min(0) }),
])
export type ControlCall = z.infer<typeof ControlCall>

/** An answer of the proxy process. */
export const ControlReply = z.discriminatedUnion('op', [
  z.object({
    id,
    op: z.literal('hello'),
    protocol: z.int(),
    pid: z.int(),
    number: z.int(),
    routes: z.array(TableRoute).default([]),
    /** Ports of the table that are not open. Processes of earlier versions do not tell. */
    closed: TableAck.shape.closed.optional(),
  }),
  z.object({ id, op: z.literal('ack'), ack: TableAck }),
  z.object({ id, op: z.literal('drained'), cut: z.int() }),
  z.object({ id, op: z.literal('done') }),
  z.object({ id, op: z.literal('traffic'), traffic: Traffic }),
  z.object({ id, op: z.literal('failure'), failure: Failure }),
])
export type ControlReply = z.infer<typeof ControlReply>

/** The table of a proxy that runs by itself: hostname to the version that answers there and its `address:port` list. */
export const StaticTable = z.record(
  z.string().min(1),
  z.strictObject({ version: z.string().nullable().default('v1'), upstreams: z.array(z.string().min(1)) }),
)
export type StaticTable = z.infer<typeof StaticTable>
