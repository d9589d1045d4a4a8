import { Button, Pill, Skeleton } from '@mantine/core'
import type { DriftedContainer } from '../../../shared/contract/drift.ts'
import { ignorePaths } from '../../commands/drift-actions.ts'
import { Problem } from '../../components/problem.tsx'
import { Safe } from '../../components/safe.tsx'
import { call } from '../../session.ts'
import { useRequest } from '../../state/use-request.ts'
import { inert } from '../../words/inert.ts'
import classes from './drift.module.css'

/** The ignored paths of a service, the files that its container wrote there, and a button to stop ignoring each. */
export function IgnoredPaths({ drifted }: { readonly drifted: DriftedContainer }) {
  const { fleet, container, service, ignored } = drifted
  const [asked, again] = useRequest(() => call('drift.ignored', { fleet, container }))
  return (
    <div className={classes.ignored}>
      {ignored.length === 0 ? null : (
        <div className={classes.patterns}>
          <span className="dim">Ignored in {inert(service)}:</span>
          {ignored.map(pattern => (
            <Pill
              key={pattern}
              withRemoveButton
              removeButtonProps={{
                'aria-label': `Ignore ${inert(pattern)} no more`,
                'aria-hidden': false,
                tabIndex: 0,
              }}
              // The names are the feed's own, checked again by the app.
              onRemove={() =>
                void ignorePaths({ fleet, service, remove: [pattern] } as Parameters<typeof ignorePaths>[0]).then(again)
              }
            >
              {inert(pattern)}
            </Pill>
          ))}
        </div>
      )}
      {asked.state === 'waiting' ? <Skeleton height={20} aria-label="Looking for ignored changes" /> : null}
      {asked.state === 'failed' ? (
        <Problem failure={asked.failure}>
          <Button size="compact-xs" onClick={again}>
            Try again
          </Button>
        </Problem>
      ) : null}
      {asked.state !== 'here' ? null : asked.value.length === 0 ? (
        <p className="dim">Nothing was written where it is ignored.</p>
      ) : (
        <ul>
          {asked.value.slice(0, 200).map(({ path, kind, by }) => (
            <li key={path} className={classes.ignoredLine}>
              <Safe className="mono" text={path} />
              <span className="dim">
                {kind}, by {inert(by)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
