import { toFailure } from '../../../shared/failure.ts'
import type { LogCursor, LogLine, LogScope } from '../../../shared/logs.ts'
import { overwrittenLine } from '../../../shared/rules/carriage-returns.ts'
import { saveFile } from '../../commands/save-file.ts'
import { announce } from '../../commands/tell.tsx'
import { call } from '../../session.ts'
import { type LogRange, useLogs } from '../../state/logs.ts'
import { inert } from '../../words/inert.ts'

/** The most that a window keeps in memory for a file; the command line has no such bound. */
const MOST_LINES = 200_000

/** Writes a log as a file of text, the newest lines of it where it is very long. Marks that nobody sees are written out. */
export async function exportLogs(scope: LogScope, range: LogRange): Promise<void> {
  try {
    const pages: string[] = []
    let older: LogCursor | null | undefined
    for (let count = 0; older !== null && count < MOST_LINES; ) {
      const page = await call('logs.read', {
        ...scope,
        ...range,
        limit: 1000,
        ...(older === undefined ? {} : { older }),
      })
      pages.unshift(page.lines.map(textOf).join(''))
      count += page.lines.length
      older = page.older
    }
    saveFile(`${nameOf(scope)}.log`, pages)
    announce('The log was saved')
  } catch (error) {
    useLogs.setState({ failure: toFailure(error) })
  }
}

function textOf({ at, container, stream, text }: LogLine): string {
  return `${new Date(at).toISOString()} ${container} ${stream} ${inert(overwrittenLine(text))}\n`
}

function nameOf({ fleet, service, version, container }: LogScope): string {
  return [fleet, service, version, container].filter(part => part !== undefined).join('-')
}
