import type { Failure } from '../../shared/failure.ts'
import type { Name } from '../../shared/model/ids.ts'
import {
  allRows,
  byEndpoint,
  type HeardRows,
  type Placed,
  type SilentEndpoint,
} from '../../shared/rules/all-endpoints.ts'
import { keepSame } from './keep-same.ts'

/** Rows of one endpoint or of several, followed while a screen shows them. */
export interface Listed<Row> {
  readonly places: readonly Name[]
  /** Null until they were heard once. */
  readonly rows: readonly Placed<Row>[] | null
  /** Of the only endpoint that is listed. */
  readonly failure: Failure | null
  /** Of several endpoints those whose rows are not known, or not known any more. */
  readonly silent: readonly SilentEndpoint[]
}

const none: readonly never[] = []
export const nothingListed: Listed<never> = { places: none, rows: null, failure: null, silent: none }

interface Following<Row> {
  readonly places: readonly Name[]
  readonly idOf: (row: Row) => string
  /** Follows the rows at one endpoint; those that are null are those of an earlier look. */
  readonly follow: (endpoint: Name, tell: (heard: HeardRows<Row>) => void) => () => void
}

interface Store<Row> {
  setState(change: (old: Listed<Row>) => Partial<Listed<Row>>): void
  getState(): Listed<Row>
}

/** Follows the rows of endpoints into a store, and forgets what was listed of others. Returns its stop. */
export function followPlaces<Row>(store: Store<Row>, { places, idOf, follow }: Following<Row>): () => void {
  if (store.getState().places.join() !== places.join()) store.setState(() => ({ ...nothingListed, places }))
  const known = byEndpoint(store.getState().rows ?? [])
  const heard = new Map<Name, HeardRows<Row>>([...known].map(([endpoint, rows]) => [endpoint, { rows, failure: null }]))
  const stops = places.map(endpoint =>
    follow(endpoint, ({ rows, failure }) => {
      heard.set(endpoint, { rows: rows ?? heard.get(endpoint)?.rows ?? null, failure })
      store.setState(old => hearRows(old, heard, idOf))
    }),
  )
  return () => {
    for (const stop of stops) stop()
  }
}

/** Rows that say the same stay the same objects, wherever they stand by now. */
export function hearRows<Row>(
  old: Pick<Listed<Row>, 'places' | 'rows'>,
  heard: ReadonlyMap<Name, HeardRows<Row>>,
  idOf: (row: Row) => string,
): Pick<Listed<Row>, 'rows' | 'failure' | 'silent'> {
  const keyOf = (row: Placed<Row>) => `${row.endpoint} ${idOf(row)}`
  const known = new Map(old.rows?.map(row => [keyOf(row), row]))
  const all = allRows(old.places.flatMap(place => [[place, heard.get(place) ?? unheard] as const]))
  const rows =
    all.rows === null
      ? null
      : keepSame(
          old.rows,
          all.rows.map(row => keepSame(known.get(keyOf(row)), row)),
        )
  if (old.places.length > 1) return { rows, failure: null, silent: all.silent }
  return { rows, failure: worthTelling(rows, all.silent[0]?.failure ?? null), silent: none }
}

const unheard = { rows: null, failure: null }

/** Of a lost engine the banner tells already; a list that was seen before stays, and says nothing of its own. */
function worthTelling(rows: readonly unknown[] | null, failure: Failure | null): Failure | null {
  return rows !== null && failure?.code === 'unreachable' ? null : failure
}
