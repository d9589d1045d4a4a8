/*
 * Compose's small notations. Each answers null when the text is not one, so that the caller can say where it stands.
 */

const UNIT_MS = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** `1h30m`, `1.5s`, `0` in milliseconds. */
export function parseDuration(text: string): number | null {
  if (text === '0') return 0
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d))+$/.test(text)) return null
  let total = 0
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/g)) {
    total += Number(amount) * (UNIT_MS.get(unit) ?? 0)
  }
  return total
}

const UNIT_BYTES = new Map([
  ['', 1],
  ['k', 2 ** 10],
  ['m', 2 ** 20],
  ['g', 2 ** 30],
  ['t', 2 ** 40],
])

/** `512m`, `1.5gb`, `64KiB`, `1024` in bytes: units of 1024, as everywhere in Docker. */
export function parseBytes(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?) ?([kmgt]?)(?:i?b)?$/i.exec(text)
  if (match === null) return null
  const bytes = Math.floor(Number(match[1]) * (UNIT_BYTES.get((match[2] ?? '').toLowerCase()) ?? 1))
  return Number.isSafeInteger(bytes) ? bytes : null
}

/** A whole number, `0` and up. */
export function parseCount(text: string): number | null {
  return /^\d{1,10}$/.test(text) ? Number(text) : null
}

export function parsePort(text: string): number | null {
  const port = parseCount(text)
  return port !== null && port >= 1 && port <= 65_535 ? port : null
}

/** `80` or `80-85` as first and last. */
export function parsePortRange(text: string): { first: number; last: number } | null {
  const [from = '', to = from, ...more] = text.split('-')
  const first = parsePort(from)
  const last = parsePort(to)
  return first === null || last === null || last < first || more.length > 0 ? null : { first, last }
}

/** A command line as words, the way Compose splits it: quotes and backslashes, no expansion. Null when a quote stays open. */
export function splitWords(line: string): string[] | null {
  const words: string[] = []
  let word: string | null = null
  let quote = ''
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at)
    if (character === '\\' && quote !== "'") {
      at += 1
      word = (word ?? '') + line.charAt(at)
    } else if (quote !== '') {
      if (character === quote) quote = ''
      else word += character
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word)
      word = null
    } else word = (word ?? '') + character
  }
  if (quote !== '') return null
  return word === null ? words : [...words, word]
}
