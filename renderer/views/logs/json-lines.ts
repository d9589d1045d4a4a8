import { type LogLine, MOST_LINE_BYTES } from '../../../shared/logs.ts'
import type { Level } from './levels.ts'

/** A log line of JSON, split for columns. All its texts come from a container. */
export interface JsonLine {
  readonly level: Level | null
  readonly message: string
  /** All but the level, the time and the message, in the order of the line. */
  readonly fields: ReadonlyMap<string, string>
}

const MOST_FIELDS = 100
const MOST_VALUE = 500

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const COLOURS = /\u001b\[[\d;:]*m/g
const levelKeys = ['level', 'severity', 'lvl', 'loglevel', 'log.level']
const timeKeys = ['time', 'ts', 'timestamp', '@timestamp', 't']
const messageKeys = ['msg', 'message', 'event', 'text']

/** Null where a line is not one JSON object. A key like `__proto__` is a key like any other. */
export function jsonLineOf(text: string): JsonLine | null {
  if (text.length > MOST_LINE_BYTES) return null
  const line = text.replace(COLOURS, '').trim()
  if (!line.startsWith('{') || !line.endsWith('}')) return null
  const parsed = objectOf(line)
  if (parsed === null) return null
  const pairs = new Map(Object.entries(parsed).slice(0, MOST_FIELDS))
  const take = (keys: readonly string[]) => {
    const key = keys.find(one => pairs.has(one))
    const value = key === undefined ? undefined : pairs.get(key)
    if (key !== undefined) pairs.delete(key)
    return value
  }
  const level = levelFrom(take(levelKeys))
  take(timeKeys)
  const message = take(messageKeys)
  const fields = new Map([...pairs].map(([key, value]) => [key, valueText(value)]))
  return { level, message: message === undefined ? '' : valueText(message), fields }
}

/** Each line is taken apart once: a long one takes some milliseconds. */
const known = new WeakMap<LogLine, { readonly json: JsonLine | null }>()

export function jsonOf(line: LogLine): JsonLine | null {
  const found = known.get(line) ?? { json: jsonLineOf(line.text) }
  known.set(line, found)
  return found.json
}

function objectOf(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : null
  } catch {
    return null // A line that only looks like JSON is a line like any other.
  }
}

/** Names, and the numbers that bunyan and pino write. */
function levelFrom(value: unknown): Level | null {
  if (typeof value === 'number') return value >= 50 ? 'error' : value >= 40 ? 'warning' : value < 30 ? 'debug' : 'plain'
  if (typeof value !== 'string') return null
  if (/^(?:fatal|panic|crit|emerg|alert|err)/i.test(value)) return 'error'
  if (/^warn/i.test(value)) return 'warning'
  return /^(?:debug|trace|verbose)/i.test(value) ? 'debug' : 'plain'
}

function valueText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.length > MOST_VALUE ? `${text.slice(0, MOST_VALUE)}…` : text
}

/** How many of a container's newest lines tell whether it writes JSON. */
const LOOKED_AT = 50

/** The containers that write JSON: more than half of their newest lines are. */
export function jsonContainers(lines: readonly LogLine[]): ReadonlySet<string> {
  const seen = new Map<string, { all: number; json: number }>()
  for (const line of lines.slice(-2_000).toReversed()) {
    const { containerId } = line
    const count = seen.get(containerId) ?? { all: 0, json: 0 }
    seen.set(containerId, count)
    if (count.all === LOOKED_AT) continue
    count.all += 1
    if (jsonOf(line) !== null) count.json += 1
  }
  return new Set([...seen].flatMap(([id, { all, json }]) => (json * 2 > all ? [id] : [])))
}

/** The names of the fields of these lines, those that most lines have first. */
export function fieldsIn(lines: readonly LogLine[], containers: ReadonlySet<string>): string[] {
  const counts = new Map<string, number>()
  for (const line of lines.slice(-500)) {
    if (!containers.has(line.containerId)) continue
    for (const name of jsonOf(line)?.fields.keys() ?? []) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 30)
    .map(([name]) => name)
}
