import type { EndpointView } from '../endpoints.ts'
import type { Failure } from '../failure.ts'
import { DEFAULT_ENDPOINT, type Name } from '../model/ids.ts'

/** A row of a list, and the endpoint that it is of. */
export type Placed<Row> = Row & { readonly endpoint: Name }

/** An endpoint whose rows are not known, or not known any more. */
export interface SilentEndpoint {
  readonly endpoint: Name
  readonly failure: Failure
}

/** Rows of an endpoint: null before the first ones, and the last known ones beside a failure. */
export interface HeardRows<Row> {
  readonly rows: readonly Row[] | null
  readonly failure: Failure | null
}

export interface AllRows<Row> {
  /** Null while no endpoint has told any. */
  readonly rows: readonly Placed<Row>[] | null
  readonly silent: readonly SilentEndpoint[]
}

/** The endpoints of a list of all: those that somebody has disconnected are not missed in it. */
export function listedEndpoints(views: readonly EndpointView[]): readonly EndpointView[] {
  return views.filter(({ name, settings }) => name === DEFAULT_ENDPOINT || settings?.connect === true)
}

/** Endpoints of a list that do not answer, and why. */
export function silentEndpoints(views: readonly EndpointView[]): SilentEndpoint[] {
  return listedEndpoints(views).flatMap(({ name, state }) =>
    state.state === 'lost' ? [{ endpoint: name, failure: state.failure ?? unknown }] : [],
  )
}

const unknown: Failure = { code: 'unreachable', message: 'Its engine does not answer' }

/** Joins the rows of several endpoints, in their order. A failure of one leaves the rows of the others. */
export function allRows<Row>(heard: readonly (readonly [Name, HeardRows<Row>])[]): AllRows<Row> {
  const known = heard.flatMap(([endpoint, { rows }]) =>
    rows === null ? [] : [rows.map(row => ({ ...row, endpoint }))],
  )
  return {
    rows: known.length === 0 ? null : known.flat(),
    silent: heard.flatMap(([endpoint, { failure }]) => (failure === null ? [] : [{ endpoint, failure }])),
  }
}

/** Rows by their endpoint, in the order in which the endpoints come. */
export function byEndpoint<Row>(rows: readonly Placed<Row>[]): ReadonlyMap<Name, readonly Placed<Row>[]> {
  const found = new Map<Name, Placed<Row>[]>()
  for (const row of rows) found.set(row.endpoint, [...(found.get(row.endpoint) ?? []), row])
  return found
}
