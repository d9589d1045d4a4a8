import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconFolderOpen } from '@tabler/icons-react'
import type { ImageOrigin, ImageSummary } from '../../../shared/contract/images.ts'
import { imageName, removeImages, transfer, untagImage } from '../../commands/image-actions.ts'
import { Digest } from '../../components/digest.tsx'
import { Safe } from '../../components/safe.tsx'
import type { Column } from '../../components/table/columns.ts'
import { When } from '../../components/when.tsx'
import { openDialog } from '../../state/view.ts'
import { countWords, sizeWords } from '../../words/amounts.ts'
import { inert } from '../../words/inert.ts'
import classes from './images.module.css'

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

/** `shop-7-web-1 +2`: who would miss it. */
function userWords({ usedBy }: Row): string {
  const [first] = usedBy
  if (first === undefined) return 'nobody'
  return usedBy.length === 1 ? first.name : `${first.name} +${usedBy.length - 1}`
}

function Name({ image }: { readonly image: Row }) {
  const [first, ...others] = image.tags
  return (
    <span className={classes.name}>
      {first === undefined ? <span className="dim">untagged</span> : <Safe className="mono clip" text={first} />}
      {others.length === 0 ? null : (
        <span className={classes.more} title={inert(others.join('\n'))}>
          {countWords(others.length, 'more tag')}
        </span>
      )}
    </span>
  )
}

function Actions({ image, tabIndex }: { readonly image: Row; readonly tabIndex: 0 | -1 }) {
  const name = inert(imageName(image))
  return (
    <span className={classes.actions}>
      <ActionIcon
        variant="subtle"
        color="gray"
        tabIndex={tabIndex}
        aria-label={`Files of ${name}`}
        onClick={() => openDialog({ kind: 'files', place: { kind: 'image', id: image.id }, name: imageName(image) })}
      >
        <IconFolderOpen size={16} />
      </ActionIcon>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" tabIndex={tabIndex} aria-label={`More for ${name}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => openDialog({ kind: 'tag-image', id: image.id })}>Tag…</Menu.Item>
          {image.tags.length < 2
            ? null
            : image.tags.map(tag => (
                <Menu.Item key={tag} onClick={() => untagImage(tag)}>
                  Untag {inert(tag)}
                </Menu.Item>
              ))}
          {image.tags.map(tag => (
            <Menu.Item key={tag} onClick={() => transfer('image.push', { tag }, `${tag} is in its registry`)}>
              Push {inert(tag)}
            </Menu.Item>
          ))}
          <Menu.Item onClick={() => openDialog({ kind: 'save-images', images: [image.id] })}>Save to a tar…</Menu.Item>
          <Menu.Divider />
          <Menu.Item color="var(--bad-text)" onClick={() => removeImages([image])}>
            Remove
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </span>
  )
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
    cell: row => (
      <span
        className={row.usedBy.length === 0 ? 'dim clip' : 'clip'}
        title={inert(row.usedBy.map(user => `${user.name} (${user.detail})`).join('\n'))}
      >
        <bdi>{inert(userWords(row))}</bdi>
      </span>
    ),
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
