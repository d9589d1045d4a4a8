import { Failure } from '../../shared/failure.ts'

/* What an app in the background says of its start goes to a log; whoever started it reads it there. */

const STEP = 'starting: '

/** The line that tells what a start has come to. */
export function stepLine(what: string): string {
  return `${STEP}${what}`
}

export interface StartLog {
  /** The current step of the start, or the last one before it ended; null before the first. */
  readonly step: string | null
  /** Why it ended, as a sentence; null where the log does not tell. */
  readonly failure: Pick<Failure, 'message' | 'hint'> | null
}

/** Reads what was written since the start began. */
export function readStartLog(text: string): StartLog {
  const lines = text.split('\n').map(line => line.trimEnd())
  const step = lines.findLast(line => line.startsWith(STEP))?.slice(STEP.length) ?? null
  return { step, failure: toldFailure(lines) ?? crash(lines) ?? lastSentence(lines) }
}

/** A command that fails ends with its failure as a JSON document. */
function toldFailure(lines: readonly string[]): Failure | null {
  const begin = lines.lastIndexOf('{')
  const end = lines.indexOf('}', begin)
  if (begin === -1 || end === -1) return null
  try {
    return Failure.safeParse(JSON.parse(lines.slice(begin, end + 1).join('\n'))).data ?? null
  } catch {
    return null
  }
}

/** A process that crashes writes the error's name and message before its stack. */
function crash(lines: readonly string[]): StartLog['failure'] {
  const told = lines.findLast(line => /^(?:\w*Error|Uncaught \w+)(?: \[\w+\])?: \S/.test(line))
  return told === undefined ? null : { message: told.replace(/^[^:]*: /, '') }
}

/** Neither a bracket, nor a stack's line, nor a step. */
function lastSentence(lines: readonly string[]): StartLog['failure'] {
  const told = lines.findLast(line => /[\p{L}]/u.test(line) && !/^\s*at /.test(line) && !line.startsWith(STEP))
  return told === undefined ? null : { message: told.trim() }
}
