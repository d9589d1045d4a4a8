import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Failure } from '../../shared/failure.ts'
import { inert } from '../words/inert.ts'
import classes from './components.module.css'

/** What went wrong and what to do next. */
export function Problem({ failure, children }: { readonly failure: Failure; readonly children?: ReactNode }) {
  return (
    <Alert
      className={classes.problem}
      color="red"
      variant="light"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={inert(failure.message)}
    >
      {failure.hint === undefined ? null : <p>{inert(failure.hint)}</p>}
      {children}
    </Alert>
  )
}
