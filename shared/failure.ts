import * as z from 'zod'
import { unexpectedFailure } from './error-sentence.ts'

/** Every way a call can fail that the user can do something about. Anything else is 'internal'. */
export const FailureCode = z.enum([
  'bad-input',
  'not-found',
  'conflict',
  'refused',
  'unhealthy',
  'unreachable',
  'timeout',
  'cancelled',
  'unsupported',
  'read-only',
  'internal',
])
export type FailureCode = z.infer<typeof FailureCode>

/** An expected error: a code, a sentence that says what went wrong, and a hint what to do next where there is one. */
export const Failure = z.object({
  code: FailureCode,
  message: z.string(),
  hint: z.string().optional(),
})
export type Failure = z.infer<typeof Failure>

export class FailureError extends Error {
  override name = 'FailureError'
  readonly failure: Failure

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options)
    this.failure = failure
  }
}

/** Stops the story with an expected failure. `hint` says what to do next. */
export function fail(code: FailureCode, message: string, more: { hint?: string; cause?: unknown } = {}): never {
  const failure = more.hint === undefined ? { code, message } : { code, message, hint: more.hint }
  throw new FailureError(failure, { cause: more.cause })
}

export function toFailure(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure
  return unexpectedFailure(error)
}

export function hasCode(error: unknown, code: FailureCode): boolean {
  return error instanceof FailureError && error.failure.code === code
}

/** The result, or null where the work fails with this code: most often, where what it is about is gone. */
export async function orNull<T>(work: Promise<T>, code: FailureCode = 'not-found'): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (hasCode(error, code)) return null
    throw error
  }
}

export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`)
}
