/** A word as it is written, quotes and all: it is expanded when its command is run. */
export type Word = string

export interface Redirect {
  readonly from: number
  readonly how: '<' | '>' | '>>' | '>&'
  readonly to: Word
}

export type Command =
  | { readonly kind: 'simple'; readonly words: readonly Word[]; readonly redirects: readonly Redirect[] }
  | { readonly kind: 'pipe'; readonly parts: readonly Command[]; readonly isNegated: boolean }
  | { readonly kind: 'and' | 'or'; readonly left: Command; readonly right: Command }
  | { readonly kind: 'list'; readonly parts: readonly Command[] }
  | { readonly kind: 'background'; readonly body: Command }
  | {
      readonly kind: 'group'
      readonly body: Command
      readonly isOwnShell: boolean
      readonly redirects: readonly Redirect[]
    }
  | { readonly kind: 'for'; readonly name: string; readonly words: readonly Word[]; readonly body: Command }
  | { readonly kind: 'while'; readonly test: Command; readonly body: Command }
  | { readonly kind: 'if'; readonly test: Command; readonly yes: Command; readonly no: Command | null }
  | { readonly kind: 'case'; readonly word: Word; readonly arms: readonly Arm[] }

export interface Arm {
  readonly patterns: readonly Word[]
  readonly body: Command
}

export class SyntaxProblem extends Error {}

const OPERATOR = /^(?:&&|\|\||;;|>>|>&|[;&|<>()\n])/

/** Words and operators. Before a redirect its number stands as a token of its own, like `2>`. */
function tokens(text: string): string[] {
  const found: string[] = []
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at)
    const [blank] = /^(?:[ \t]|\\\n)+/.exec(rest) ?? /^#[^\n]*/.exec(rest) ?? []
    const [operator] = /^\d(?=[<>])(?:>>|>&|[<>])|^\d>&|^\d>>|^\d[<>]/.exec(rest) ?? OPERATOR.exec(rest) ?? []
    const token = blank ?? operator ?? text.slice(at, endOfWord(text, at))
    if (blank === undefined) found.push(token)
    at += token.length
  }
  return found
}

/** Where a word ends that begins here: quotes, `$( )` and `${ }` hold blanks. */
export function endOfWord(text: string, start: number): number {
  let at = start
  while (at < text.length && !/[\s;&|<>()]/.test(text[at] ?? '')) at = endOfPart(text, at)
  if (at === start) throw new SyntaxProblem(`syntax error: unexpected ${JSON.stringify(text[start])}`)
  return at
}

export function endOfPart(text: string, at: number): number {
  const char = text[at]
  if (char === '\\') return at + 2
  if (char === "'") return closing(text, text.indexOf("'", at + 1)) + 1
  if (char === '$' && text[at + 1] === '(') return endOfNested(text, at + 2, '(', ')')
  if (char === '$' && text[at + 1] === '{') return endOfNested(text, at + 2, '{', '}')
  if (char === '`') return closing(text, text.indexOf('`', at + 1)) + 1
  if (char !== '"') return at + 1
  let end = at + 1
  while (end < text.length && text[end] !== '"') end = text[end] === "'" ? end + 1 : endOfPart(text, end)
  return closing(text, end < text.length ? end : -1) + 1
}

function endOfNested(text: string, start: number, open: string, close: string): number {
  let at = start
  for (let depth = 1; at < text.length; ) {
    if (text[at] === open) depth += 1
    else if (text[at] === close && --depth === 0) return at + 1
    at = open === '{' && text[at] === "'" ? at + 1 : endOfPart(text, at)
  }
  return closing(text, -1)
}

function closing(_text: string, at: number): number {
  if (at < 0) throw new SyntaxProblem('syntax error: unterminated quoted string')
  return at
}

/** The part of a POSIX shell that tests write. */
export function parseScript(text: string): Command {
  const parser = new Parser(tokens(text))
  const list = parser.list([])
  if (parser.next !== undefined) throw new SyntaxProblem(`syntax error: unexpected ${JSON.stringify(parser.next)}`)
  return list
}

class Parser {
  readonly #tokens: string[]

  constructor(all: string[]) {
    this.#tokens = all
  }

  get next(): string | undefined {
    return this.#tokens[0]
  }

  list(ends: readonly string[]): Command {
    const parts: Command[] = []
    for (;;) {
      while (this.next === ';' || this.next === '\n') this.#take()
      if (this.next === undefined || ends.includes(this.next))
        return parts.length === 1 && parts[0] ? parts[0] : { kind: 'list', parts }
      if (this.next === ')' || this.next === ';;') return { kind: 'list', parts }
      const body = this.#andOr()
      parts.push(this.next === '&' ? { kind: 'background', body } : body)
      if (this.next === '&') this.#take()
    }
  }

  #take(expected?: string): string {
    const token = this.#tokens.shift()
    if (token === undefined || (expected !== undefined && token !== expected))
      throw new SyntaxProblem(`syntax error: unexpected ${token ?? 'end of file'} (expecting "${expected ?? 'word'}")`)
    return token
  }

  #andOr(): Command {
    let left = this.#pipeline()
    while (this.next === '&&' || this.next === '||') {
      const kind = this.#take() === '&&' ? 'and' : 'or'
      this.#skipLines()
      left = { kind, left, right: this.#pipeline() }
    }
    return left
  }

  #pipeline(): Command {
    const isNegated = this.next === '!'
    if (isNegated) this.#take()
    const parts = [this.#command()]
    while (this.next === '|') {
      this.#take()
      this.#skipLines()
      parts.push(this.#command())
    }
    return parts.length === 1 && parts[0] && !isNegated ? parts[0] : { kind: 'pipe', parts, isNegated }
  }

  #command(): Command {
    switch (this.next) {
      case '(':
        return this.#group('(', ')')
      case '{':
        return this.#group('{', '}')
      case 'for':
        return this.#for()
      case 'while':
        return this.#while()
      case 'if':
        return this.#if('if')
      case 'case':
        return this.#case()
      default:
        return this.#simple()
    }
  }

  #group(open: string, close: string): Command {
    this.#take(open)
    const body = this.list([close])
    this.#take(close)
    return { kind: 'group', body, isOwnShell: open === '(', redirects: this.#redirects() }
  }

  #for(): Command {
    this.#take('for')
    const name = this.#take()
    this.#take('in')
    const words: Word[] = []
    while (this.next !== ';' && this.next !== '\n') words.push(this.#take())
    return this.#looped({ kind: 'for', name, words, body: this.#body() })
  }

  #while(): Command {
    this.#take('while')
    const test = this.list(['do'])
    return this.#looped({ kind: 'while', test, body: this.#body() })
  }

  /** A loop may have redirects behind it. */
  #looped(loop: Command): Command {
    const redirects = this.#redirects()
    return redirects.length === 0 ? loop : { kind: 'group', body: loop, isOwnShell: false, redirects }
  }

  #body(): Command {
    while (this.next === ';' || this.next === '\n') this.#take()
    this.#take('do')
    const body = this.list(['done'])
    this.#take('done')
    return body
  }

  #if(word: 'if' | 'elif'): Command {
    this.#take(word)
    const test = this.list(['then'])
    this.#take('then')
    const yes = this.list(['else', 'elif', 'fi'])
    if (this.next === 'elif') return { kind: 'if', test, yes, no: this.#if('elif') }
    const hasElse = this.next === 'else'
    if (hasElse) this.#take()
    const no = hasElse ? this.list(['fi']) : null
    this.#take('fi')
    return { kind: 'if', test, yes, no }
  }

  #case(): Command {
    this.#take('case')
    const word = this.#take()
    this.#take('in')
    const arms: Arm[] = []
    for (this.#skipLines(); this.next !== 'esac'; this.#skipLines()) {
      if (this.next === '(') this.#take()
      const patterns = [this.#take()]
      while (this.next === '|') {
        this.#take()
        patterns.push(this.#take())
      }
      this.#take(')')
      arms.push({ patterns, body: this.list([';;', 'esac']) })
      if (this.next === ';;') this.#take()
    }
    this.#take('esac')
    return { kind: 'case', word, arms }
  }

  #simple(): Command {
    const words: Word[] = []
    const redirects: Redirect[] = []
    for (;;) {
      redirects.push(...this.#redirects())
      if (this.next === undefined || OPERATOR.test(this.next)) break
      words.push(this.#take())
    }
    if (words.length === 0 && redirects.length === 0) this.#take('command')
    return { kind: 'simple', words, redirects }
  }

  #redirects(): Redirect[] {
    const found: Redirect[] = []
    for (;;) {
      const [, digit, how] = /^(\d?)(<|>>|>&|>)$/.exec(this.next ?? '') ?? []
      if (how === undefined) return found
      this.#take()
      const from = digit ? Number(digit) : how === '<' ? 0 : 1
      found.push({ from, how: how as Redirect['how'], to: this.#take() })
    }
  }

  #skipLines(): void {
    while (this.next === '\n') this.#take()
  }
}
