import type { Command } from 'commander'
import type { Input } from '../../../../shared/contract.ts'
import { FailureError } from '../../../../shared/failure.ts'
import type { LogLine, LogMark } from '../../../../shared/logs.ts'
import { overwrittenLine } from '../../../../shared/rules/carriage-returns.ts'
import { version, wholeNumber } from '../arguments.ts'
import type { CommandLine } from '../command-line.ts'
import type { Context } from '../context.ts'
import { clean, json } from '../text.ts'

interface LogOptions {
  readonly service?: string
  readonly version?: string
  readonly container?: string
  readonly grep?: string
  readonly regex?: boolean
  readonly lines: number
  readonly follow?: boolean
}

const MOST = 1000
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const COLOURS = /\u001b\[[\d;:]*m/g

export function addLogCommands(program: Command, { run }: CommandLine): void {
  program
    .command('logs')
    .description('what the containers of a fleet wrote, also those that are gone')
    .argument('<fleet>')
    .option('--service <name>', 'only this service, across its versions')
    .option('--version <version>', 'only this version', version)
    .option('--container <name>', 'only this container')
    .option('--grep <text>', 'only lines that hold this text, whatever its case')
    .option('--regex', 'the text is a regular expression')
    .option('--lines <count>', `how many lines, at most ${MOST}`, wholeNumber, 100)
    .option('-f, --follow', 'go on with what is written from now on')
    .action(
      run(async (context, fleet: string, options: LogOptions) => {
        const scope = {
          fleet,
          ...pick(options, 'service'),
          ...pick(options, 'version'),
          ...pick(options, 'container'),
        } as Input<'logs.follow'> // The app checks the names that people type.
        await showLogs(context, scope, options)
        if (options.follow) await followLogs(context, scope, options)
      }),
    )
}

function pick(options: LogOptions, name: 'service' | 'version' | 'container') {
  const value = options[name]
  return value === undefined ? {} : { [name]: value }
}

async function showLogs(
  { call, globals, console }: Context,
  scope: Input<'logs.follow'>,
  { grep, regex, lines }: LogOptions,
): Promise<void> {
  const limit = Math.min(Math.max(lines, 1), MOST)
  const found =
    grep === undefined
      ? await call('logs.read', { ...scope, limit })
      : {
          ...(await call('logs.search', { ...scope, text: grep, kind: regex ? 'regex' : 'text', limit })),
          marks: [],
        }
  if (globals.json) return console.out(json(found))
  const marks = [...found.marks]
  for (const line of found.lines) {
    for (let mark = marks[0]; mark !== undefined && mark.at < line.at; mark = marks[0]) {
      console.out(markText(mark))
      marks.shift()
    }
    console.out(lineText(line))
  }
}

/** Until it is interrupted. */
function followLogs(
  { api, globals, console }: Context,
  scope: Input<'logs.follow'>,
  { grep, regex }: LogOptions,
): Promise<void> {
  const wanted = grep === undefined ? null : patternOf(grep, regex === true)
  return new Promise((resolve, reject) => {
    const stopInterrupt = console.onInterrupt(() => {
      stopInterrupt()
      stop()
      resolve()
    })
    const stop = api.follow(
      'logs.follow',
      scope,
      ({ lines, skipped }) => {
        for (const line of lines)
          if (wanted === null || wanted.test(line.text)) console.out(globals.json ? json(line) : lineText(line))
        if (skipped > 0) console.note(`${skipped} lines came too fast to show; they are captured`)
      },
      failure => reject(new FailureError(failure)),
    )
  })
}

function patternOf(text: string, isRegex: boolean): RegExp {
  return new RegExp(isRegex ? text : text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'i')
}

function lineText({ at, container, text, stream, clippedFrom }: LogLine): string {
  const time = new Date(at).toISOString().slice(11, 23)
  const more = clippedFrom === null ? '' : ` … (${clippedFrom} bytes)`
  return `${time} ${clean(container)}${stream === 'err' ? ' !' : ''} ${clean(overwrittenLine(text).replace(COLOURS, ''))}${more}`
}

function markText({ from, to }: LogMark): string {
  return `──── ${from === null ? `${to ?? 'nothing'} went live` : `${from} > ${to ?? 'nothing'}`} ────`
}
