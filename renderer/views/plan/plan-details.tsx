import { Collapse, UnstyledButton } from '@mantine/core'
import { IconAlertTriangle, IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import type { Plan } from '../../../shared/model.ts'
import { Safe } from '../../components/safe.tsx'
import { countWords, sizeWords } from '../../words/amounts.ts'
import { CommandLines } from './command-lines.tsx'
import classes from './plan.module.css'
import { PlanSteps } from './plan-steps.tsx'

export function PlanDetails({ plan }: { readonly plan: Plan }) {
  const [isShown, setShown] = useState(false)
  return (
    <div className={classes.details}>
      <p>
        <Safe text={plan.summary} />
      </p>
      {plan.warnings.length === 0 ? null : (
        <ul className={classes.warnings}>
          {plan.warnings.map(warning => (
            <li key={warning}>
              <IconAlertTriangle size={16} role="img" aria-label="Warning" />
              <Safe text={warning} />
            </li>
          ))}
        </ul>
      )}
      <PlanSteps steps={plan.steps} />
      {plan.leftOut.length === 0 ? null : (
        <p className="dim">
          Left out:{' '}
          {plan.leftOut
            .map(one => `${one.source || one.target} (${one.kind} of ${one.service}, ${sizeWords(one.bytes)})`)
            .join(', ')}
        </p>
      )}
      {plan.commands.length === 0 ? null : (
        <div>
          <UnstyledButton className={classes.fold} aria-expanded={isShown} onClick={() => setShown(!isShown)}>
            <IconChevronRight size={14} aria-hidden />
            Show me the commands
            <span className="dim">{countWords(plan.commands.length, 'line')}</span>
          </UnstyledButton>
          <Collapse expanded={isShown}>
            <CommandLines lines={plan.commands} />
          </Collapse>
        </div>
      )}
    </div>
  )
}
