import type { Failure } from '../../../shared/failure.ts'
import { bytesText } from '../../../shared/rules/amounts.ts'

/**
 * Text from strangers made safe for a terminal: control characters, escape sequences and marks that turn the direction of
 * writing become visible replacements. Line breaks too, unless asked to be kept.
 */
export function clean(text: string, keep: '' | '\n' = ''): string {
  let safe = ''
  for (const character of text) safe += isSafe(character) || character === keep ? character : '\ufffd'
  return safe
}

/** One JSON document. Characters that a terminal would obey are escaped, which JSON allows anywhere in a string. */
export function json(value: unknown): string {
  let safe = ''
  for (const character of JSON.stringify(value, null, 2) ?? 'null') {
    if (isSafe(character) || character === '\n') safe += character
    else safe += `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  }
  return safe
}

function isSafe(character: string): boolean {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return false
  if (code >= 0xd800 && code <= 0xdfff) return false
  const isDirection = (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e)
  return !isDirection && !(code >= 0x2060 && code <= 0x206f) && code !== 0xfeff && code !== 0x061c
}

/** `There is no fleet shop`, and on a line of its own what to do next. */
export function failureText({ message, hint }: Pick<Failure, 'message' | 'hint'>): string {
  return clean(hint === undefined ? message : `${message}\n${hint}`, '\n').replaceAll('\n', '\n  ')
}

/** Columns as wide as their widest cell; the last is left to run on. Says `none` where there are no rows. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[], none: string): string {
  if (rows.length === 0) return none
  const lines = [heads, ...rows.map(row => row.map(cell => clean(cell)))]
  const widths = heads.map((_, column) => Math.max(...lines.map(line => (line[column] ?? '').length)))
  return lines
    .map(line =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Steps are few: what counts further counts bytes. */
const mostSteps = 10_000

export function progressText({ done, total, what }: { done: number; total: number; what: string }): string {
  const amount = (count: number) => (total > mostSteps ? bytesText(count) : String(count))
  return `[${amount(done)}/${amount(total)}] ${what}`
}

/** Local time, to the second, in an order that sorts. */
export function clock(at: number): string {
  const time = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
}
