import { Button } from '@mantine/core'
import { assertNever } from '../../../shared/failure.ts'
import type { Version } from '../../../shared/model/ids.ts'
import { goLive, launchVersion, startVersion } from '../../commands/actions.ts'
import { useIsReadOnly } from '../../state/app.ts'
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
  const isReadOnly = useIsReadOnly()
  return (
    <div className={classes.actions}>
      <FirstAction version={version} state={state} isCandidate={isCandidate} isReadOnly={isReadOnly} />
      <SecondAction version={version} state={state} />
    </div>
  )
}

function FirstAction({ version, state, isCandidate, isReadOnly }: Props & { readonly isReadOnly: boolean }) {
  const variant = isCandidate ? 'filled' : 'default'
  switch (state) {
    case 'live':
      return (
        <Button size="compact-xs" disabled={isReadOnly} onClick={() => openDialog({ kind: 'snapshot' })}>
          Snapshot
        </Button>
      )
    case 'stopped':
      return (
        <Button
          size="compact-xs"
          variant={variant}
          disabled={isReadOnly}
          aria-label={`Start ${version}`}
          onClick={() => startVersion(version)}
        >
          Start
        </Button>
      )
    case 'cold':
      return (
        <Button
          size="compact-xs"
          variant={variant}
          disabled={isReadOnly}
          aria-label={`Launch ${version}`}
          onClick={() => launchVersion(version)}
        >
          Launch
        </Button>
      )
    case 'launching':
      return (
        <Button size="compact-xs" disabled aria-label={`Go live with ${version}`}>
          Go live
        </Button>
      )
    case 'warm':
    case 'checking':
    case 'failed':
      return (
        <Button
          size="compact-xs"
          variant={state === 'warm' ? variant : 'default'}
          disabled={isReadOnly}
          aria-label={`Go live with ${version}`}
          onClick={() => goLive(version)}
        >
          Go live
        </Button>
      )
    default:
      return assertNever(state)
  }
}

function SecondAction({ version, state }: { readonly version: Version; readonly state: VersionState }) {
  const hasDrift = useFleet(held => driftIn(held.view, version).length > 0)
  const live = useFleet(held => liveVersion(held.view))
  const fleet = useFleet(held => held.name) ?? ''
  if (state === 'live') {
    return hasDrift ? (
      <Button size="compact-xs" onClick={() => inspect(version, 'drift')}>
        Heal
      </Button>
    ) : null
  }
  if (live === null) return null
  return (
    <Button
      size="compact-xs"
      aria-label={`Compare ${live} with ${version}`}
      onClick={() => compare(fleet, { from: live, to: version })}
    >
      Compare
    </Button>
  )
}
