import { createContext, Script } from 'node:vm'
import { fail } from '../../shared/failure.ts'

/** How long an expression may take over one chunk, in milliseconds. Some would never end. */
const CHUNK_MS = 400

export interface LogPattern {
  readonly text: string
  readonly kind: 'text' | 'regex'
  readonly matchCase: boolean
}

/**
 * Finds lines. It runs in a context of its own for its time limit alone, which ends even an expression that backtracks
 * for ever. A hit is tried again on its line: an expression may have matched across a line break.
 */
const finder = new Script(`
{
  const whole = text
  const kept = []
  let [number, start, count] = [0, 0, 0]
  pattern.lastIndex = 0
  for (let hit = pattern.exec(whole); hit !== null; hit = pattern.exec(whole)) {
    for (let at = whole.indexOf('\\n', start); at !== -1 && at < hit.index; at = whole.indexOf('\\n', start)) {
      start = at + 1
      number += 1
    }
    const found = whole.indexOf('\\n', start)
    const end = found === -1 ? whole.length : found
    alone.lastIndex = 0
    if (start < whole.length && alone.test(whole.slice(start, end))) {
      kept.push(number)
      count += 1
      if (kept.length > 2 * most) kept.splice(0, kept.length - most)
    }
    if (end + 1 >= whole.length) break
    pattern.lastIndex = end + 1
  }
  result = { lines: kept.slice(-most), count }
}
`)

/** Numbers of the last `most` lines that match, from 0, and how many do. Fails `bad-input` or `timeout`. */
export type Finder = (text: string, most: number) => { readonly lines: readonly number[]; readonly count: number }

export function createFinder({ text: wanted, kind, matchCase }: LogPattern): Finder {
  const source = kind === 'regex' ? wanted : wanted.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  const flags = matchCase ? '' : 'i'
  const scope: { text: string; most: number; result: { lines: number[]; count: number } } & Record<string, unknown> = {
    text: '',
    most: 0,
    result: { lines: [], count: 0 },
    pattern: compile(source, `${flags}gm`),
    alone: compile(source, flags),
  }
  const context = createContext(scope)
  return (text, most) => {
    scope.text = text
    scope.most = most
    try {
      finder.runInContext(context, { timeout: CHUNK_MS })
    } catch (error) {
      if (!isTimeout(error)) throw error
      fail('timeout', 'That expression takes too long', { hint: 'Nested repetitions such as (a+)+ never end' })
    }
    return { lines: [...scope.result.lines], count: scope.result.count }
  }
}

/** The error comes from the other context, so that `instanceof` does not know it. */
function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}

function compile(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags)
  } catch (cause) {
    return fail('bad-input', `That is no regular expression: ${cause instanceof Error ? cause.message : ''}`, { cause })
  }
}
