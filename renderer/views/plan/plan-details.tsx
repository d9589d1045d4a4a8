import type { Plan } from '../../../shared/model/plan.ts'
import { Safe } from '../../components/safe.tsx'
import { inert } from '../../words/inert.ts'
import { leftOutWords } from '../../words/left-out.ts'
import classes from './plan.module.css'
import { PlanCommands } from './plan-commands.tsx'
import { PlanSteps } from './plan-steps.tsx'
import { PlanWarnings } from './plan-warnings.tsx'

export function PlanDetails({ plan }: { readonly plan: Plan }) {
  return (
    <div className={classes.details}>
      <p>
        <Safe text={plan.summary} />
      </p>
      <PlanWarnings warnings={plan.warnings} />
      <PlanSteps steps={plan.steps} />
      {plan.leftOut.length === 0 ? null : (
        <p className="dim">
          Left out:{' '}
          {plan.leftOut
            .map(one => inert(`${one.source || one.target} of ${one.service} (${leftOutWords(one)})`))
            .join(', ')}
        </p>
      )}
      <PlanCommands commands={plan.commands} />
    </div>
  )
}
