import { join } from 'node:path'
import { fail } from '../../shared/failure.ts'
import { LOG_LEVELS, type Log, type LogLevel } from '../../shared/log.ts'
import { logContext } from './context.ts'
import { logRecord } from './record.ts'
import { openRotatingFile, type RotationLimits } from './rotating-file.ts'

/** 10 MB in all. */
const LIMITS: RotationLimits = { bytes: 2_000_000, olderFiles: 4 }

export interface LogInput {
  readonly home: string
  readonly level: LogLevel
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Shows the message of a warning or an error where the app was started. */
  readonly show: (line: string) => void
  readonly limits?: RotationLimits
}

export interface OpenLog {
  readonly log: Log
  close(): void
}

export function logFile(home: string): string {
  return join(home, 'flotilla.log')
}

/** The level of FLOTILLA_LOG, or `info`. */
export function logLevelOf(environment: Readonly<Record<string, string | undefined>>): LogLevel {
  const text = environment.FLOTILLA_LOG
  if (!text) return 'info'
  const level = LOG_LEVELS.find(one => one === text)
  return level ?? fail('bad-input', `FLOTILLA_LOG is not a level: ${text}`, { hint: `Use ${LOG_LEVELS.join(', ')}` })
}

/** Opens the log of a home: one JSON document a line, in files of bounded size. To be used by who holds the home's lock. */
export function openLog({ home, level, now, show, limits = LIMITS }: LogInput): OpenLog {
  const file = openRotatingFile(logFile(home), limits)
  const isShown = (other: LogLevel) => LOG_LEVELS.indexOf(other) <= LOG_LEVELS.indexOf('warn')
  const isTaken = (other: LogLevel) => LOG_LEVELS.indexOf(other) <= LOG_LEVELS.indexOf(level)
  const told = new WeakSet<object>()
  return {
    log(message, details = {}) {
      const { error } = details
      // An error that is thrown on is recorded where it was met first: there the operation is known.
      if (error instanceof Error && told.has(error)) return
      const record = logRecord(message, details, { at: now(), context: logContext(), level })
      if (!isTaken(record.level)) return
      if (error instanceof Error) told.add(error)
      file.write(`${JSON.stringify(record)}\n`)
      if (isShown(record.level)) show(record.message)
    },
    close: () => file.close(),
  }
}

/** Logs an error that nobody caught, with its stack, before it ends the process. How the process ends stays as it is. */
export function logCrashes(log: Log): () => void {
  const onCrash = (error: unknown) => log('An error was not caught', { level: 'error', error })
  process.on('uncaughtExceptionMonitor', onCrash)
  return () => process.off('uncaughtExceptionMonitor', onCrash)
}
