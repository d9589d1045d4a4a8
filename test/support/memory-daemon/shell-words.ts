import { posix } from 'node:path'
import { endOfPart } from './shell-syntax.ts'

export interface Expansion {
  variable(name: string): string | undefined
  /** `$1` and on. */
  readonly arguments: readonly string[]
  /** The names in a folder. */
  list(path: string): readonly string[]
  readonly cwd: string
  /** The output of a script, without the line breaks at its end. */
  output(script: string): Promise<string>
}

interface Part {
  readonly text: string
  readonly isQuoted: boolean
  /** Comes of a `$`, so that blanks in it part words where it is not quoted. */
  readonly isExpanded: boolean
}

/** The fields that a word becomes. */
export async function expand(word: string, by: Expansion): Promise<string[]> {
  if (word === '"$@"') return [...by.arguments]
  const fields: Part[][] = []
  let open = false
  const begin = () => {
    if (!open) fields.push([])
    open = true
  }
  for (const part of await partsOf(word, by)) {
    if (!part.isExpanded || part.isQuoted) {
      begin()
      fields.at(-1)?.push(part)
      continue
    }
    for (const piece of part.text.split(/([ \t\n]+)/)) {
      if (piece === '') continue
      if (/^[ \t\n]/.test(piece)) open = false
      else {
        begin()
        fields.at(-1)?.push({ ...part, text: piece })
      }
    }
  }
  return fields.flatMap(parts => globbed(parts, by))
}

/** The one string that a word becomes where words are not parted. */
export async function expandOne(word: string, by: Expansion): Promise<string> {
  const parts = await partsOf(word, by)
  return parts.map(({ text }) => text).join('')
}

/** A pattern of the shell: `*`, `?` and `[…]`. */
export function matches(text: string, pattern: string): boolean {
  return patternOf(pattern).test(text)
}

function patternOf(pattern: string, end = '$'): RegExp {
  const source = pattern.replace(/\[[^\]]+\]|[\s\S]/g, part => {
    if (part === '*') return '[\\s\\S]*'
    if (part === '?') return '[\\s\\S]'
    return part.length > 1 ? part.replace('[!', '[^') : part.replace(/[.*+?^${}()|[\]\\/]/, '\\$&')
  })
  return new RegExp(`^${source}${end}`)
}

function globbed(parts: readonly Part[], by: Expansion): string[] {
  const text = parts.map(part => part.text).join('')
  if (!parts.some(part => !part.isQuoted && /[*?[]/.test(part.text))) return [text]
  const absolute = posix.resolve(by.cwd, text)
  const found = absolute
    .split('/')
    .slice(1)
    .reduce((places, name) => places.flatMap(place => childrenOf(place, name, by)), ['/'])
  if (found.length === 0) return [text]
  return text.startsWith('/') ? found : found.map(path => posix.relative(by.cwd, path))
}

function childrenOf(folder: string, name: string, by: Expansion): string[] {
  if (!/[*?[]/.test(name)) return [posix.join(folder, name)]
  try {
    return by
      .list(folder)
      .filter(one => matches(one, name) && (!one.startsWith('.') || name.startsWith('.')))
      .map(one => posix.join(folder, one))
  } catch {
    return []
  }
}

async function partsOf(word: string, by: Expansion, isQuoted = false): Promise<Part[]> {
  const parts: Part[] = []
  for (let at = 0; at < word.length; ) {
    const end = isQuoted && word[at] === "'" ? at + 1 : endOfPart(word, at)
    const piece = word.slice(at, end)
    at = end
    if (piece.startsWith('\\')) {
      if (piece[1] !== '\n')
        parts.push({
          text: isQuoted && !/[$`"\\]/.test(piece[1] ?? '') ? piece : piece.slice(1),
          isQuoted: true,
          isExpanded: false,
        })
    } else if (piece.startsWith("'") && !isQuoted)
      parts.push({ text: piece.slice(1, -1), isQuoted: true, isExpanded: false })
    else if (piece.startsWith('"') && piece.length > 1) {
      parts.push({ text: '', isQuoted: true, isExpanded: false }, ...(await partsOf(piece.slice(1, -1), by, true)))
    } else if (piece.startsWith('`'))
      parts.push({ text: await by.output(piece.slice(1, -1)), isQuoted, isExpanded: true })
    else if (piece === '$') {
      const [, name] = /^([A-Za-z_]\w*|[?$#@*\d])/.exec(word.slice(at)) ?? []
      at += name?.length ?? 0
      const text =
        name === undefined ? '$' : name === '@' || name === '*' ? by.arguments.join(' ') : (by.variable(name) ?? '')
      parts.push({ text, isQuoted, isExpanded: true })
    } else if (piece.startsWith('$')) parts.push({ text: await expansionOf(piece, by), isQuoted, isExpanded: true })
    else parts.push({ text: piece, isQuoted, isExpanded: false })
  }
  return parts
}

async function expansionOf(piece: string, by: Expansion): Promise<string> {
  if (piece.startsWith('$((')) return String(arithmetic(piece.slice(3, -2), by))
  if (piece.startsWith('$(')) return by.output(piece.slice(2, -1))
  const [, name = '', how = '', rest = ''] = /^\$\{(\w+|[?#])(:?[-+=]|##?|%%?)?(.*)\}$/s.exec(piece) ?? []
  const value = by.variable(name)
  const isThere = value !== undefined && (value !== '' || !how.startsWith(':'))
  if (how.endsWith('-')) return isThere ? value : expandOne(rest, by)
  if (how.endsWith('+')) return isThere ? expandOne(rest, by) : ''
  const text = value ?? ''
  const pattern = await expandOne(rest, by)
  if (how.startsWith('#')) {
    const lengths = Array.from({ length: text.length + 1 }, (_, length) => length)
    const cut = (how === '##' ? lengths.reverse() : lengths).find(length => matches(text.slice(0, length), pattern))
    return text.slice(cut ?? 0)
  }
  if (how.startsWith('%')) {
    const starts = Array.from({ length: text.length + 1 }, (_, start) => start)
    const cut = (how === '%%' ? starts : starts.reverse()).find(start => matches(text.slice(start), pattern))
    return text.slice(0, cut ?? text.length)
  }
  return text
}

/** From left to right, as one sum is all that anybody writes. */
function arithmetic(said: string, by: Expansion): number {
  const [first = '0', ...rest] = said.match(/\d+|\$?\w+|[-+*/%]/g) ?? []
  const value = (word: string) => Number(/^\d/.test(word) ? word : (by.variable(word.replace('$', '')) ?? 0))
  let result = value(first)
  for (let at = 0; at + 1 < rest.length; at += 2) {
    const right = value(rest[at + 1] ?? '0')
    if (rest[at] === '+') result += right
    else if (rest[at] === '-') result -= right
    else if (rest[at] === '*') result *= right
    else result = rest[at] === '/' ? Math.trunc(result / right) : result % right
  }
  return result
}
