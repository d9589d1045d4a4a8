import { Switch } from '@mantine/core'
import type { Plan } from '../../../shared/model/plan.ts'
import { type PlanRequest, revisePlan } from '../../state/plan.ts'
import classes from './plan.module.css'

interface Props {
  readonly choice: NonNullable<PlanRequest['choice']>
  readonly plan: Plan
}

/** The one thing about a change that can be had another way. */
export function PlanSwitch({ choice, plan }: Props) {
  if (choice.isOffered?.(plan) === false) return null
  return (
    <Switch
      className={classes.choice}
      label={choice.label}
      description={choice.description}
      checked={choice.isOn}
      onChange={event => revisePlan(choice.with(event.currentTarget.checked))}
    />
  )
}
