import { Button, Menu } from '@mantine/core'
import { IconChevronDown, IconDownload } from '@tabler/icons-react'
import { useEffect } from 'react'
import type { ImageSummary } from '../../../shared/contract/images.ts'
import { imageName, pruneImages, removeImages } from '../../commands/image-actions.ts'
import { Table } from '../../components/table/table.tsx'
import { useApp } from '../../state/app.ts'
import { followImages, useImages } from '../../state/images.ts'
import { openDialog, useView } from '../../state/view.ts'
import { columns, rowId, searchText } from './columns.tsx'
import classes from './images.module.css'
import { Transfers } from './transfers.tsx'

/** Every image of the engine: what it costs, how it came to be, and who would miss it. */
export function ImagesScreen() {
  const endpoint = useView(view => view.endpoint ?? undefined)
  useEffect(() => followImages(endpoint), [endpoint])
  const rows = useImages(state => state.rows)
  const failure = useImages(state => state.failure)
  return (
    <div className={classes.screen}>
      <h1 className={classes.title}>Images</h1>
      <div className={classes.table}>
        <Table
          label="Images"
          thing="image"
          rows={rows}
          failure={failure}
          columns={columns}
          rowId={rowId}
          rowName={imageName}
          searchText={searchText}
          onOpen={browse}
          bulk={bulk}
          toolbar={<Tools />}
          empty={
            <>
              <p>This engine has no images yet. Pull one, build one, or load a tar.</p>
              <div className={classes.empty}>
                <Button variant="filled" onClick={() => openDialog({ kind: 'pull-image' })}>
                  Pull an image
                </Button>
              </div>
            </>
          }
        />
      </div>
      <Transfers />
    </div>
  )
}

function Tools() {
  const readOnly = useApp(state => state.app?.readOnly != null)
  return (
    <>
      <Button
        leftSection={<IconDownload size={14} aria-hidden />}
        disabled={readOnly}
        onClick={() => openDialog({ kind: 'pull-image' })}
      >
        Pull…
      </Button>
      <Button disabled={readOnly} onClick={() => openDialog({ kind: 'build-image' })}>
        Build…
      </Button>
      <Button disabled={readOnly} onClick={() => openDialog({ kind: 'load-images' })}>
        Load…
      </Button>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button disabled={readOnly} rightSection={<IconChevronDown size={14} aria-hidden />}>
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

const browse = (image: ImageSummary) =>
  openDialog({ kind: 'files', place: { kind: 'image', id: image.id }, name: imageName(image) })

const bulk = (selected: readonly ImageSummary[]) => (
  <>
    <Button onClick={() => openDialog({ kind: 'save-images', images: selected.map(rowId) })}>Save…</Button>
    <Button color="red" onClick={() => removeImages(selected)}>
      Remove
    </Button>
  </>
)
