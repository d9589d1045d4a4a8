import { FailureError, toFailure } from '../../shared/failure.ts'
import type { LogDetails, LogLevel } from '../../shared/log.ts'
import { maskText } from '../../shared/rules/secrets.ts'
import type { LogContext } from './context.ts'

/** One line of the log, as a JSON document. */
export interface LogRecord {
  /** ISO 8601, in UTC. */
  readonly time: string
  readonly level: LogLevel
  readonly area: string
  /** The operation at work: the journal has its entry under the same id. */
  readonly operation?: string
  readonly message: string
  readonly stack?: string
}

const LONGEST_TEXT = 16 * 1024
const MOST_CAUSES = 5

/** The record of a message. What looks like a secret is masked in it. In a log of level `debug` every error has its stack. */
export function logRecord(
  message: string,
  details: LogDetails,
  { at, context, level }: { readonly at: number; readonly context: LogContext | undefined; readonly level: LogLevel },
): LogRecord {
  const { error } = details
  const isUnexpected = error !== undefined && isUnexpectedError(error)
  const operation = context?.operation
  return {
    time: new Date(at).toISOString(),
    level: isUnexpected ? 'error' : (details.level ?? 'warn'),
    area: details.area ?? context?.area ?? 'app',
    ...(operation === undefined ? {} : { operation }),
    message: masked(error === undefined ? message : `${message}: ${toFailure(error).message}`),
    ...(isUnexpected || (error !== undefined && level === 'debug') ? { stack: masked(stackOf(error)) } : {}),
  }
}

/** Whether an error is a bug or a surprise of the system, and none of the failures that the code tells by itself. */
export function isUnexpectedError(error: unknown): boolean {
  const { code } = toFailure(error)
  if (error instanceof FailureError) return code === 'internal'
  return code !== 'cancelled' && code !== 'timeout'
}

/** The stack of an error and of its causes. */
function stackOf(error: unknown, causes = 0): string {
  if (!(error instanceof Error)) return String(error)
  const own = error.stack ?? String(error)
  if (error.cause === undefined || causes === MOST_CAUSES) return own
  return `${own}\nCaused by: ${stackOf(error.cause, causes + 1)}`
}

function masked(text: string): string {
  return maskText(text.slice(0, LONGEST_TEXT))
}
