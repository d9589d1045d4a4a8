import { readFile } from 'node:fs/promises'
import type { LogLine } from '../../shared/logs.ts'
import { type Held, lineOf } from './log-page.ts'
import { createFinder, type LogPattern } from './log-search.ts'
import type { LogQuery } from './logs.ts'

/** The chunk by chunk search: newest first, until what is found cannot be displaced by what is older. */
export async function searchLogs(
  held: readonly Held[],
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
  let count = 0
  for (const { owner, file, chunk } of chunks) {
    signal.throwIfAborted()
    if (lines.length >= query.limit && chunk.lastAt < (lines[0]?.at ?? 0)) return { lines, isWhole: false, searched }
    file.flush()
    const bytes = await readFile(file.textPath(chunk))
    const found = find(bytes.toString('utf8'), query.limit)
    searched += chunk.count
    const seqs = found.lines.map(line => chunk.first + line).filter(seq => isWithin(file.record(seq)?.at, from, to))
    count += found.count
    const texts = file.texts(seqs)
    const hits = seqs.flatMap(seq => {
      const record = file.record(seq)
      return record === undefined ? [] : [lineOf(owner, seq, record, texts.get(seq) ?? Buffer.alloc(0))]
    })
    lines = [...lines, ...hits].sort((a, b) => a.at - b.at || a.seq - b.seq).slice(-query.limit)
  }
  return { lines, isWhole: count <= query.limit, searched }
}

function isWithin(at: number | undefined, from: number, to: number): boolean {
  return at !== undefined && at >= from && at <= to
}
