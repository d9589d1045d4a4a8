import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from 'commander'
import { connect } from '../../../../shared/connect.ts'
import { fail, toFailure } from '../../../../shared/failure.ts'
import { reportName } from '../../../../shared/report.ts'
import { bytesText } from '../../../../shared/rules/amounts.ts'
import { dialIfRunning } from '../../background.ts'
import { version } from '../../version.ts'
import type { CommandLine } from '../command-line.ts'
import { clean, json } from '../text.ts'

/** A report takes as long as its slowest look at an engine. */
const ANSWER_MS = 45_000

/** The command starts no app: its start may be the fault. */
export function addDebugCommand(program: Command, line: CommandLine): void {
  program
    .command('debug')
    .description(
      'write one file for a bug report: versions, settings, doctor, journal, routes, log; secrets are masked',
    )
    .option('-o, --output <file>', 'where to write it; - for stdout')
    .action(async ({ output }: { readonly output?: string }) => {
      line.console.progress('Looking at the app, the engines and the home')
      const text = await reportOf(line)
      line.console.progress('')
      if (output === '-') return line.console.out(text.trimEnd())
      const file = resolve(output ?? reportName(Date.now()))
      await writeFile(file, text, { mode: 0o600 })
      const told = `Wrote ${clean(file)} (${bytesText(Buffer.byteLength(text))}). Look through it before you attach it to a report`
      line.console.out(line.globals().json ? json({ file }) : told)
    })
}

async function reportOf(line: CommandLine): Promise<string> {
  const { home, environment } = line
  try {
    return await askApp(home)
  } catch (error) {
    const why = `The app does not tell: ${toFailure(error).message}`
    // Only here: everything else is a client, which must start fast.
    const { debugReport } = await import('../../../report/report.ts')
    const { offlineSections } = await import('../../../report/offline-sections.ts')
    const live = offlineSections({ home, environment }, { endpoint: line.globals().endpoint, why })
    return debugReport({ home, environment, version, now: Date.now(), live })
  }
}

async function askApp(home: string): Promise<string> {
  const port = await dialIfRunning(home, 'cli')
  if (port === undefined) return fail('unreachable', 'it does not run for this home')
  const api = connect(port)
  const done = new AbortController()
  const late = pause(ANSWER_MS, undefined, { signal: done.signal }).then(() =>
    fail('timeout', `it has not answered within ${ANSWER_MS / 1_000} s`),
  )
  try {
    const { text } = await Promise.race([api.call('app.report', {}), late])
    return text
  } finally {
    late.catch(() => {})
    done.abort()
    api.close()
  }
}
