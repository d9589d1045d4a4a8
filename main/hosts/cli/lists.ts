import { Option } from 'commander'
import { FailureError, fail, toFailure } from '../../../shared/failure.ts'
import type { Name } from '../../../shared/model/ids.ts'
import {
  type AllRows,
  allRows,
  type HeardRows,
  listedEndpoints,
  type Placed,
  silentEndpoints,
} from '../../../shared/rules/all-endpoints.ts'
import type { Context } from './context.ts'
import { clean, table } from './text.ts'

export interface ListOptions {
  readonly allEndpoints?: boolean
}

/** A list of what an engine has. */
interface ListSpec<Row> {
  ask(at: { readonly endpoint: string | undefined }): Promise<readonly Row[]>
  readonly heads: readonly string[]
  /** The cells of a row, a text for each head. */
  line(row: Row): readonly string[]
  /** Said where there are no rows. */
  readonly none: string
}

export function allEndpointsOption(): Option {
  return new Option('--all-endpoints', 'of every endpoint that is connected, each row with its endpoint')
}

/** Shows the rows at one endpoint, or those at all of them with the endpoints that do not answer. */
export async function showList<Row>(context: Context, { allEndpoints }: ListOptions, spec: ListSpec<Row>) {
  const { at, show } = context
  if (allEndpoints !== true) {
    const rows = await spec.ask(at)
    show(rows, () => table(spec.heads, rows.map(spec.line), spec.none))
    return
  }
  if (at.endpoint !== undefined) fail('bad-input', '--on names one endpoint, and --all-endpoints means each of them')
  const { names, rows, silent } = await askAll(context, spec)
  const [first] = silent
  if (rows === null && first !== undefined) throw new FailureError(first.failure)
  show({ rows: rows ?? [], unreachable: silent }, () => allTable(rows ?? [], spec, names.length > 1))
  if (context.globals.json) return
  for (const { endpoint, failure } of silent)
    context.console.note(clean(`${endpoint} is not listed: ${failure.message}`))
}

interface ListRequest<Row> extends AllRows<Row> {
  readonly names: readonly Name[]
}

/** All are asked at once: one that is slow holds no other up. */
async function askAll<Row>({ call }: Context, { ask }: ListSpec<Row>): Promise<ListRequest<Row>> {
  const views = listedEndpoints(await call('endpoint.list', {}))
  const lost = new Map(silentEndpoints(views).map(({ endpoint, failure }) => [endpoint, failure]))
  const names = views.map(({ name }) => name)
  const heard = await Promise.all(
    names.map(async (endpoint): Promise<[Name, HeardRows<Row>]> => {
      const failure = lost.get(endpoint)
      if (failure !== undefined) return [endpoint, { rows: null, failure }]
      try {
        return [endpoint, { rows: await ask({ endpoint }), failure: null }]
      } catch (error) {
        return [endpoint, { rows: null, failure: toFailure(error) }]
      }
    }),
  )
  return { names, ...allRows(heard) }
}

function allTable<Row>(rows: readonly Placed<Row>[], { heads, line, none }: ListSpec<Row>, isSpread: boolean): string {
  if (!isSpread) return table(heads, rows.map(line), none)
  return table(
    ['ENDPOINT', ...heads],
    rows.map(row => [row.endpoint, ...line(row)]),
    none,
  )
}
