import { Switch } from '@mantine/core'
import { type PlanRequest, revisePlan } from '../../state/plan.ts'
import classes from './plan.module.css'

/** Whether the containers can change their own files at all. */
export function SealChoice({ seal }: { readonly seal: NonNullable<PlanRequest['seal']> }) {
  return (
    <Switch
      className={classes.seal}
      label="Sealed: read-only files, so that nothing can drift"
      description="Programs write in memory to /tmp, /run and the folders that are ignored as drift; a write elsewhere fails"
      checked={seal.isSealed}
      onChange={event => revisePlan(seal.with(event.currentTarget.checked))}
    />
  )
}
