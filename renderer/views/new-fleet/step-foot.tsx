import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { Problem } from '../../components/problem.tsx'
import { openDialog } from '../../state/view.ts'
import dialogs from '../dialogs/dialogs.module.css'
import { PlanProgress } from '../plan/plan-progress.tsx'
import type { Work } from './use-work.ts'

/** The foot of each step: progress, failure, buttons. */
export function StepFoot({ work, children }: { readonly work: Work; readonly children: ReactNode }) {
  return (
    <>
      {work.failure === null ? null : <Problem failure={work.failure} />}
      {work.isRunning ? <PlanProgress steps={1} progress={work.progress} isStopping={work.isStopping} /> : null}
      <div className={dialogs.actions}>
        {work.isRunning ? (
          <Button onClick={work.stop} disabled={work.isStopping}>
            {work.isStopping ? 'Walking back…' : 'Cancel'}
          </Button>
        ) : (
          <>
            <Button onClick={() => openDialog({ kind: 'new-fleet', step: 'choose' })}>Back</Button>
            {children}
          </>
        )}
      </div>
    </>
  )
}
