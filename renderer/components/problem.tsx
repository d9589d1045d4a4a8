import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Failure } from '../../shared/failure.ts'
import classes from './components.module.css'
import { Safe } from './safe.tsx'

/** Shows a failure: its message and its hint. */
export function Problem({ failure, children }: { readonly failure: Failure; readonly children?: ReactNode }) {
  return (
    <div className={classes.problem} role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <div>
        <p className={classes.problemTitle}>
          <Safe text={failure.message} />
        </p>
        {failure.hint === undefined ? null : (
          <p>
            <Safe text={failure.hint} />
          </p>
        )}
        {children}
      </div>
    </div>
  )
}
