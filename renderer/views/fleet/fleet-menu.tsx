import { ActionIcon, Menu } from '@mantine/core'
import { IconDotsVertical } from '@tabler/icons-react'
import { removeFleet, sweep } from '../../commands/fleet-actions.ts'
import { useIsReadOnly } from '../../state/app.ts'
import { useFleet } from '../../state/fleet.ts'
import { openDialog } from '../../state/view.ts'

/** Menu of actions on the whole fleet. */
export function FleetMenu() {
  const fleet = useFleet(state => state.name)
  const isReadOnly = useIsReadOnly()
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`More for ${fleet}`}>
          <IconDotsVertical size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item disabled={isReadOnly} onClick={() => openDialog({ kind: 'routes' })}>
          Routes
        </Menu.Item>
        <Menu.Item disabled={isReadOnly} onClick={() => openDialog({ kind: 'rename' })}>
          Rename
        </Menu.Item>
        <Menu.Item disabled={isReadOnly} onClick={() => openDialog({ kind: 'copy-fleet' })}>
          Copy to another endpoint
        </Menu.Item>
        <Menu.Item disabled={isReadOnly} onClick={sweep}>
          Sweep
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item disabled={isReadOnly} onClick={removeFleet}>
          Remove the fleet
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
