import { Menu, Tooltip, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import type { Version } from '../../../shared/model/ids.ts'
import { goLive, launchVersion } from '../../commands/actions.ts'
import { StateBadge } from '../../components/state-badge.tsx'
import { useIsReadOnly } from '../../state/app.ts'
import { useFleet } from '../../state/fleet.ts'
import { canGoLive, stateIn, versionsIn } from '../../state/versions.ts'
import { HANDLE_X } from './geometry.ts'
import classes from './stage.module.css'
import type { RouteDrag } from './use-route-drag.ts'

/** Taken hold of, it is dragged to a card; pressed, or by keyboard, it lists where the route can point. */
export function RouteHandle({ drag, live }: { readonly drag: RouteDrag; readonly live: Version | null }) {
  const [isOpen, setOpen] = useState(false)
  const isReadOnly = useIsReadOnly()
  return (
    <Menu opened={isOpen} onChange={setOpen} position="bottom-start" width={240}>
      <Menu.Target>
        <Tooltip label="Drag to a version, or click to choose one" disabled={drag.at !== null || isOpen}>
          <UnstyledButton
            className={classes.handle}
            style={{ left: HANDLE_X - 9 }}
            disabled={isReadOnly}
            data-held={drag.at !== null || undefined}
            aria-label={live === null ? 'Point the route at a version' : `Point the route elsewhere; ${live} is live`}
            {...drag.handlers}
            onClick={() => setOpen(open => !open)}
          />
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>{isOpen ? <Targets live={live} /> : null}</Menu.Dropdown>
    </Menu>
  )
}

function Targets({ live }: { readonly live: Version | null }) {
  const view = useFleet(state => state.view)
  const versions = [...versionsIn(view)].reverse().slice(0, 12)
  return (
    <>
      <Menu.Label>Point the route at</Menu.Label>
      {versions.map(version => {
        const state = stateIn(view, version)
        return (
          <Menu.Item
            key={version}
            disabled={version === live}
            rightSection={<StateBadge state={state} />}
            onClick={() => (canGoLive(state) ? goLive(version) : launchVersion(version))}
          >
            {canGoLive(state) || version === live ? version : `${version}, launch first`}
          </Menu.Item>
        )
      })}
    </>
  )
}
