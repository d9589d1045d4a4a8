import { Radio } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { Plan } from '../../../shared/model.ts'
import { Safe } from '../../components/safe.tsx'
import { sizeWords } from '../../words/amounts.ts'
import { CommandLines } from '../plan/command-lines.tsx'
import plans from '../plan/plan.module.css'
import { PlanSteps } from '../plan/plan-steps.tsx'
import classes from './snapshot.module.css'

type Chosen = { service: string; container: string }[]

interface Props {
  readonly plan: Plan
  readonly chosen: Chosen
  readonly onChoose: (chosen: Chosen) => void
}

export function SnapshotPlan({ plan, chosen, onChoose }: Props) {
  return (
    <>
      {plan.choices.map(({ service, containers }) => (
        <Radio.Group
          key={service}
          label={`Several replicas of ${service} drifted apart. Which one becomes the next version?`}
          value={chosen.find(one => one.service === service)?.container ?? ''}
          onChange={container => onChoose([...chosen.filter(one => one.service !== service), { service, container }])}
        >
          <div className={classes.choices}>
            {containers.map(container => (
              <Radio key={container} size="xs" value={container} label={<Safe text={container} />} />
            ))}
          </div>
        </Radio.Group>
      ))}
      <section aria-label="In the snapshot">
        <h3 className={classes.heading}>In</h3>
        <PlanSteps steps={plan.steps} />
      </section>
      <section aria-label="Left out">
        <h3 className={classes.heading}>Left out</h3>
        {plan.leftOut.length === 0 ? (
          <p className="dim">Nothing: no container of it mounts a volume or a folder.</p>
        ) : (
          <ul className={classes.leftOut}>
            {plan.leftOut.map(one => (
              <li key={`${one.service}/${one.target}`}>
                <span>
                  <Safe text={one.service} /> <Safe className="mono dim" text={one.target} />
                </span>
                <span className="dim">
                  {one.kind} <Safe text={one.source} />, {sizeWords(one.bytes)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
      {plan.warnings.length === 0 ? null : (
        <ul className={plans.warnings}>
          {plan.warnings.map(warning => (
            <li key={warning}>
              <IconAlertTriangle size={16} role="img" aria-label="Warning" />
              <Safe text={warning} />
            </li>
          ))}
        </ul>
      )}
      {plan.commands.length === 0 ? null : (
        <details className={classes.commands}>
          <summary>Show me the commands</summary>
          <CommandLines lines={plan.commands} />
        </details>
      )}
    </>
  )
}
