import type { ListedContainer, ListedPort } from '../../../shared/contract/containers.ts'
import { stateWords } from '../../../shared/rules/container-words.ts'
import { containerState } from '../../../shared/rules/view.ts'
import { Safe } from '../../components/safe.tsx'
import { CellMark, NameCell } from '../../components/table/cells.tsx'
import type { Column } from '../../components/table/columns.ts'
import { When } from '../../components/when.tsx'
import { usageNow } from '../../state/usage-now.ts'
import { shortDigests } from '../../words/digests.ts'
import { cellShape } from '../../words/states.ts'
import inspector from '../inspector/inspector.module.css'
import classes from './containers.module.css'
import { CpuCell, MemoryCell } from './usage-cells.tsx'

type Row = ListedContainer

/** As a shape and a word. */
export function StateMark({ container }: { readonly container: Row }) {
  const { state, health, belongs } = container
  return (
    <span className={classes.state}>
      <span
        className={inspector.cell}
        data-shape={cellShape(containerState(state, health))}
        data-tone={belongs.kind === 'data' ? 'data' : undefined}
        aria-hidden
      />
      <Safe className="clip" text={stateWords(container)} />
    </span>
  )
}

export function PortLink({ port, tabIndex }: { readonly port: ListedPort; readonly tabIndex?: 0 | -1 }) {
  const inside = `${port.port}${port.protocol === 'udp' ? '/udp' : ''}`
  const words = port.hostPort === null ? inside : `${port.hostPort} → ${inside}`
  if (port.href === null) return <span className={classes.port}>{words}</span>
  return (
    <a
      className={classes.port}
      href={port.href}
      target="_blank"
      rel="noreferrer"
      tabIndex={tabIndex}
      title={`Open ${port.href}`}
    >
      {words}
    </a>
  )
}

export const columns: readonly Column<Row>[] = [
  {
    id: 'name',
    title: 'Name',
    width: 'minmax(160px, 3fr)',
    sortBy: row => row.name,
    cell: row => (
      <NameCell>
        <Safe className="clip" text={row.name} />
        {row.isDrifted ? <CellMark tone="bad">drifted</CellMark> : null}
      </NameCell>
    ),
  },
  {
    id: 'state',
    title: 'State',
    width: 'minmax(84px, 1fr)',
    sortBy: stateWords,
    cell: row => <StateMark container={row} />,
  },
  {
    id: 'image',
    title: 'Image',
    width: 'minmax(96px, 3fr)',
    sortBy: row => row.image,
    cell: row => <Safe className="mono" text={shortDigests(row.image)} />,
  },
  {
    id: 'ports',
    title: 'Ports',
    width: 'minmax(100px, 2fr)',
    cell: (row, tabIndex) => (
      <span className={classes.ports}>
        {row.ports.map(port => (
          <PortLink key={`${port.port}${port.protocol}${port.hostPort}`} port={port} tabIndex={tabIndex} />
        ))}
      </span>
    ),
  },
  {
    id: 'cpu',
    title: 'CPU',
    width: '60px',
    sortBy: ({ id }) => usageNow(id)?.cpu ?? -1,
    isFigure: true,
    cell: row => <CpuCell container={row} />,
  },
  {
    id: 'memory',
    title: 'Memory',
    width: '76px',
    sortBy: ({ id }) => usageNow(id)?.memory ?? -1,
    isFigure: true,
    cell: row => <MemoryCell container={row} />,
  },
  {
    id: 'created',
    title: 'Created',
    width: '88px',
    sortBy: row => row.createdAt,
    isFigure: true,
    cell: row => <When at={row.createdAt} />,
  },
]

/** The columns that fit beside an open container, whose details show the others. */
export const columnsBeside = columns.filter(({ id }) => id !== 'image' && id !== 'created')

export function searchText({ name, image, state, health, ports, belongs }: Row): string {
  const place = 'fleet' in belongs ? belongs.fleet : belongs.kind === 'compose' ? belongs.project : 'loose'
  const version = belongs.kind === 'set' ? belongs.version : ''
  const service = belongs.kind === 'loose' ? '' : belongs.service
  const numbers = ports.flatMap(({ port, hostPort }) => [port, hostPort ?? ''])
  return [name, image, state, health, place, version, service, ...numbers].join(' ')
}

export const rowId = ({ id }: Row) => id
export const rowName = ({ name }: Row) => name
