import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fail } from '../../shared/failure.ts'
import { createListeners } from '../../shared/listeners.ts'
import { DEFAULT_ENDPOINT, type Name } from '../../shared/model/ids.ts'
import { JournalRecord } from '../../shared/model/journal.ts'
import { renamedEndpoint, withEndpoints } from '../../shared/rules/endpoints.ts'
import { fold, foldAll, type State } from '../../shared/rules/fold.ts'
import { fileTime, hasCode, keepAside } from './durable.ts'
import { UPDATE_HINT } from './home-format.ts'
import { backupsOf } from './journal-backup.ts'
import { type Disk, type JournalEnd, type JournalFile, openJournalFile, realDisk } from './journal-file.ts'
import { type JournalHead, openJournalHead, readJournalHead } from './journal-head.ts'
import { parseRecords } from './journal-records.ts'
import { encodeLine, scanLines } from './record-line.ts'
import type { BeginInput, EndInput, Journal } from './store.ts'

export interface JournalOptions {
  /** The journal's file; what had to be set aside is kept beside it. */
  readonly path: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly disk?: Disk
  /** Current names of endpoints; without it each is called by its id. */
  readonly names?: EndpointNames
}

/** Endpoints go by their ids in the file, and by their names everywhere else. */
export interface EndpointNames {
  nameOf(id: Name): Name
  idOf(name: Name): Name
}

const noNames: EndpointNames = { nameOf: id => id, idOf: name => name }

/** Reads the journal, sets aside what a crash or a bad disk left in it, and opens it for appending where that is safe. */
export function openJournal({ path, now, disk = realDisk, names = noNames }: JournalOptions): Journal {
  const loaded = load(path, now)
  if (loaded.bar !== null) return journalOver(null, loaded, { now, names })
  const file = openJournalFile(path, loaded.end, disk)
  return journalOver({ ...file, head: openJournalHead(path) }, loaded, { now, names })
}

interface Loaded {
  readonly records: readonly JournalRecord[]
  readonly end: JournalEnd
  /** Why it can only be read: damage, or records that this version does not know. */
  readonly bar: { readonly reason: string; readonly hint: string } | null
  /** Records that were written, where none is left. */
  readonly lostRecords?: number
}

function load(path: string, now: () => number): Loaded {
  const bytes = readIfThere(path)
  const scan = scanLines(bytes)
  const { records, complaint, unknown } = parseRecords(scan.lines)
  const end = { length: scan.end.kind === 'torn' ? scan.end.at : bytes.length, lacksNewline: scan.lacksNewline }
  const damage =
    scan.end.kind === 'damaged'
      ? `line ${scan.end.line}: ${scan.end.reason}`
      : (complaint ?? lostEnd(records.at(-1)?.seq ?? 0, readJournalHead(path)) ?? lostAll(path, records.length))
  if (damage !== null) return { records, end, bar: reportDamage(path, bytes, damage) }
  if (unknown !== null) return { records, end, bar: reportNewer(unknown) }
  if (scan.end.kind === 'torn')
    writeFileSync(`${path}.torn-${fileTime(now())}`, bytes.subarray(scan.end.at), { mode: 0o600, flush: true })
  return { records, end, bar: null, lostRecords: records.length === 0 ? readJournalHead(path) : 0 }
}

/** A journal without any record is another matter: the engine tells what it may have known. */
function lostEnd(last: number, head: number): string | null {
  return last > 0 && head > last ? `It ends with record ${last}, and ${head} were written` : null
}

/** A file without records beside backups that have some. One that is gone altogether begins anew. */
function lostAll(path: string, records: number): string | null {
  const [newest] = backupsOf(path)
  if (records > 0 || newest === undefined || !existsSync(path)) return null
  return `It holds no record any more, and ${newest} beside it does`
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return Buffer.alloc(0)
    throw error
  }
}

function reportDamage(path: string, bytes: Buffer, complaint: string) {
  // Named by its content: starting again with the same damage keeps no second copy.
  const aside = keepAside(path, 'damaged', createHash('sha256').update(bytes).digest('hex').slice(0, 12))
  return {
    reason: `The journal is damaged and can only be read. ${complaint}`,
    hint: `A copy is kept as ${basename(aside)}. To see what can be kept, and to repair it: flotilla serve --stop, then flotilla home repair`,
  }
}

/** The checksum says that the record is as it was written: this version does not know it, and it is no damage. */
function reportNewer(unknown: string) {
  return { reason: `The journal was written by a newer Flotilla and can only be read. ${unknown}`, hint: UPDATE_HINT }
}

type OpenFile = JournalFile & { readonly head: JournalHead }

function journalOver(
  file: OpenFile | null,
  loaded: Loaded,
  { now, names }: { readonly now: () => number; readonly names: EndpointNames },
): Journal {
  let state = foldAll(loaded.records.map(record => withEndpoints(record, names.nameOf)))
  const listeners = createListeners<[state: State, before: State]>(throwLater)

  function become(next: State): void {
    const before = state
    state = next
    listeners.tell(state, before)
  }

  function append<R extends JournalRecord>(record: R): R {
    if (file === null) fail('read-only', loaded.bar?.reason ?? 'The journal is closed', hintOf(loaded))
    // A record that cannot be read back would make the journal read-only for good.
    JournalRecord.parse(record)
    file.append(encodeLine(JSON.stringify(withEndpoints(record, names.idOf))))
    file.head.write(record.seq)
    become(fold(state, record))
    return record
  }

  return {
    state: () => state,
    begin: input => append(beginRecord(input, state.seq + 1, now())),
    end(input) {
      const entry = state.entries.findLast(one => one.seq === input.of)
      if (entry?.outcome !== 'running') throw new Error(`entry ${input.of} is not running, so it cannot end`)
      return append(endRecord(input, state.seq + 1, now()))
    },
    renameEndpoint: (from, to) => become(renamedEndpoint(state, from, to)),
    lostRecords: loaded.lostRecords ?? 0,
    readOnly: () => loaded.bar?.reason ?? file?.trouble() ?? null,
    onChange: listeners.add,
    close() {
      listeners.clear()
      file?.close()
      file?.head.close()
      file = null
    },
  }
}

function hintOf(loaded: Loaded): { hint?: string } {
  return loaded.bar === null ? {} : { hint: loaded.bar.hint }
}

/** The record is on disk: a listener's bug must not look like a failed append. It still surfaces, as what it is. */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}

function beginRecord(input: BeginInput, seq: number, at: number): Extract<JournalRecord, { kind: 'begin' }> {
  return {
    kind: 'begin',
    seq,
    at,
    fleetId: input.fleetId,
    fleet: input.fleet,
    endpoint: input.endpoint ?? DEFAULT_ENDPOINT,
    op: input.op,
    operation: input.operation,
    cause: input.cause,
    from: input.from ?? null,
    to: input.to ?? null,
    forced: input.forced ?? false,
    undoes: input.undoes ?? null,
    changes: [...(input.changes ?? [])],
    names: [...(input.names ?? [])],
    removes: input.removes ?? null,
  }
}

function endRecord(input: EndInput, seq: number, at: number): Extract<JournalRecord, { kind: 'end' }> {
  return {
    kind: 'end',
    seq,
    at,
    of: input.of,
    outcome: input.outcome,
    ms: input.ms,
    detail: input.detail ?? '',
    failure: input.failure ?? null,
    to: input.to ?? null,
    changes: [...(input.changes ?? [])],
    removes: input.removes ?? null,
  }
}
