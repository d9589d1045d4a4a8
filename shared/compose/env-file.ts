import { fail } from '../failure.ts'
import { type Interpolation, interpolate, type Lookup } from './interpolate.ts'

const LINE = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:([=:])[ \t]*)?/
const ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['\\', '\\'],
  ['"', '"'],
  ['$', '$'],
])

/**
 * A `.env` or `env_file` as Compose reads it: `NAME=value`, `export`, comments, quotes over several lines, variables in all
 * but single quotes. A name without a value takes the environment's, and is left out where there is none.
 */
export function parseEnvFile(path: string, text: string, lookup: Lookup): Map<string, string> {
  const values = new Map<string, string>()
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    if (/^\s*(?:#|$)/.test(line)) continue
    const to = {
      lookup: (name: string) => values.get(name) ?? lookup(name),
      onUnset: () => {},
      where: `${path}, line ${at + 1}`,
    }
    const head = LINE.exec(line)
    if (head === null) fail('bad-input', `${to.where}: this is not NAME=value`)
    const [, name = '', separator] = head
    const rest = line.slice(head[0].length)
    if (separator === undefined) {
      const inherited = lookup(name)
      if (inherited !== undefined) values.set(name, inherited)
      continue
    }
    const quote = rest[0]
    if (quote === '"' || quote === "'") {
      const last = closingLine(lines, at, rest, quote)
      if (last === null) fail('bad-input', `${to.where}: the quote is never closed`)
      values.set(name, quoted(last.body, quote, to))
      at = last.line
    } else {
      values.set(name, interpolate(rest.replace(/(?:^|\s)#.*$/, '').trim(), to))
    }
  }
  return values
}

/** The text between quotes, which may go on over lines, and the line that it ends on. */
function closingLine(
  lines: readonly string[],
  from: number,
  rest: string,
  quote: string,
): { body: string; line: number } | null {
  let body = rest.slice(1)
  for (let line = from; line < lines.length; line += 1) {
    if (line > from) body += `\n${lines[line]}`
    const end = unescapedIndex(body, quote)
    if (end !== -1) return { body: body.slice(0, end), line }
  }
  return null
}

function unescapedIndex(text: string, quote: string): number {
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\' && quote === '"') at += 1
    else if (text[at] === quote) return at
  }
  return -1
}

function quoted(body: string, quote: string, to: Interpolation): string {
  if (quote === "'") return body
  // An escaped dollar must not become a variable, so it is doubled before variables are put in.
  return interpolate(
    body.replaceAll(/\\([\s\S])/g, (all, character: string) =>
      character === '$' ? '$$' : (ESCAPES.get(character) ?? all),
    ),
    to,
  )
}
