import * as z from 'zod'
import { PortNumber, Time } from './ids.ts'

/* Checks: what a set must pass before it may go live. */

export const Check = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('running') }),
  z.strictObject({ kind: z.literal('health') }),
  z.strictObject({ kind: z.literal('tcp'), port: PortNumber }),
  /** Answers GET / with a status below 500 where the port speaks HTTP, and takes connections where it does not. */
  z.strictObject({ kind: z.literal('port'), port: PortNumber }),
  z.strictObject({
    kind: z.literal('http'),
    port: PortNumber,
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
  /** Finding of the last try: `GET /health 200, 4 ms`. */
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
