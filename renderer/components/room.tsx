import type { ReactNode } from 'react'
import { useIsStale } from '../state/endpoints.ts'
import classes from './room.module.css'

interface Props {
  readonly title: string
  /** Beside the heading. */
  readonly aside?: ReactNode
  readonly children: ReactNode
}

/** The frame of every screen about the engine: a heading, and below it the last known picture. */
export function Room({ title, aside, children }: Props) {
  const isStale = useIsStale()
  return (
    <div className={classes.room}>
      <header className={classes.head}>
        <h1>{title}</h1>
        {aside}
      </header>
      <div className={`${classes.body} ${isStale ? 'stale' : ''}`}>{children}</div>
    </div>
  )
}
