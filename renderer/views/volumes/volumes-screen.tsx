import { Button, Menu } from '@mantine/core'
import { IconChevronDown, IconPlus } from '@tabler/icons-react'
import type { VolumeSummary } from '../../../shared/contract/volumes.ts'
import { pruneVolumes, removeVolumes } from '../../commands/volume-actions.ts'
import { RemoveButton } from '../../components/remove.tsx'
import { TableRoom } from '../../components/table/table-room.tsx'
import { useIsReadOnly } from '../../state/app.ts'
import { openDialog } from '../../state/view.ts'
import { followVolumes, useVolumes } from '../../state/volumes.ts'
import { browseVolume, columns, rowName, searchText } from './volume-columns.tsx'

/** Every volume of the engine: whose data it is, who holds it, how large it is. */
export function VolumesScreen() {
  return (
    <TableRoom
      title="Volumes"
      follow={followVolumes}
      useStore={useVolumes}
      thing="volume"
      columns={columns}
      rowId={rowName}
      rowName={rowName}
      searchText={searchText}
      onOpen={browseVolume}
      bulk={bulk}
      toolbar={<Tools />}
      empty={<p>This engine has no volumes. Data that is to outlive its container goes into one.</p>}
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
        onClick={() => openDialog({ kind: 'new-volume' })}
      >
        New volume…
      </Button>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button disabled={isReadOnly} rightSection={<IconChevronDown size={14} aria-hidden />}>
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

const bulk = (selected: readonly VolumeSummary[]) => <RemoveButton onRemove={() => removeVolumes(selected)} />
