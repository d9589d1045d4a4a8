import { Button, Modal, Skeleton } from '@mantine/core'
import { EndpointTag } from '../../components/endpoint-tag.tsx'
import { Problem } from '../../components/problem.tsx'
import { call } from '../../session.ts'
import { useIsSpread, usePlace } from '../../state/endpoints.ts'
import { useRequest } from '../../state/use-request.ts'
import { closeDialog } from '../../state/view.ts'
import { DiagnosisList } from './diagnosis-list.tsx'
import classes from './dialogs.module.css'

export function DoctorDialog() {
  const place = usePlace()
  const isSpread = useIsSpread()
  const [steps, askAgain] = useRequest(() => call('app.doctor', place === null ? {} : { endpoint: place.name }))
  return (
    <Modal opened onClose={closeDialog} title="Doctor" size="lg">
      <div className={classes.stack}>
        {isSpread && place !== null ? <EndpointTag endpoint={place} /> : null}
        {steps.state === 'waiting' ? <Skeleton height={120} /> : null}
        {steps.state === 'failed' ? <Problem failure={steps.failure} /> : null}
        {steps.state === 'here' ? <DiagnosisList steps={steps.value} /> : null}
        <div className={classes.actions}>
          <Button onClick={askAgain}>Look again</Button>
          <Button onClick={closeDialog}>Close</Button>
        </div>
      </div>
    </Modal>
  )
}
