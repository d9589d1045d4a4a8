export type Level = 'error' | 'warning' | 'debug' | 'plain'

const LOOKED_AT = 160
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const COLOURS = /\u001b\[[\d;:]*m/g
const words: readonly (readonly [Level, RegExp])[] = [
  ['error', /\b(?:fatal|panic|crit(?:ical)?|emerg|error|err|exception|severe|traceback)\b/i],
  ['warning', /\b(?:warn(?:ing)?|deprecated)\b/i],
  ['debug', /\b(?:debug|trace|verbose)\b/i],
]

/** A guess, by the words at the beginning of a line. */
export function levelOf(text: string): Level {
  const start = text.slice(0, LOOKED_AT).replace(COLOURS, ' ')
  return words.find(([, pattern]) => pattern.test(start))?.[0] ?? 'plain'
}

export const levelLetters: Readonly<Record<Level, string>> = { error: 'E', warning: 'W', debug: 'D', plain: '' }
