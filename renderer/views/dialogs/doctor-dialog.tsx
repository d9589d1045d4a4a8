import { Button, Modal, Skeleton } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { Problem } from '../../components/problem.tsx'
import { Safe } from '../../components/safe.tsx'
import { call } from '../../session.ts'
import { useAsked } from '../../state/use-asked.ts'
import { closeDialog } from '../../state/view.ts'
import classes from './dialogs.module.css'

const icons = { ok: IconCircleCheck, warning: IconAlertTriangle, failed: IconCircleX } as const
const words = { ok: 'Fine', warning: 'Look at this', failed: 'Failed' } as const

export function DoctorDialog() {
  const [steps, askAgain] = useAsked(() => call('app.doctor', {}))
  return (
    <Modal opened onClose={closeDialog} title="Doctor" size="lg">
      <div className={classes.stack}>
        {steps.state === 'waiting' ? <Skeleton height={120} /> : null}
        {steps.state === 'failed' ? <Problem failure={steps.failure} /> : null}
        {steps.state === 'here' ? (
          <ul>
            {steps.value.map(({ step, state, saw, advice }) => {
              const Icon = icons[state]
              return (
                <li key={step} className={classes.step} data-state={state}>
                  <Icon size={18} aria-label={words[state]} role="img" />
                  <div>
                    <strong>{step}</strong> <Safe className="dim" text={saw} />
                    {advice === '' ? null : <p>{advice}</p>}
                  </div>
                </li>
              )
            })}
          </ul>
        ) : null}
        <div className={classes.actions}>
          <Button onClick={askAgain}>Look again</Button>
          <Button onClick={closeDialog}>Close</Button>
        </div>
      </div>
    </Modal>
  )
}
