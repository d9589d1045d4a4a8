import { Button, Menu } from '@mantine/core'
import { IconChevronDown, IconPlus } from '@tabler/icons-react'
import { useEffect } from 'react'
import type { VolumeSummary } from '../../../shared/contract/volumes.ts'
import { pruneVolumes, removeVolumes } from '../../commands/volume-actions.ts'
import { Table } from '../../components/table/table.tsx'
import { useApp } from '../../state/app.ts'
import { openDialog, useView } from '../../state/view.ts'
import { followVolumes, useVolumes } from '../../state/volumes.ts'
import images from '../images/images.module.css'
import { browseVolume, columns, rowName, searchText } from './volume-columns.tsx'

/** Every volume of the engine: whose data it is, who holds it, how large it is. */
export function VolumesScreen() {
  const endpoint = useView(view => view.endpoint ?? undefined)
  useEffect(() => followVolumes(endpoint), [endpoint])
  const rows = useVolumes(state => state.rows)
  const failure = useVolumes(state => state.failure)
  return (
    <div className={images.screen}>
      <h1 className={images.title}>Volumes</h1>
      <div className={images.table}>
        <Table
          label="Volumes"
          thing="volume"
          rows={rows}
          failure={failure}
          columns={columns}
          rowId={rowName}
          rowName={rowName}
          searchText={searchText}
          onOpen={browseVolume}
          bulk={bulk}
          toolbar={<Tools />}
          empty={<p>This engine has no volumes. Data that is to outlive its container goes into one.</p>}
        />
      </div>
    </div>
  )
}

function Tools() {
  const readOnly = useApp(state => state.app?.readOnly != null)
  return (
    <>
      <Button
        leftSection={<IconPlus size={14} aria-hidden />}
        disabled={readOnly}
        onClick={() => openDialog({ kind: 'new-volume' })}
      >
        New volume…
      </Button>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button disabled={readOnly} rightSection={<IconChevronDown size={14} aria-hidden />}>
            Prune
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => pruneVolumes(true)}>Those without a name…</Menu.Item>
          <Menu.Item onClick={() => pruneVolumes(false)}>All that nobody needs…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  )
}

const bulk = (selected: readonly VolumeSummary[]) => (
  <Button color="red" onClick={() => removeVolumes(selected)}>
    Remove
  </Button>
)
