import { Button, Menu } from '@mantine/core'
import { IconChevronDown, IconDownload } from '@tabler/icons-react'
import type { ImageSummary } from '../../../shared/contract/images.ts'
import { imageName, pruneImages, removeImages } from '../../commands/image-actions.ts'
import { RemoveButton } from '../../components/remove.tsx'
import { TableRoom } from '../../components/table/table-room.tsx'
import { useIsReadOnly } from '../../state/app.ts'
import { followImages, useImages } from '../../state/images.ts'
import { openDialog } from '../../state/view.ts'
import { browseImage, columns, rowId, searchText } from './columns.tsx'
import { Transfers } from './transfers.tsx'

/** Every image of the engine: what it costs, how it came to be, and who would miss it. */
export function ImagesScreen() {
  return (
    <TableRoom
      title="Images"
      follow={followImages}
      useStore={useImages}
      thing="image"
      columns={columns}
      rowId={rowId}
      rowName={imageName}
      searchText={searchText}
      onOpen={browseImage}
      bulk={bulk}
      toolbar={<Tools />}
      empty={
        <>
          <p>This engine has no images yet. Pull one, build one, or load a tar.</p>
          <Button variant="filled" onClick={() => openDialog({ kind: 'pull-image' })}>
            Pull an image
          </Button>
        </>
      }
    >
      <Transfers />
    </TableRoom>
  )
}

function Tools() {
  const isReadOnly = useIsReadOnly()
  return (
    <>
      <Button
        leftSection={<IconDownload size={14} aria-hidden />}
        disabled={isReadOnly}
        onClick={() => openDialog({ kind: 'pull-image' })}
      >
        Pull…
      </Button>
      <Button disabled={isReadOnly} onClick={() => openDialog({ kind: 'build-image' })}>
        Build…
      </Button>
      <Button disabled={isReadOnly} onClick={() => openDialog({ kind: 'load-images' })}>
        Load…
      </Button>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button disabled={isReadOnly} rightSection={<IconChevronDown size={14} aria-hidden />}>
            Prune
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => pruneImages('untagged')}>Untagged images…</Menu.Item>
          <Menu.Item onClick={() => pruneImages('unused')}>All that nobody needs…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  )
}

const bulk = (selected: readonly ImageSummary[]) => (
  <>
    <Button onClick={() => openDialog({ kind: 'save-images', images: selected.map(rowId) })}>Save…</Button>
    <RemoveButton onRemove={() => removeImages(selected)} />
  </>
)
