import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { Version } from '../../../shared/model/ids.ts'
import { checkVersion, removeVersion, stopVersion } from '../../commands/actions.ts'
import { useIsReadOnly } from '../../state/app.ts'
import { useFleet } from '../../state/fleet.ts'
import { inspect } from '../../state/view.ts'
import type { VersionState } from '../../words/states.ts'
import classes from './card.module.css'

/** Menu of the less common actions on a version's card. */
export function MoreActions({ version, state }: { readonly version: Version; readonly state: VersionState }) {
  const isReadOnly = useIsReadOnly()
  const route = useFleet(held => held.view?.routes[0])
  const isRunning = state === 'live' || state === 'warm' || state === 'checking' || state === 'failed'
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon className={classes.dots} variant="subtle" color="gray" size={26} aria-label={`More for ${version}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {isRunning && route !== undefined ? (
          <Menu.Item
            component="a"
            href={`http://${version}.${route.hostname}:${route.port}`}
            target="_blank"
            rel="noreferrer"
          >
            Preview
          </Menu.Item>
        ) : null}
        <Menu.Item onClick={() => inspect(version, 'config')}>Show configuration</Menu.Item>
        {isRunning ? <Menu.Item onClick={() => checkVersion(version)}>Check now</Menu.Item> : null}
        {state === 'warm' || state === 'failed' ? (
          <Menu.Item disabled={isReadOnly} onClick={() => stopVersion(version)}>
            Stop
          </Menu.Item>
        ) : null}
        {state === 'warm' || state === 'failed' || state === 'stopped' ? (
          <Menu.Item disabled={isReadOnly} onClick={() => removeVersion(version)}>
            Remove its containers
          </Menu.Item>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  )
}
