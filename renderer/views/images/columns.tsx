import { Menu } from '@mantine/core'
import type { ImageOrigin, ImageSummary } from '../../../shared/contract/images.ts'
import { imageName, removeImages, transfer, untagImage } from '../../commands/image-actions.ts'
import { Digest } from '../../components/digest.tsx'
import { RemoveItem } from '../../components/remove.tsx'
import { Safe } from '../../components/safe.tsx'
import { CellMark, NameCell, RowActions, Users } from '../../components/table/cells.tsx'
import type { Column } from '../../components/table/columns.ts'
import { When } from '../../components/when.tsx'
import { useIsReadOnly } from '../../state/app.ts'
import { openDialog } from '../../state/view.ts'
import { countWords, sizeWords } from '../../words/amounts.ts'
import { inert } from '../../words/inert.ts'

type Row = ImageSummary

const origins: Readonly<Record<Exclude<ImageOrigin['kind'], 'snapshot'>, string>> = {
  commit: 'committed',
  build: 'built here',
  pull: 'pulled',
  import: 'imported',
  unknown: 'not told',
}

function originWords(origin: ImageOrigin): string {
  if (origin.kind !== 'snapshot') return origins[origin.kind]
  return `snapshot ${origin.version} of ${origin.fleet}${origin.service === null ? ', its manifest' : ''}`
}

function Name({ image }: { readonly image: Row }) {
  const [first, ...others] = image.tags
  return (
    <NameCell>
      {first === undefined ? <span className="dim">untagged</span> : <Safe className="mono clip" text={first} />}
      {others.length === 0 ? null : (
        <CellMark hint={others.join(', ')}>{countWords(others.length, 'more tag')}</CellMark>
      )}
    </NameCell>
  )
}

function Actions({ image, tabIndex }: { readonly image: Row; readonly tabIndex: 0 | -1 }) {
  const isReadOnly = useIsReadOnly()
  const { id, tags } = image
  return (
    <RowActions name={imageName(image)} tabIndex={tabIndex} onFiles={() => browseImage(image)}>
      <Menu.Item disabled={isReadOnly} onClick={() => openDialog({ kind: 'tag-image', id })}>
        Tag…
      </Menu.Item>
      {tags.length < 2
        ? null
        : tags.map(tag => (
            <Menu.Item key={tag} disabled={isReadOnly} onClick={() => untagImage(tag)}>
              Untag {inert(tag)}
            </Menu.Item>
          ))}
      {tags.map(tag => (
        <Menu.Item key={tag} onClick={() => transfer('image.push', { tag }, `${tag} is in its registry`)}>
          Push {inert(tag)}
        </Menu.Item>
      ))}
      <Menu.Item onClick={() => openDialog({ kind: 'save-images', images: [id] })}>Save to a tar…</Menu.Item>
      <Menu.Divider />
      <RemoveItem onRemove={() => removeImages([image])} />
    </RowActions>
  )
}

export function browseImage(image: Row): void {
  openDialog({ kind: 'files', place: { kind: 'image', id: image.id }, name: imageName(image) })
}

export const columns: readonly Column<Row>[] = [
  {
    id: 'name',
    title: 'Image',
    width: 'minmax(200px, 4fr)',
    sortBy: row => row.tags[0] ?? '~',
    cell: row => <Name image={row} />,
  },
  { id: 'id', title: 'Id', width: '76px', cell: row => <Digest id={row.id} /> },
  {
    id: 'origin',
    title: 'Made from',
    width: 'minmax(120px, 2fr)',
    sortBy: row => originWords(row.origin),
    cell: row => <Safe className="clip" text={originWords(row.origin)} />,
  },
  {
    id: 'users',
    title: 'Needed by',
    width: 'minmax(120px, 2fr)',
    sortBy: row => row.usedBy.length,
    cell: row => <Users users={row.usedBy.map(({ name, detail }) => ({ name, told: `(${detail})` }))} />,
  },
  {
    id: 'bytes',
    title: 'Size',
    width: '88px',
    isFigure: true,
    sortBy: row => row.bytes,
    cell: row => sizeWords(row.bytes),
  },
  {
    id: 'unique',
    title: 'Only its own',
    width: '104px',
    isFigure: true,
    sortBy: row => row.uniqueBytes ?? -1,
    cell: row => (row.uniqueBytes === null ? <span className="dim">measuring</span> : sizeWords(row.uniqueBytes)),
  },
  {
    id: 'created',
    title: 'Created',
    width: '104px',
    isFigure: true,
    sortBy: row => row.createdAt,
    cell: row => <When at={row.createdAt} />,
  },
  {
    id: 'actions',
    title: 'Actions',
    width: '72px',
    isFigure: true,
    cell: (row, tabIndex) => <Actions image={row} tabIndex={tabIndex} />,
  },
]

export function searchText({ id, tags, origin, usedBy }: Row): string {
  return [id, ...tags, originWords(origin), ...usedBy.map(user => user.name)].join(' ')
}

export const rowId = ({ id }: Row) => id
