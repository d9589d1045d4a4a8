import { useTraffic } from '../../state/traffic.ts'
import { durationWords, rateWords } from '../../words/amounts.ts'
import classes from './route-bar.module.css'
import { Sparkline } from './sparkline.tsx'

/** The only part of the window that the 1 Hz feed re-renders. */
export function TrafficFigures() {
  const samples = useTraffic(state => state.samples)
  const last = samples.at(-1)
  return (
    <div className={classes.traffic}>
      <dl className={classes.figures}>
        <div className={classes.figure}>
          <dt>Requests</dt>
          <dd>{last === undefined ? '–' : `${rateWords(last.rate)} /s`}</dd>
        </div>
        <div className={classes.figure}>
          <dt>p99</dt>
          <dd>{last === undefined || last.p99 === null ? '–' : durationWords(last.p99)}</dd>
        </div>
        <div className={classes.figure}>
          <dt>Errors</dt>
          <dd className={last === undefined ? '' : last.errors > 0 ? classes.bad : classes.good}>
            {last === undefined ? '–' : last.errors > 0 ? `${rateWords(last.errors)} /s` : '0'}
          </dd>
        </div>
      </dl>
      <Sparkline samples={samples} />
    </div>
  )
}
