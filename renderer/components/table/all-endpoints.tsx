import { Checkbox } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Name } from '../../../shared/model/ids.ts'
import {
  byEndpoint,
  listedEndpoints,
  type Placed,
  type SilentEndpoint,
  silentEndpoints,
} from '../../../shared/rules/all-endpoints.ts'
import { aimAt, listAll, useCanListAll, useEndpoints } from '../../state/endpoints.ts'
import { useView } from '../../state/view.ts'
import { countWords } from '../../words/amounts.ts'
import { EndpointTag } from '../endpoint-tag.tsx'
import { Safe } from '../safe.tsx'
import classes from './all-endpoints.module.css'
import type { Column } from './columns.ts'

/** Lists what all endpoints have; not there where there is only one. */
export function AllEndpoints() {
  const canListAll = useCanListAll()
  const isAllListed = useView(view => view.isAllListed)
  if (!canListAll) return null
  return (
    <Checkbox
      size="xs"
      label="All endpoints"
      checked={isAllListed}
      onChange={event => listAll(event.currentTarget.checked)}
    />
  )
}

/** The endpoints that are missing in a list of all, each in a line with the reason. */
export function SilentEndpoints({ silent }: { readonly silent: readonly SilentEndpoint[] }) {
  const isAllListed = useView(view => view.isAllListed)
  const endpoints = useEndpoints(state => state.endpoints)
  if (!isAllListed) return null
  const lost = silentEndpoints(endpoints)
  const others = silent.filter(({ endpoint }) => !lost.some(one => one.endpoint === endpoint))
  if (lost.length + others.length === 0 || listedEndpoints(endpoints).length < 2) return null
  return (
    <ul className={classes.silent} aria-label="Endpoints that do not answer">
      {[...lost, ...others].map(({ endpoint, failure }) => (
        <li key={endpoint}>
          <EndpointName name={endpoint} />
          <Safe text={failure.message} />
        </li>
      ))}
    </ul>
  )
}

function EndpointName({ name }: { readonly name: Name }) {
  const endpoint = useEndpoints(state => state.endpoints.find(one => one.name === name))
  return <EndpointTag endpoint={endpoint ?? { name, settings: null, isRemote: false }} />
}

/** Behind the first column of a list of all endpoints. */
const endpointColumn: Column<{ readonly endpoint: Name }> = {
  id: 'endpoint',
  title: 'Endpoint',
  width: 'minmax(132px, 1fr)',
  sortBy: row => row.endpoint,
  cell: row => (
    <span className={classes.place}>
      <EndpointName name={row.endpoint} />
    </span>
  ),
}

export function withEndpoint<Row>([first, ...others]: readonly Column<Row>[]): readonly Column<Placed<Row>>[] {
  return first === undefined ? [] : [first, endpointColumn, ...others]
}

interface AimedProps<Row> {
  readonly rows: readonly Placed<Row>[]
  readonly children: ReactNode
}

/** Actions on rows, at their endpoint. A plan has one endpoint: with rows of several there are no actions. */
export function Aimed<Row>({ rows, children }: AimedProps<Row>) {
  const count = byEndpoint(rows).size
  if (count > 1) return <span className="dim">Of {countWords(count, 'endpoint')}: choose rows of one of them</span>
  return (
    <div className={classes.aimed} onClickCapture={() => aimAt(rows)}>
      {children}
    </div>
  )
}
