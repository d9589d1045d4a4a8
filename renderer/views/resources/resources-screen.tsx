import { Button, Loader, Progress } from '@mantine/core'
import { useInterval } from '@mantine/hooks'
import { IconRefresh } from '@tabler/icons-react'
import { useLayoutEffect, useState } from 'react'
import { Problem } from '../../components/problem.tsx'
import { Room } from '../../components/room.tsx'
import { Scrolled } from '../../components/scrolled.tsx'
import { useIsStale } from '../../state/endpoints.ts'
import { cancelMeasure, measureUse, showUse, useResources } from '../../state/resources.ts'
import { useView } from '../../state/view.ts'
import { durationWords } from '../../words/amounts.ts'
import { agoWords, exactWords } from '../../words/times.ts'
import { FleetCosts } from './fleet-costs.tsx'
import classes from './resources.module.css'
import { Totals } from './totals.tsx'

/** Disk use of the engine and of the versions. Measured on request, since that may take long. */
export function ResourcesScreen() {
  const { use, progress, failure } = useResources()
  const endpoint = useView(view => view.endpoint ?? undefined)
  useLayoutEffect(() => showUse(endpoint), [endpoint])
  return (
    <Room title="Resources" aside={<Measure />}>
      <Scrolled className={classes.body} label="What is kept">
        {progress === null ? null : <Measuring {...progress} />}
        {failure === null ? null : <Problem failure={failure} />}
        {use === null ? (
          progress === null && failure === null ? (
            <p className="dim">Not measured yet. The engine walks every file of volumes and containers for it.</p>
          ) : null
        ) : (
          <>
            <Totals use={use} />
            <FleetCosts fleets={use.fleets} />
          </>
        )}
      </Scrolled>
    </Room>
  )
}

function Measure() {
  const { use, progress } = useResources()
  const isStale = useIsStale()
  return (
    <>
      {use === null ? null : <Age at={use.at} tookMs={use.tookMs} />}
      <div className={classes.measure}>
        {progress === null ? (
          <Button
            leftSection={<IconRefresh size={14} aria-hidden />}
            disabled={isStale}
            onClick={() => void measureUse()}
          >
            {use === null ? 'Measure' : 'Measure again'}
          </Button>
        ) : (
          <Button onClick={cancelMeasure}>Cancel</Button>
        )}
      </div>
    </>
  )
}

function Age({ at, tookMs }: { readonly at: number; readonly tookMs: number }) {
  const [now, setNow] = useState(Date.now)
  useInterval(() => setNow(Date.now()), 5000, { autoInvoke: true })
  return (
    <p className="dim">
      Measured{' '}
      <time dateTime={new Date(at).toISOString()} title={exactWords(at)}>
        {agoWords(at, Math.max(now, at))}
      </time>
      , in {durationWords(tookMs)}
    </p>
  )
}

function Measuring({ done, total, what }: { readonly done: number; readonly total: number; readonly what: string }) {
  return (
    <div className={classes.measuring} role="status">
      <Loader size={14} aria-hidden />
      <span>
        {what}
        {total > 1 ? `, ${done} of ${total}` : '…'}
      </span>
      {total > 1 ? <Progress className={classes.progress} value={(100 * done) / total} aria-label={what} /> : null}
    </div>
  )
}
