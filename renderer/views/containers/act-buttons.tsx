import { Button, Menu } from '@mantine/core'
import { IconChevronDown, IconPlayerPlay, IconPlayerStop, IconRefresh, IconSailboat } from '@tabler/icons-react'
import type { ContainerAction, ListedContainer } from '../../../shared/contract/containers.ts'
import { actionWords } from '../../../shared/rules/container-actions.ts'
import { actOn, adoptContainers, canAct } from '../../commands/container-actions.ts'
import { RemoveItem } from '../../components/remove.tsx'
import { useIsReadOnly } from '../../state/app.ts'
import { showContainer } from '../../state/containers.ts'
import { openDialog } from '../../state/view.ts'

const first = [
  { action: 'start', Icon: IconPlayerPlay },
  { action: 'stop', Icon: IconPlayerStop },
  { action: 'restart', Icon: IconRefresh },
] as const
const further: readonly ContainerAction[] = ['pause', 'unpause', 'kill']

/** Buttons for the actions on containers; each opens its plan first. */
export function ActButtons({ containers }: { readonly containers: readonly ListedContainer[] }) {
  const isReadOnly = useIsReadOnly()
  const [only] = containers
  const isOff = (action: ContainerAction) => isReadOnly || !canAct(action, containers)
  const canAdopt = containers.every(({ belongs }) => belongs.kind === 'compose' || belongs.kind === 'loose')
  return (
    <>
      {first.map(({ action, Icon }) => (
        <Button
          key={action}
          leftSection={<Icon size={14} aria-hidden />}
          disabled={isOff(action)}
          onClick={() => actOn(action, containers)}
        >
          {actionWords(action).words}
        </Button>
      ))}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button rightSection={<IconChevronDown size={14} aria-hidden />}>More</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {further.map(action => (
            <Menu.Item key={action} disabled={isOff(action)} onClick={() => actOn(action, containers)}>
              {actionWords(action).words}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item
            disabled={isReadOnly || containers.length !== 1}
            onClick={() => only !== undefined && openDialog({ kind: 'rename-container', id: only.id })}
          >
            Rename…
          </Menu.Item>
          <Menu.Item
            disabled={containers.length !== 1}
            onClick={() => only !== undefined && showContainer(only.id, 'files')}
          >
            Show files
          </Menu.Item>
          <Menu.Item
            leftSection={<IconSailboat size={14} aria-hidden />}
            disabled={isReadOnly || !canAdopt}
            onClick={() => adoptContainers(containers)}
          >
            Adopt into a fleet…
          </Menu.Item>
          <Menu.Divider />
          <RemoveItem isOff={!canAct('remove', containers)} onRemove={() => actOn('remove', containers)} />
        </Menu.Dropdown>
      </Menu>
    </>
  )
}
