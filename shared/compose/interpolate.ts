import { fail } from '../failure.ts'

/** The value of a variable; undefined where it is not set. */
export type Lookup = (name: string) => string | undefined

export interface Interpolation {
  readonly lookup: Lookup
  /** Hears of each variable that is not set and has no default: it becomes empty. */
  readonly onUnset: (name: string) => void
  /** Where in which file, for failures: `line 7`. */
  readonly where: string
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y
const OPERATOR = /:?[-?+]/y
const DEEPEST = 20

/**
 * `$VAR`, `${VAR}`, `${VAR:-default}`, `${VAR-default}`, `${VAR:?error}`, `${VAR?error}`, `${VAR:+other}`, `${VAR+other}`
 * and `$$`, nested in defaults as well. The grammar of the Compose specification, 12-interpolation.
 */
export function interpolate(text: string, to: Interpolation): string {
  if (!text.includes('$')) return text
  return expand(text, to, 0)
}

function expand(text: string, to: Interpolation, depth: number): string {
  if (depth > DEEPEST) fail('bad-input', `${to.where}: variables are nested too deep`)
  let expanded = ''
  let at = 0
  for (;;) {
    const dollar = text.indexOf('$', at)
    if (dollar === -1) return expanded + text.slice(at)
    expanded += text.slice(at, dollar)
    const next = text[dollar + 1]
    if (next === '$') {
      expanded += '$'
      at = dollar + 2
    } else if (next === '{') {
      const end = closingBrace(text, dollar + 2)
      if (end === -1) invalid(text, to)
      expanded += braced(text.slice(dollar + 2, end), to, depth)
      at = end + 1
    } else {
      const name = match(NAME, text, dollar + 1)
      if (name === '') invalid(text, to)
      expanded += setOrEmpty(name, to)
      at = dollar + 1 + name.length
    }
  }
}

/** The brace that ends an expression which began just before `from`; -1 when there is none. */
function closingBrace(text: string, from: number): number {
  let open = 1
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '$' && text[at + 1] === '{') open += 1
    if (text[at] === '}') open -= 1
    if (open === 0) return at
  }
  return -1
}

function braced(expression: string, to: Interpolation, depth: number): string {
  const name = match(NAME, expression, 0)
  const operator = match(OPERATOR, expression, name.length)
  const word = expression.slice(name.length + operator.length)
  if (name === '' || (operator === '' && word !== '')) invalid(`\${${expression}}`, to)
  if (operator === '') return setOrEmpty(name, to)
  const value = to.lookup(name)
  const isThere = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined
  if (operator.endsWith('+')) return isThere ? expand(word, to, depth + 1) : ''
  if (isThere) return value ?? ''
  if (operator.endsWith('-')) return expand(word, to, depth + 1)
  const why = expand(word, to, depth + 1) || 'it is required'
  return fail('bad-input', `${to.where}: the variable ${name} is missing: ${why}`, {
    hint: `Set ${name} in the environment or in .env`,
  })
}

function setOrEmpty(name: string, to: Interpolation): string {
  const value = to.lookup(name)
  if (value === undefined) to.onUnset(name)
  return value ?? ''
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

function invalid(text: string, to: Interpolation): never {
  const shown = text.length > 60 ? `${text.slice(0, 60)}...` : text
  fail('bad-input', `${to.where}: ${JSON.stringify(shown)} is not a variable`, { hint: 'Write $$ for a dollar sign' })
}
