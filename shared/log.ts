/** From the gravest to the least. A log takes records of its own level and of every graver one. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface LogDetails {
  /** `warn` if absent. A record of an unexpected error is an `error` in any case. */
  readonly level?: LogLevel
  /** The part of the app that the record is about, where it is not the operation at work. */
  readonly area?: string
  /** Its sentence ends the message; an unexpected one is recorded with its stack and its causes. */
  readonly error?: unknown
}

/** Writes one record to the log of the app. Never throws. */
export type Log = (message: string, details?: LogDetails) => void
