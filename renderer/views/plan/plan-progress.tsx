import { Progress } from '@mantine/core'
import type { Progress as Reading } from '../../../shared/wire.ts'
import { Safe } from '../../components/safe.tsx'
import classes from './plan.module.css'

interface Props {
  readonly steps: number
  readonly progress: Reading | null
  readonly isStopping: boolean
}

export function PlanProgress({ steps, progress, isStopping }: Props) {
  const { done, total, what } = progress ?? { done: 0, total: steps, what: 'Beginning' }
  return (
    <div className={classes.progress} role="status">
      <div className={classes.progressWords}>
        <strong>{isStopping ? 'Walking back what was done' : <Safe text={what} />}</strong>
        <span className="dim">
          {done} of {total}
        </span>
      </div>
      <Progress
        value={total === 0 ? 100 : (100 * done) / total}
        animated={!isStopping}
        aria-label="How far it is"
        transitionDuration={150}
      />
    </div>
  )
}
