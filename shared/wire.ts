import * as z from 'zod'
import { Failure } from './failure.ts'

/** A transport of messages: Electron IPC, a WebSocket, a local socket, or a pair of arrays in a test. */
export interface Port {
  send(message: unknown): void
  receive(listener: (message: unknown) => void): () => void
  onClose(listener: () => void): void
  close(): void
}

/** How far long work has come: `done` of `total`, and what is being done. */
export const Progress = z.strictObject({ done: z.number(), total: z.number(), what: z.string() })
export type Progress = z.infer<typeof Progress>

/** From client to app. `stop` cancels a call or ends a feed; it gets no answer of its own. */
export const Request = z.discriminatedUnion('op', [
  z.strictObject({ id: z.int().min(1), op: z.literal('call'), name: z.string(), input: z.unknown().optional() }),
  z.strictObject({ id: z.int().min(1), op: z.literal('stop') }),
])
export type Request = z.infer<typeof Request>

/** From app to client. A call ends with one `value` or `failure`; a feed goes on with `item` until it is stopped. */
export const Reply = z.discriminatedUnion('op', [
  z.strictObject({ id: z.int(), op: z.literal('value'), value: z.unknown().optional() }),
  z.strictObject({ id: z.int(), op: z.literal('item'), item: z.unknown() }),
  z.strictObject({ id: z.int(), op: z.literal('progress'), progress: Progress }),
  z.strictObject({ id: z.int(), op: z.literal('failure'), failure: Failure }),
])
export type Reply = z.infer<typeof Reply>
