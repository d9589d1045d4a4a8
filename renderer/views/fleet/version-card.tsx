import { UnstyledButton } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import type { Version } from '../../../shared/model/ids.ts'
import { Safe } from '../../components/safe.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { useFleet } from '../../state/fleet.ts'
import { candidateVersion, isUnknownSet, setIn, snapshotIn, stateIn } from '../../state/versions.ts'
import { inspect, useView } from '../../state/view.ts'
import classes from './card.module.css'
import { CardActions } from './card-actions.tsx'
import { CardChecks } from './card-checks.tsx'
import { CardFacts } from './card-facts.tsx'
import { CardFailure } from './card-failure.tsx'
import { CardServices } from './card-services.tsx'
import { MoreActions } from './more-actions.tsx'

/** One version: its state, its replicas, what is worth knowing of it, and what can be done with it. */
export function VersionCard({ version, isTarget }: { readonly version: Version; readonly isTarget: boolean }) {
  const snapshot = useFleet(state => snapshotIn(state.view, version))
  const set = useFleet(state => setIn(state.view, version))
  const state = useFleet(held => stateIn(held.view, version))
  const isCandidate = useFleet(held => candidateVersion(held.view) === version)
  const isInspected = useView(view => view.inspected === version)
  if (snapshot === undefined) return null
  const isUnknown = isUnknownSet(set)
  return (
    <article
      className={classes.card}
      aria-label={`${version}, ${state}${isUnknown ? ', unknown whether it runs' : ''}`}
      data-state={state}
      data-unknown={isUnknown || undefined}
      data-target={isTarget || undefined}
      data-inspected={isInspected || undefined}
    >
      <header className={classes.head}>
        <UnstyledButton
          className={classes.version}
          onClick={() => inspect(version, 'containers')}
          aria-label={`Inspect ${version}`}
        >
          {version}
        </UnstyledButton>
        {set?.seal == null ? null : (
          <span className={classes.sealed} title="Launched with read-only files: nothing can drift in them">
            <IconLock size={12} aria-hidden /> sealed
          </span>
        )}
        <StateBadge state={state} isUnknown={isUnknown} />
        <MoreActions version={version} state={state} />
      </header>
      <p className={`${classes.note} clip`}>{snapshot.note === '' ? null : <Safe text={snapshot.note} />}</p>
      <CardServices services={snapshot.services} set={set} />
      {state === 'checking' || state === 'launching' ? (
        <CardChecks version={version} />
      ) : state === 'failed' && set?.report != null && !set.report.passed ? (
        <CardFailure version={version} report={set.report} />
      ) : (
        <CardFacts version={version} state={state} snapshot={snapshot} />
      )}
      <CardActions version={version} state={state} isCandidate={isCandidate} />
    </article>
  )
}
