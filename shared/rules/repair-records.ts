import type { Change, JournalRecord } from '../model/journal.ts'

export interface RepairedRecords {
  /** Numbered from 1 without gaps, as a journal has to be. */
  readonly records: readonly JournalRecord[]
  /** Records that stood in the journal twice. */
  readonly repeated: number
  /** Records that are known to have been there and are not, by the numbers around them. */
  readonly missing: number
  /** Operations whose end may be among what was lost: they are recorded as interrupted. */
  readonly closed: number
}

type Begin = Extract<JournalRecord, { kind: 'begin' }>

/**
 * A journal out of the records that can still be read, in the order of their numbers; null stands for a line that cannot.
 * Numbers, and what refers to them, change together. Nothing is removed from an engine because of a repair: an
 * operation whose begin or end was lost claims no names and removes nothing any more. `head` is the number of the last
 * record that was written, 0 where it is not known.
 */
export function repairRecords(lines: readonly (JournalRecord | null)[], head = 0): RepairedRecords {
  const records: JournalRecord[] = []
  const numbers = new Map<number, number>()
  const seen = new Map<number, string>()
  const open = new Map<number, { hasLostEnd: boolean }>()
  let repeated = 0
  let highest = 0
  for (const line of inOrder(lines)) {
    const text = JSON.stringify(line)
    if (line !== null && seen.get(line.seq) === text) {
      repeated += 1
      continue
    }
    if (line === null || line.seq > highest + 1) for (const entry of open.values()) entry.hasLostEnd = true
    if (line === null) continue
    highest = Math.max(highest, line.seq)
    seen.set(line.seq, text)
    const record = renumbered(line, records.length + 1, numbers)
    numbers.set(line.seq, record.seq)
    records.push(record)
    if (record.kind === 'begin') open.set(record.seq, { hasLostEnd: false })
    else open.delete(record.of)
  }
  if (head > highest) for (const entry of open.values()) entry.hasLostEnd = true
  const closed = [...open].filter(([, entry]) => entry.hasLostEnd).map(([seq]) => seq)
  return {
    records: withEnds(records, closed),
    repeated,
    missing: Math.max(highest, head) - seen.size,
    closed: closed.length,
  }
}

/** By number, with each line that cannot be read before the record that it stood before. */
function inOrder(lines: readonly (JournalRecord | null)[]): readonly (JournalRecord | null)[] {
  const groups: { seq: number; lines: (JournalRecord | null)[] }[] = []
  let unread: null[] = []
  for (const line of lines) {
    if (line === null) unread.push(null)
    else {
      groups.push({ seq: line.seq, lines: [...unread, line] })
      unread = []
    }
  }
  return [...groups.sort((a, b) => a.seq - b.seq).flatMap(group => group.lines), ...unread]
}

function renumbered(record: JournalRecord, seq: number, numbers: ReadonlyMap<number, number>): JournalRecord {
  const changes = record.changes.flatMap(change => markAt(change, numbers))
  if (record.kind === 'begin') {
    const undoes = record.undoes === null ? null : (numbers.get(record.undoes) ?? null)
    return { ...record, seq, changes, undoes }
  }
  const of = numbers.get(record.of)
  if (of !== undefined) return { ...record, seq, changes, of }
  // Its begin was lost. What it changed still holds; as an end of itself it ends no other entry.
  return { ...record, seq, changes, of: seq, removes: null }
}

/** A mark on an entry that was lost is lost with it. */
function markAt(change: Change, numbers: ReadonlyMap<number, number>): Change[] {
  if (change.kind !== 'mark') return [change]
  const seq = numbers.get(change.seq)
  return seq === undefined ? [] : [{ ...change, seq }]
}

/** Left open, these would be walked back at the next start, although they may have ended well. */
function withEnds(records: readonly JournalRecord[], closed: readonly number[]): JournalRecord[] {
  const at = records.at(-1)?.at ?? 0
  const kept = records.map(record => (closed.includes(record.seq) ? withoutClaims(record as Begin) : record))
  const ends = closed.map(
    (of, index): JournalRecord => ({
      kind: 'end',
      seq: records.length + index + 1,
      at,
      of,
      outcome: 'interrupted',
      ms: 0,
      detail: 'how it ended was lost in a damaged journal',
      failure: null,
      to: null,
      changes: [],
      removes: null,
    }),
  )
  return [...kept, ...ends]
}

function withoutClaims(begin: Begin): Begin {
  return { ...begin, names: [], removes: null }
}
