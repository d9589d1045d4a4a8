import { useEffect, useState } from 'react'
import type { Name, Version } from '../../../shared/model/ids.ts'
import type { FleetView } from '../../../shared/model/views.ts'
import { isUp } from '../../../shared/rules/view.ts'
import { WideTab } from '../../components/wide-tab.tsx'
import { useFleet } from '../../state/fleet.ts'
import { followStats, useStats } from '../../state/stats.ts'
import { setIn } from '../../state/versions.ts'
import type { Subject } from './lines.ts'
import classes from './stats.module.css'
import { type StatsChoice, StatsControls, WHOLE } from './stats-controls.tsx'
import { UsageView } from './usage-view.tsx'

/** Resource use of a version, alone or beside another version or the whole fleet. */
export function StatsTab({ version }: { readonly version: Version }) {
  const fleet = useFleet(state => state.name)
  const view = useFleet(state => state.view)
  const [choice, setChoice] = useState<StatsChoice>({
    beside: '',
    part: { kind: 'all' },
    alignment: 'clock',
    span: 'short',
    isWide: false,
  })
  const subjects = subjectsOf(view, version, choice.beside)
  const scope = choice.beside === WHOLE ? '' : subjects.map(subject => subject.name).join()
  useEffect(() => {
    if (fleet === null) return
    // Names and versions are the feed's own, checked again by the app.
    const versions = scope === '' ? {} : { versions: scope.split(',') as Version[] }
    return followStats({ fleet: fleet as Name, ...versions })
  }, [fleet, scope])
  const isAnyUp = (
    choice.beside === WHOLE ? view?.sets : view?.sets.filter(set => scope.split(',').includes(set.version))
  )
    ?.flatMap(set => set.containers)
    .some(container => isUp(container.state))
  const hasPast = useStats(state => state.newest > 0)
  return (
    <WideTab label="Stats" isWide={choice.isWide}>
      <StatsControls version={version} choice={choice} onChoice={change => setChoice({ ...choice, ...change })} />
      {isAnyUp || hasPast ? (
        <UsageView subjects={subjects} choice={choice} />
      ) : (
        <p className={classes.nothing}>
          {setIn(view, version) === undefined
            ? `${version} has no containers: only its snapshot is there. Launch it to see what it uses.`
            : `Nothing of ${version} runs. Start it to see what it uses.`}
        </p>
      )}
    </WideTab>
  )
}

function subjectsOf(view: FleetView | null, version: Version, beside: string): Subject[] {
  const subjectOf = (name: Version): Subject => ({
    name,
    version: name,
    launchedAt: setIn(view, name)?.launchedAt ?? null,
  })
  if (beside === WHOLE) return [subjectOf(version), { name: 'fleet', version: null, launchedAt: null }]
  const other = view?.sets.find(set => set.version === beside && beside !== version)
  return [subjectOf(version), ...(other === undefined ? [] : [subjectOf(other.version)])]
}
