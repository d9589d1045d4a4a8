import { readFile } from 'node:fs/promises'
import { type LogLine, newestLines } from '../../shared/logs.ts'
import type { LogOwner } from './log-owner.ts'
import { type ContainerLog, lineOf } from './log-page.ts'
import { createFinder, type LogPattern } from './log-search.ts'

/** A query for lines of some owners. Times in milliseconds since the epoch. */
export interface LogQuery {
  readonly owns: (owner: LogOwner) => boolean
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly limit: number
}

/** The most text in one answer, in bytes: a few hits may be very long lines. */
const MOST_HIT_BYTES = 8 * 1024 * 1024

/** The chunk by chunk search: newest first, until what is found cannot be displaced by what is older. */
export async function searchLogs(
  held: readonly ContainerLog[],
  query: LogQuery & LogPattern,
  signal: AbortSignal,
): Promise<{ lines: LogLine[]; isWhole: boolean; searched: number }> {
  const find = createFinder(query)
  const [from, to] = [query.from ?? Number.NEGATIVE_INFINITY, query.to ?? Number.POSITIVE_INFINITY]
  const chunks = held
    .flatMap(one => one.file.chunks.map(chunk => ({ ...one, chunk })))
    .filter(({ chunk }) => chunk.count > 0 && chunk.lastAt >= from && chunk.firstAt <= to)
    .sort((a, b) => b.chunk.lastAt - a.chunk.lastAt)
  let lines: LogLine[] = []
  let searched = 0
  let isWhole = true
  for (const { owner, file, chunk } of chunks) {
    signal.throwIfAborted()
    const isFull = !isWhole || lines.length >= query.limit
    if (isFull && chunk.lastAt < (lines[0]?.at ?? 0)) return { lines, isWhole: false, searched }
    file.flush()
    const bytes = await readFile(file.textPath(chunk))
    const found = find(bytes.toString('utf8'), query.limit)
    searched += chunk.count
    const seqs = found.lines.map(line => chunk.first + line).filter(seq => isWithin(file.record(seq)?.at, from, to))
    const texts = file.texts(seqs)
    const hits = seqs.flatMap(seq => {
      const record = file.record(seq)
      return record === undefined ? [] : [lineOf(owner, seq, record, texts.get(seq) ?? Buffer.alloc(0))]
    })
    const all = [...lines, ...hits].sort((a, b) => a.at - b.at || a.seq - b.seq)
    lines = newestLines(all, { lines: query.limit, bytes: MOST_HIT_BYTES })
    isWhole &&= found.count === found.lines.length && lines.length === all.length
  }
  return { lines, isWhole, searched }
}

function isWithin(at: number | undefined, from: number, to: number): boolean {
  return at !== undefined && at >= from && at <= to
}
