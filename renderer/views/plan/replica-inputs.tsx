import { NumberInput } from '@mantine/core'
import { type ReplicaChoice, revisePlan } from '../../state/plan.ts'
import { inert } from '../../words/inert.ts'
import classes from './plan.module.css'

/** As many as the app takes. */
const MOST = 100

/** How many copies of each service a launch makes: as the snapshot says, until somebody says otherwise. */
export function ReplicaInputs({ choice }: { readonly choice: ReplicaChoice }) {
  return (
    <fieldset className={classes.replicas}>
      <legend>Replicas</legend>
      {choice.services.map(({ service, replicas, recorded }) => (
        <NumberInput
          key={service}
          label={inert(service)}
          description={replicas === recorded ? 'as in the snapshot' : `the snapshot has ${recorded}`}
          size="xs"
          min={0}
          max={MOST}
          clampBehavior="strict"
          allowDecimal={false}
          value={replicas}
          onChange={value => typeof value === 'number' && revisePlan(choice.with(service, value))}
        />
      ))}
    </fieldset>
  )
}
