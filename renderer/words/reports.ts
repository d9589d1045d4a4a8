import type { CheckReport } from '../../shared/model/checks.ts'
import { checkWords } from './checks.ts'

/** A container that did not pass. */
export interface Trouble {
  readonly container: string
  /** `GET /health 200: got 503`, one for each check that did not pass. */
  readonly lines: readonly string[]
  /** The last lines that it wrote; empty where none were read. */
  readonly log: string
}

/** The problems in a check report by container, those with log lines first. */
export function troubles(report: CheckReport): readonly Trouble[] {
  const logs = new Map(report.logs.map(({ container, text }) => [container, plain(text)]))
  const lines = new Map<string, string[]>()
  for (const { container, check, state, saw } of report.results) {
    if (state === 'passed') continue
    lines.set(container, [
      ...(lines.get(container) ?? []),
      saw === '' ? checkWords(check) : `${checkWords(check)}: ${saw}`,
    ])
  }
  const found = [...lines].map(([container, own]) => ({ container, lines: own, log: logs.get(container) ?? '' }))
  return found.sort((a, b) => Number(a.log === '') - Number(b.log === ''))
}

/** The first trouble in a line, with the last line of its log where there is one. */
export function troubleWords(report: CheckReport): string {
  const [first] = troubles(report)
  if (first === undefined) return 'No check has passed'
  const last = lastLine(first.log)
  return `${first.container}: ${first.lines[0] ?? ''}${last === '' ? '' : `. It wrote last: ${last}`}`
}

export function lastLine(log: string): string {
  return (
    log
      .split('\n')
      .findLast(line => line.trim() !== '')
      ?.trim() ?? ''
  )
}

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[\\d;:]*m`, 'g')

/** Without colours, which say nothing here, and without empty ends. */
function plain(text: string): string {
  return text.replace(COLOURS, '').replaceAll('\r', '').trimEnd()
}
