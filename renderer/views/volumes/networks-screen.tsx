import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { NetworkSummary } from '../../../shared/contract/volumes.ts'
import { pruneNetworks, removeNetworks } from '../../commands/volume-actions.ts'
import { RemoveButton } from '../../components/remove.tsx'
import { Safe } from '../../components/safe.tsx'
import { CellMark, NameCell, Users } from '../../components/table/cells.tsx'
import type { Column } from '../../components/table/columns.ts'
import { TableRoom } from '../../components/table/table-room.tsx'
import { When } from '../../components/when.tsx'
import { useIsReadOnly } from '../../state/app.ts'
import { openDialog } from '../../state/view.ts'
import { followNetworks, useNetworks } from '../../state/volumes.ts'
import { Owner, toldOf } from './volume-columns.tsx'

type Row = NetworkSummary

/** Every network of the engine: whose it is, who hangs on it, its addresses. */
export function NetworksScreen() {
  return (
    <TableRoom
      title="Networks"
      follow={followNetworks}
      useStore={useNetworks}
      thing="network"
      columns={columns}
      rowId={rowId}
      rowName={rowName}
      searchText={searchText}
      onOpen={open}
      bulk={bulk}
      toolbar={<Tools />}
      empty={<p>This engine has no networks.</p>}
    />
  )
}

function Tools() {
  const isReadOnly = useIsReadOnly()
  return (
    <>
      <Button
        leftSection={<IconPlus size={14} aria-hidden />}
        disabled={isReadOnly}
        onClick={() => openDialog({ kind: 'new-network' })}
      >
        New network…
      </Button>
      <Button disabled={isReadOnly} onClick={pruneNetworks}>
        Prune…
      </Button>
    </>
  )
}

const columns: readonly Column<Row>[] = [
  {
    id: 'name',
    title: 'Network',
    width: 'minmax(180px, 3fr)',
    sortBy: row => row.name,
    cell: row => (
      <NameCell>
        <Safe className="mono clip" text={row.name} />
        {row.isBuiltIn ? <CellMark>the engine’s own</CellMark> : null}
        {row.isInternal ? <CellMark>internal</CellMark> : null}
      </NameCell>
    ),
  },
  {
    id: 'owner',
    title: 'Whose',
    width: 'minmax(120px, 2fr)',
    sortBy: row => row.owner?.fleet ?? '~',
    cell: row => <Owner owner={row.owner} />,
  },
  {
    id: 'users',
    title: 'Containers',
    width: 'minmax(140px, 2fr)',
    sortBy: row => row.usedBy.length,
    cell: row => <Users users={toldOf(row.usedBy)} />,
  },
  {
    id: 'subnet',
    title: 'Subnet',
    width: 'minmax(120px, 1fr)',
    sortBy: row => row.subnets[0]?.subnet ?? '',
    cell: row => <Safe className="mono clip" text={row.subnets.map(({ subnet }) => subnet).join(', ')} />,
  },
  {
    id: 'driver',
    title: 'Driver',
    width: '88px',
    sortBy: row => row.driver,
    cell: row => <Safe className="clip" text={row.driver} />,
  },
  {
    id: 'created',
    title: 'Created',
    width: '104px',
    isFigure: true,
    sortBy: row => row.createdAt ?? 0,
    cell: row => (row.createdAt === null ? null : <When at={row.createdAt} />),
  },
]

function searchText({ name, driver, subnets, owner, usedBy }: Row): string {
  const places = subnets.map(({ subnet }) => subnet)
  return [name, driver, ...places, owner?.fleet ?? '', owner?.what ?? '', ...usedBy.map(user => user.name)].join(' ')
}

const rowId = ({ id }: Row) => id
const rowName = ({ name }: Row) => name
const open = ({ id }: Row) => openDialog({ kind: 'network', id })
const bulk = (selected: readonly Row[]) => <RemoveButton onRemove={() => removeNetworks(selected)} />
