import type { EndpointSettings } from '../../shared/endpoints.ts'
import type { FleetId, Name, Version } from '../../shared/model/ids.ts'
import type { Change, EngineThings, JournalEntry, JournalRecord, Operation } from '../../shared/model/journal.ts'
import type { State } from '../../shared/rules/fold.ts'
import type { Logs } from './logs.ts'
import type { Touched } from './touched.ts'
import type { TrashClockFile } from './trash-clock.ts'

export interface BeginInput {
  readonly op: Operation
  readonly fleetId: FleetId | null
  readonly fleet: string
  /** Endpoint of the operation; the default one if absent. */
  readonly endpoint?: Name
  readonly operation: string
  readonly cause: string
  readonly from?: Version | null
  readonly to?: Version | null
  readonly forced?: boolean
  readonly undoes?: number | null
  readonly changes?: readonly Change[]
  readonly names?: readonly string[]
  readonly removes?: EngineThings | null
}

export interface EndInput {
  readonly of: number
  readonly outcome: 'done' | 'failed' | 'cancelled' | 'interrupted'
  readonly ms: number
  readonly detail?: string
  readonly failure?: JournalEntry['failure']
  readonly to?: Version | null
  readonly changes?: readonly Change[]
  readonly removes?: EngineThings | null
}

/** The append-only record of what was done. It is durable (fdatasync) when `begin` and `end` return. */
export interface Journal {
  /** The fold of every record so far. A new object after each append, never edited. */
  state(): State
  /** Appends synchronously: written and on disk when it returns. Fails `read-only` when the journal is damaged or the disk is full. */
  begin(input: BeginInput): Extract<JournalRecord, { kind: 'begin' }>
  end(input: EndInput): Extract<JournalRecord, { kind: 'end' }>
  /** Why nothing can be appended (damage in the middle, disk full), or null. */
  readOnly(): string | null
  /** How many records were written to a file that was gone when it was opened; 0 where none was lost. */
  readonly lostRecords: number
  /** Tells everything of an endpoint under its new name. The file knows endpoints by their ids, and stays as it is. */
  renameEndpoint(from: Name, to: Name): void
  /** Hears every append, and every change of a name. */
  onChange(listener: (state: State, before: State) => void): () => void
  close(): void
}

/**
 * `keepWarm` sets stay running beside the live one; a removed fleet stays `trashDays` days in the trash; captured logs
 * take `logMegabytes` at most, and none is older than `logDays`. `endpoints` are those beside the default one.
 */
export interface Settings {
  readonly keepWarm: number
  readonly trashDays: number
  readonly logMegabytes: number
  readonly logDays: number
  readonly endpoints: readonly EndpointSettings[]
}

/** Small, rare documents with one owner, verified after writing, with the last good copy kept. */
export interface Documents {
  settings(): Settings
  saveSettings(settings: Settings): void
}

/** Secret values by reference. Kept in a file that only its owner can read. */
export interface Secrets {
  /** A keyed hash of the value, the same for the same value in this home; remembers the value. 16 hex digits. */
  seal(value: string): string
  /** Keeps a value under a reference that another key once made: what a rebuild found in a running container. */
  remember(reference: string, value: string): void
  /** The value behind a reference, or undefined when this home never saw it. */
  open(reference: string): string | undefined
  /** References that this process has sealed or remembered a value under. */
  sealed(): Iterable<string>
  /** Drops values for good, from the copy as well. */
  forget(references: Iterable<string>): void
}

export interface Store {
  readonly journal: Journal
  readonly documents: Documents
  readonly secrets: Secrets
  readonly touched: Touched
  readonly trashClock: TrashClockFile
  readonly logs: Logs
  close(): void
}
