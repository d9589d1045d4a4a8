import { AsyncLocalStorage } from 'node:async_hooks'

/** The work that a record of the log belongs to. */
export interface LogContext {
  /** A name of the contract, as in `route.switch`. */
  readonly area: string
  /** The id of the operation, as in the journal and in the engine's labels. */
  readonly operation?: string
}

const contexts = new AsyncLocalStorage<LogContext>()

/** Runs the work so that every record which it, or anything it awaits, writes to the log bears this context. */
export function inLogContext<T>(context: LogContext, work: () => T): T {
  return contexts.run(context, work)
}

export function logContext(): LogContext | undefined {
  return contexts.getStore()
}
