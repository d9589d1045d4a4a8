import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import type { DriftedContainer } from '../../../shared/contract/drift.ts'
import { dataAnswer } from '../../../shared/rules/data-drift.ts'
import { answerData, heal, keepDrift } from '../../commands/drift-actions.ts'
import { Safe } from '../../components/safe.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { When } from '../../components/when.tsx'
import { useIsReadOnly } from '../../state/app.ts'
import { canHeal, chooseDrifted, driftKey, useDrift } from '../../state/drift.ts'
import { inert } from '../../words/inert.ts'
import { DriftLine } from '../inspector/drift-line.tsx'
import classes from './drift.module.css'
import { IgnoredPaths } from './ignored-paths.tsx'

/** Differences of a container that are shown before "Show all". */
const FEW = 5

/** One container, what differs in it, and the answers. */
export function Drifted({ drifted }: { readonly drifted: DriftedContainer }) {
  const { fleet, container, service, drift, more } = drifted
  const [showsAll, setAll] = useState(false)
  const [showsIgnored, setIgnored] = useState(false)
  const isChosen = useDrift(state => state.chosen.has(driftKey(drifted)))
  const lines = showsAll ? drift : drift.slice(0, FEW)
  return (
    <section className={classes.container} aria-label={inert(container)}>
      <header className={classes.head}>
        {canHeal(drifted) ? (
          <Checkbox
            aria-label={`Choose ${inert(container)}`}
            checked={isChosen}
            onChange={event => chooseDrifted([driftKey(drifted)], event.currentTarget.checked)}
          />
        ) : null}
        <h3>
          <Safe text={container} />
        </h3>
        <span className="dim">{placeWords(drifted)}</span>
        {drifted.isLive ? <StateBadge state="live" /> : null}
        <span className={`dim ${classes.when}`}>
          <When at={drifted.at} />
        </span>
        <Answers drifted={drifted} />
      </header>
      <ul className={classes.lines}>
        {lines.map(one => (
          <DriftLine
            key={`${one.kind}/${one.path}/${one.detail}`}
            fleet={fleet}
            service={service}
            container={container}
            drift={one}
          />
        ))}
      </ul>
      <div className={classes.foot}>
        {drift.length > FEW ? (
          <Button size="compact-xs" variant="subtle" onClick={() => setAll(!showsAll)} aria-expanded={showsAll}>
            {showsAll ? 'Show fewer' : `Show all ${drift.length + more}`}
          </Button>
        ) : null}
        {showsAll && more > 0 ? <span className="dim">and {more} more, not listed</span> : null}
        {canHeal(drifted) ? (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => setIgnored(!showsIgnored)}
            aria-expanded={showsIgnored}
          >
            {showsIgnored ? 'Hide what is ignored' : 'Show what is ignored'}
          </Button>
        ) : null}
      </div>
      {showsIgnored ? <IgnoredPaths drifted={drifted} /> : null}
    </section>
  )
}

/** `v2 · web`; what belongs to no version says what it is. */
function placeWords({ subject, version, service }: DriftedContainer): string {
  switch (subject) {
    case 'data':
      return `data service ${inert(service)}`
    case 'network':
      return `network of ${version}`
    case 'route':
      return `route to ${inert(service)}`
    default:
      return `${version} · ${inert(service)}`
  }
}

function Answers({ drifted }: { readonly drifted: DriftedContainer }) {
  if (canHeal(drifted)) return <ContainerAnswers drifted={drifted} />
  return drifted.subject === 'data' ? <DataAnswers drifted={drifted} /> : null
}

/** Data stays with its container: it is started, or taken as it is, and never replaced. */
function DataAnswers({ drifted }: { readonly drifted: DriftedContainer }) {
  const isReadOnly = useIsReadOnly()
  const answer = dataAnswer(drifted.drift)
  if (answer === null) return null
  return (
    <div className={classes.answers}>
      <Button size="compact-sm" disabled={isReadOnly} onClick={() => answerData(answer, drifted)}>
        {answer === 'start' ? 'Start' : 'Adopt as it is'}
      </Button>
    </div>
  )
}

function ContainerAnswers({ drifted }: { readonly drifted: DriftedContainer }) {
  const isReadOnly = useIsReadOnly()
  const canKeep = drifted.drift.every(({ kind }) => kind !== 'missing' && kind !== 'foreign')
  return (
    <div className={classes.answers}>
      <Button
        size="compact-sm"
        disabled={isReadOnly || !canKeep}
        title={canKeep ? undefined : 'There is nothing of ours to take a snapshot of'}
        onClick={() => keepDrift(drifted)}
      >
        Keep
      </Button>
      <Button
        size="compact-sm"
        variant="filled"
        disabled={isReadOnly}
        onClick={() => heal([drifted], canKeep ? drifted : undefined)}
      >
        Heal
      </Button>
    </div>
  )
}
