import type { ThingOwner, VolumeSummary } from '../../../shared/contract/volumes.ts'
import { removeVolumes } from '../../commands/volume-actions.ts'
import { RemoveItem } from '../../components/remove.tsx'
import { Safe } from '../../components/safe.tsx'
import { CellMark, NameCell, RowActions, Users } from '../../components/table/cells.tsx'
import type { Column } from '../../components/table/columns.ts'
import { When } from '../../components/when.tsx'
import { openDialog } from '../../state/view.ts'
import { sizeWords } from '../../words/amounts.ts'

type Row = VolumeSummary

export function Owner({ owner }: { readonly owner: ThingOwner | null }) {
  if (owner === null) return <span className="dim">nobody</span>
  return <Safe className="clip" text={`${owner.fleet}, ${owner.what}${owner.inTrash ? ', in the trash' : ''}`} />
}

type Holders = Row['usedBy']

/** Where each of them has it. */
export const toldOf = (usedBy: Holders) =>
  usedBy.map(({ name, state, detail }) => ({ name, told: `(${state}) ${detail}` }))

export const browseVolume = ({ name }: Row) => openDialog({ kind: 'files', place: { kind: 'volume', id: name }, name })

function Actions({ volume, tabIndex }: { readonly volume: Row; readonly tabIndex: 0 | -1 }) {
  return (
    <RowActions name={volume.name} tabIndex={tabIndex} onFiles={() => browseVolume(volume)}>
      <RemoveItem onRemove={() => removeVolumes([volume])} />
    </RowActions>
  )
}

export const columns: readonly Column<Row>[] = [
  {
    id: 'name',
    title: 'Volume',
    width: 'minmax(200px, 3fr)',
    sortBy: row => row.name,
    cell: row => (
      <NameCell>
        <Safe className="mono clip" text={row.isAnonymous ? row.name.slice(0, 12) : row.name} />
        {row.isAnonymous ? <CellMark>without a name</CellMark> : null}
      </NameCell>
    ),
  },
  {
    id: 'owner',
    title: 'Whose',
    width: 'minmax(140px, 2fr)',
    sortBy: row => row.owner?.fleet ?? '~',
    cell: row => <Owner owner={row.owner} />,
  },
  {
    id: 'users',
    title: 'Used by',
    width: 'minmax(140px, 2fr)',
    sortBy: row => row.usedBy.length,
    cell: row => <Users users={toldOf(row.usedBy)} />,
  },
  {
    id: 'labels',
    title: 'Labels',
    width: 'minmax(80px, 2fr)',
    cell: row => <Safe className="clip dim" text={row.labels.map(pair => pair.join('=')).join(', ')} />,
  },
  {
    id: 'driver',
    title: 'Driver',
    width: '80px',
    sortBy: row => row.driver,
    cell: row => <Safe className="clip" text={row.driver} />,
  },
  {
    id: 'bytes',
    title: 'Size',
    width: '96px',
    isFigure: true,
    sortBy: row => row.bytes ?? -1,
    cell: row => (row.bytes === null ? <span className="dim">not told</span> : sizeWords(row.bytes)),
  },
  {
    id: 'created',
    title: 'Created',
    width: '104px',
    isFigure: true,
    sortBy: row => row.createdAt ?? 0,
    cell: row => (row.createdAt === null ? null : <When at={row.createdAt} />),
  },
  {
    id: 'actions',
    title: 'Actions',
    width: '72px',
    isFigure: true,
    cell: (row, tabIndex) => <Actions volume={row} tabIndex={tabIndex} />,
  },
]

export function searchText({ name, driver, labels, owner, usedBy }: Row): string {
  const pairs = labels.map(pair => pair.join('='))
  return [name, driver, ...pairs, owner?.fleet ?? '', owner?.what ?? '', ...usedBy.map(user => user.name)].join(' ')
}

export const rowName = ({ name }: Row) => name
