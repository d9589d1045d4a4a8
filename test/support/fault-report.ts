import { appendFileSync } from 'node:fs'
import { inject } from 'vitest'

/** The outcome of one kind of fault, again and again. All but the rounds must be empty. */
export interface FaultCount {
  readonly fault: string
  readonly rounds: number
  /** Things that were recorded or made by a person and are gone. */
  readonly lost: readonly string[]
  /** Things that nothing explains. */
  readonly left: readonly string[]
  /** Answers, messages and outcomes that should have been others. */
  readonly wrong: readonly string[]
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The file that the counts of all campaigns are collected in. */
    readonly faultReport: string
  }
}

/** Adds a line to the table that stands at the end of the run. */
export function report(count: FaultCount): void {
  appendFileSync(inject('faultReport'), `${JSON.stringify(count)}\n`)
}

export function faultTable(counts: readonly FaultCount[]): string {
  const head = ['fault', 'rounds', 'lost', 'left behind', 'wrong']
  const rows = counts.map(({ fault, rounds, lost, left, wrong }) => [
    fault,
    rounds,
    ...[lost, left, wrong].map(found => found.length),
  ])
  const total = ['all', ...head.slice(1).map((_, at) => rows.reduce((sum, row) => sum + Number(row[at + 1]), 0))]
  return [head, ...rows, total]
    .map(([first, ...rest]) => [String(first).padEnd(44), ...rest.map(one => String(one).padStart(13))].join(''))
    .join('\n')
}
