import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { Version } from '../../../shared/model.ts'
import { checkVersion, goLive, launchVersion, removeVersion, stopVersion } from '../../commands/actions.ts'
import { useApp } from '../../state/app.ts'
import { compare } from '../../state/compare.ts'
import { useFleet } from '../../state/fleet.ts'
import { driftIn, liveVersion } from '../../state/versions.ts'
import { inspect, openDialog } from '../../state/view.ts'
import type { VersionState } from '../../words/states.ts'
import classes from './card.module.css'

interface Props {
  readonly version: Version
  readonly state: VersionState
  /** The one next step of the fleet is this card's first button. */
  readonly isCandidate: boolean
}

export function CardActions({ version, state, isCandidate }: Props) {
  const readOnly = useApp(held => held.app?.readOnly != null)
  return (
    <div className={classes.actions}>
      <FirstAction version={version} state={state} isCandidate={isCandidate} readOnly={readOnly} />
      <SecondAction version={version} state={state} />
      <MoreActions version={version} state={state} readOnly={readOnly} />
    </div>
  )
}

function FirstAction({ version, state, isCandidate, readOnly }: Props & { readonly readOnly: boolean }) {
  const variant = isCandidate ? 'filled' : 'default'
  switch (state) {
    case 'live':
      return (
        <Button size="compact-sm" disabled={readOnly} onClick={() => openDialog({ kind: 'snapshot' })}>
          Snapshot
        </Button>
      )
    case 'cold':
    case 'stopped':
      return (
        <Button
          size="compact-sm"
          variant={variant}
          disabled={readOnly}
          aria-label={`Launch ${version}`}
          onClick={() => launchVersion(version)}
        >
          Launch
        </Button>
      )
    case 'launching':
      return (
        <Button size="compact-sm" disabled aria-label={`Go live with ${version}`}>
          Go live
        </Button>
      )
    case 'warm':
    case 'checking':
    case 'failed':
      return (
        <Button
          size="compact-sm"
          variant={state === 'warm' ? variant : 'default'}
          disabled={readOnly}
          aria-label={`Go live with ${version}`}
          onClick={() => goLive(version)}
        >
          Go live
        </Button>
      )
    default:
      return state satisfies never
  }
}

function SecondAction({ version, state }: { readonly version: Version; readonly state: VersionState }) {
  const hasDrift = useFleet(held => driftIn(held.view, version).length > 0)
  const live = useFleet(held => liveVersion(held.view))
  const fleet = useFleet(held => held.name) ?? ''
  if (state === 'live') {
    return hasDrift ? (
      <Button size="compact-sm" onClick={() => inspect(version, 'drift')}>
        Heal
      </Button>
    ) : null
  }
  if (live === null) return null
  return (
    <Button
      size="compact-sm"
      aria-label={`Compare ${live} with ${version}`}
      onClick={() => compare(fleet, { from: live, to: version })}
    >
      Compare
    </Button>
  )
}

function MoreActions({ version, state, readOnly }: Omit<Props, 'isCandidate'> & { readonly readOnly: boolean }) {
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
          <Menu.Item disabled={readOnly} onClick={() => stopVersion(version)}>
            Stop
          </Menu.Item>
        ) : null}
        {state === 'warm' || state === 'failed' || state === 'stopped' ? (
          <Menu.Item disabled={readOnly} onClick={() => removeVersion(version)}>
            Remove its containers
          </Menu.Item>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  )
}
