import { Skeleton } from '@mantine/core'
import classes from './states.module.css'

/** The fleet screen's own outline, while its first picture is on its way. */
export function Loading() {
  return (
    <div className={classes.skeleton} aria-busy role="status" aria-label="Loading">
      <h1 className="told">Flotilla</h1>
      <Skeleton height={58} radius="lg" />
      <div className={classes.cards}>
        {['a', 'b', 'c', 'd'].map(key => (
          <Skeleton key={key} height={212} radius="lg" />
        ))}
      </div>
      <Skeleton height={200} radius="lg" />
    </div>
  )
}
