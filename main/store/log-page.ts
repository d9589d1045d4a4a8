import { cursorOf, type LogLine, type LogPage, MOST_LOG_BYTES } from '../../shared/logs.ts'
import type { LogFile } from './log-file.ts'
import type { LogOwner } from './log-owner.ts'
import type { LogRecord } from './log-records.ts'

export interface ContainerLog {
  readonly owner: LogOwner
  readonly file: LogFile
}

interface PageQuery {
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly older?: string | undefined
  readonly newer?: string | undefined
  readonly limit: number
}

interface LinePosition {
  readonly at: number
  readonly seq: number
  readonly containerId: string
}

/** A line of one log that is next in the merge, and how to go on from it. */
interface Head {
  readonly held: ContainerLog
  seq: number
  record: LogRecord
}

/** Lines of several containers as one, by time: from a cursor on, or from the end. */
export function readPage(held: readonly ContainerLog[], query: PageQuery): LogPage {
  const step = query.newer === undefined ? -1 : 1
  const heads = held.flatMap(one => headOf(one, query, step))
  const taken: { held: ContainerLog; seq: number; record: LogRecord }[] = []
  let bytes = 0
  while (taken.length < query.limit && bytes < MOST_LOG_BYTES) {
    const head = nextOf(heads, step)
    if (head === undefined) break
    taken.push({ held: head.held, seq: head.seq, record: head.record })
    bytes += head.record.length
    advance(heads, head, step, query)
  }
  if (step < 0) taken.reverse()
  const lines = withTexts(taken)
  return { lines, marks: [], ...ends(lines, heads.length > 0, step) }
}

function ends(lines: readonly LogLine[], isMore: boolean, step: number): Pick<LogPage, 'older' | 'newer'> {
  const [first, last] = [lines[0], lines.at(-1)]
  if (first === undefined || last === undefined) return { older: null, newer: null }
  return {
    older: step < 0 && !isMore ? null : cursorOf(first),
    newer: step > 0 && !isMore ? null : cursorOf(last),
  }
}

function headOf(held: ContainerLog, query: PageQuery, step: number): Head[] {
  const { file, owner } = held
  const place = placeOf(query.older ?? query.newer)
  const { from, to } = query
  let seq: number
  if (step > 0) {
    const after = place === undefined ? 1 : file.search((at, number) => compare(at, number, owner, place) > 0)
    seq =
      from === undefined
        ? after
        : Math.max(
            after,
            file.search(at => at >= from),
          )
  } else {
    const before = place === undefined ? file.next : file.search((at, number) => compare(at, number, owner, place) >= 0)
    seq =
      (to === undefined
        ? before
        : Math.min(
            before,
            file.search(at => at > to),
          )) - 1
  }
  return within({ held, seq, record: file.record(seq) }, query)
}

function within(
  { held, seq, record }: { held: ContainerLog; seq: number; record: LogRecord | undefined },
  { from, to }: PageQuery,
): Head[] {
  if (record === undefined) return []
  if ((from !== undefined && record.at < from) || (to !== undefined && record.at > to)) return []
  return [{ held, seq, record }]
}

function nextOf(heads: readonly Head[], step: number): Head | undefined {
  return heads.reduce<Head | undefined>((best, head) => {
    if (best === undefined) return head
    const order = compare(head.record.at, head.seq, head.held.owner, {
      at: best.record.at,
      seq: best.seq,
      containerId: best.held.owner.containerId,
    })
    return order * step < 0 ? head : best
  }, undefined)
}

function advance(heads: Head[], head: Head, step: number, query: PageQuery): void {
  const seq = head.seq + step
  const [next] = within({ held: head.held, seq, record: head.held.file.record(seq) }, query)
  const at = heads.indexOf(head)
  if (next === undefined) heads.splice(at, 1)
  else heads[at] = next
}

/** The order of lines of several containers: by time, then by container, then as they were written. */
function compare(at: number, seq: number, { containerId }: LogOwner, place: LinePosition): number {
  if (at !== place.at) return at - place.at
  if (containerId !== place.containerId) return containerId < place.containerId ? -1 : 1
  return seq - place.seq
}

function placeOf(cursor: string | undefined): LinePosition | undefined {
  if (cursor === undefined) return undefined
  const [at, seq, containerId = ''] = cursor.split('/')
  return { at: Number(at), seq: Number(seq), containerId }
}

function withTexts(taken: readonly { held: ContainerLog; seq: number; record: LogRecord }[]): LogLine[] {
  const wanted = new Map<ContainerLog, number[]>()
  for (const { held, seq } of taken) wanted.set(held, [...(wanted.get(held) ?? []), seq])
  const texts = new Map([...wanted].map(([held, seqs]) => [held, held.file.texts(seqs)]))
  return taken.map(({ held, seq, record }) =>
    lineOf(held.owner, seq, record, texts.get(held)?.get(seq) ?? Buffer.alloc(0)),
  )
}

export function lineOf(
  owner: LogOwner,
  seq: number,
  record: Pick<LogRecord, 'at' | 'stream' | 'whole' | 'length'>,
  bytes: Buffer,
): LogLine {
  const { containerId, container, service, version } = owner
  const text = bytes.toString('utf8')
  const clippedFrom = record.whole > record.length ? record.whole : null
  return { containerId, container, service, version, seq, at: record.at, stream: record.stream, text, clippedFrom }
}
