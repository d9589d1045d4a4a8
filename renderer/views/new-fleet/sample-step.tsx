import { Button } from '@mantine/core'
import type { Name } from '../../../shared/model/ids.ts'
import { tellDone } from '../../commands/tell.tsx'
import { call } from '../../session.ts'
import { chooseFleet } from '../../state/feeds.ts'
import { closeDialog } from '../../state/view.ts'
import dialogs from '../dialogs/dialogs.module.css'
import classes from './new-fleet.module.css'
import { StepFoot } from './step-foot.tsx'
import { useWork } from './use-work.ts'

export function SampleStep({ endpoint }: { readonly endpoint: Name }) {
  const work = useWork()
  const start = () =>
    work.run(async options => {
      const fleet = await call('fleet.sample', { endpoint }, options)
      closeDialog()
      chooseFleet(fleet.name)
      tellDone({ title: `${fleet.name} is here`, detail: 'Put v2 live, look at it, and take it back' })
    })
  return (
    <div className={dialogs.stack}>
      <p>
        A shop of six containers: three of <strong>web</strong>, two of <strong>api</strong>, and <strong>db</strong>,
        which holds the data and is never copied. It comes in two versions that look different.
      </p>
      <ul className={classes.points}>
        <li>Its images are made here from a few kilobytes; nothing is downloaded.</li>
        <li>It answers at http://shop.localhost:8080.</li>
        <li>Only containers that carry our label are ever touched.</li>
      </ul>
      <StepFoot work={work}>
        <Button variant="filled" onClick={start} data-autofocus>
          Start the sample
        </Button>
      </StepFoot>
    </div>
  )
}
