import { Radio } from '@mantine/core'
import type { Plan } from '../../../shared/model/plan.ts'
import { Safe } from '../../components/safe.tsx'
import { leftOutWords } from '../../words/left-out.ts'
import { PlanCommands } from '../plan/plan-commands.tsx'
import { PlanSteps } from '../plan/plan-steps.tsx'
import { PlanWarnings } from '../plan/plan-warnings.tsx'
import { FoundSecrets } from './found-secrets.tsx'
import classes from './snapshot.module.css'
import type { Left } from './use-snapshot.ts'

type Chosen = { service: string; container: string }[]

interface Props {
  readonly plan: Plan
  readonly chosen: Chosen
  readonly onChoose: (chosen: Chosen) => void
  readonly leaveOut: Left
  readonly onLeaveOut: (leaveOut: Left) => void
}

export function SnapshotPlan({ plan, chosen, onChoose, leaveOut, onLeaveOut }: Props) {
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
      <FoundSecrets secrets={plan.secrets ?? []} leaveOut={leaveOut} onLeaveOut={onLeaveOut} />
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
                  <Safe text={leftOutWords(one)} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <PlanWarnings warnings={plan.warnings} />
      <PlanCommands commands={plan.commands} />
    </>
  )
}
