import type { Failure } from '../../shared/failure.ts'
import type { Name } from '../../shared/model/ids.ts'
import { keepSame } from './keep-same.ts'

/** Rows of one endpoint, followed while a screen shows them. */
export interface Listed<Row> {
  /** Whose they are; the default one's if undefined. */
  readonly endpoint: Name | undefined
  /** Null until they were heard once. */
  readonly rows: readonly Row[] | null
  readonly failure: Failure | null
}

export const nothingListed: Listed<never> = { endpoint: undefined, rows: null, failure: null }

/** Forgets what was listed of another endpoint. */
export function listedOf<Row>(old: Listed<Row>, endpoint: Name | undefined): Partial<Listed<Row>> {
  return old.endpoint === endpoint ? {} : { endpoint, rows: null, failure: null }
}

interface Heard<Row> {
  /** Null where they are those of an earlier look. */
  readonly rows: readonly Row[] | null
  readonly failure: Failure | null
}

/** Rows that say the same stay the same objects, wherever they stand by now. */
export function hearRows<Row>(old: Listed<Row>, heard: Heard<Row>, idOf: (row: Row) => string): Heard<Row> {
  const known = new Map(old.rows?.map(row => [idOf(row), row]))
  const rows =
    heard.rows === null
      ? old.rows
      : keepSame(
          old.rows,
          heard.rows.map(row => keepSame(known.get(idOf(row)), row)),
        )
  return { rows, failure: worthTelling(rows, heard.failure) }
}

/** Of a lost engine the banner tells already; a list that was seen before stays, and says nothing of its own. */
function worthTelling(rows: readonly unknown[] | null, failure: Failure | null): Failure | null {
  return rows !== null && failure?.code === 'unreachable' ? null : failure
}
