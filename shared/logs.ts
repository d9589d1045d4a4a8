import * as z from 'zod'
import { Name, Version } from './model/ids.ts'

/** The most lines in one answer; their text is bounded by `MOST_LOG_BYTES` besides. */
const MOST_LOG_LINES = 1000
export const MOST_LOG_BYTES = 4 * 1024 * 1024
/** Most bytes that are captured of a line; of a longer one its beginning. */
export const MOST_LINE_BYTES = 1024 * 1024

/** Which lines: of a whole fleet, or only those of a service, a version, a container (by name or id). */
export const LogScope = z.strictObject({
  fleet: Name,
  service: Name.optional(),
  version: Version.optional(),
  container: z.string().min(1).optional(),
})
export type LogScope = z.infer<typeof LogScope>

/** One captured line. Its text is a stranger's: control characters, marks and markup are all in it. */
export const LogLine = z.strictObject({
  containerId: z.string(),
  container: z.string(),
  service: z.string(),
  /** Null for a data service. */
  version: z.string().nullable(),
  /** Counts the container's lines from 1, and never skips one. */
  seq: z.int().min(1),
  /** Milliseconds since the epoch, with a fraction. */
  at: z.number(),
  stream: z.enum(['out', 'err']),
  text: z.string(),
  /** Bytes of the whole line, where only its beginning was kept; else null. */
  clippedFrom: z.int().nullable(),
})
export type LogLine = z.infer<typeof LogLine>

/** A place between two lines. Opaque. */
export const LogCursor = z.string().regex(/^\d+(?:\.\d+)?\/\d+\/[\w.-]{1,128}$/)
export type LogCursor = z.infer<typeof LogCursor>

/** A route moved: lines after it are those of another version. */
export const LogMark = z.strictObject({ at: z.number(), from: z.string().nullable(), to: z.string().nullable() })
export type LogMark = z.infer<typeof LogMark>

/** Oldest first. Each end tells where to go on; null where there is nothing more, as far as is known now. */
export const LogPage = z.strictObject({
  lines: z.array(LogLine),
  marks: z.array(LogMark),
  older: LogCursor.nullable(),
  newer: LogCursor.nullable(),
})
export type LogPage = z.infer<typeof LogPage>

/** Without a cursor the newest lines. `from` and `to` are milliseconds since the epoch. */
export const LogRead = LogScope.extend({
  older: LogCursor.optional(),
  newer: LogCursor.optional(),
  from: z.number().optional(),
  to: z.number().optional(),
  limit: z.int().min(1).max(MOST_LOG_LINES).default(500),
})

export const LogSearch = LogScope.extend({
  text: z.string().min(1).max(500),
  kind: z.enum(['text', 'regex']).default('text'),
  matchCase: z.boolean().default(false),
  from: z.number().optional(),
  to: z.number().optional(),
  limit: z.int().min(1).max(MOST_LOG_LINES).default(200),
})

/** The newest hits, oldest first. `isWhole` is false where there are more than were asked for. */
export const LogHits = z.strictObject({
  lines: z.array(LogLine),
  isWhole: z.boolean(),
  /** Lines that were looked through. */
  searched: z.int(),
})
export type LogHits = z.infer<typeof LogHits>

/** Lines since the item before. `skipped` lines came too fast to be sent; they are captured. */
export const LogNews = z.strictObject({ lines: z.array(LogLine), skipped: z.int() })
export type LogNews = z.infer<typeof LogNews>

/** Whose logs there are. */
export const LogSource = z.strictObject({
  containerId: z.string(),
  container: z.string(),
  service: z.string(),
  version: z.string().nullable(),
  lines: z.int(),
  bytes: z.number(),
  firstAt: z.number().nullable(),
  lastAt: z.number().nullable(),
})
export type LogSource = z.infer<typeof LogSource>

export function cursorOf(line: Pick<LogLine, 'at' | 'seq' | 'containerId'>): LogCursor {
  return `${line.at}/${line.seq}/${line.containerId}`
}

/** The last of some lines, within two bounds; the newest is there however long it is. */
export function newestLines(
  lines: readonly LogLine[],
  most: { readonly lines: number; readonly bytes: number },
): LogLine[] {
  let bytes = 0
  const before = lines.findLastIndex((line, at) => {
    bytes += line.text.length
    return at < lines.length - most.lines || (bytes > most.bytes && at < lines.length - 1)
  })
  return lines.slice(before + 1)
}
