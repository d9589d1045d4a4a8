import type { Plan } from '../../../shared/model/plan.ts'
import { Safe } from '../../components/safe.tsx'
import { countWords } from '../../words/amounts.ts'
import classes from './plan.module.css'

type Step = Plan['steps'][number]

const words: Readonly<Record<Step['action'], string>> = {
  create: 'Create',
  keep: 'Keep',
  move: 'Move',
  commit: 'Commit',
  remove: 'Remove',
  check: 'Check',
  attach: 'Attach',
  start: 'Start',
  stop: 'Stop',
}

/** The steps of a plan in order, with the count of each kind on top. */
export function PlanSteps({ steps }: { readonly steps: readonly Step[] }) {
  if (steps.length === 0) return <p className="dim">There is nothing to do.</p>
  const counts = new Map<Step['action'], number>()
  for (const { action } of steps) counts.set(action, (counts.get(action) ?? 0) + 1)
  return (
    <>
      {steps.length < 6 ? null : (
        <p className={classes.counts}>
          {[...counts].map(([action, count]) => `${words[action].toLowerCase()} ${count}`).join(', ')}
        </p>
      )}
      <ol className={classes.steps} aria-label={countWords(steps.length, 'step')}>
        {steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two steps may read the same; their place tells them apart
          <li key={index} className={classes.step}>
            <span className={classes.action} data-action={step.action}>
              {words[step.action]}
            </span>
            <span className={classes.what}>
              <Safe className={classes.strong} text={step.what} />
              <Safe className="dim" text={step.detail} />
            </span>
          </li>
        ))}
      </ol>
    </>
  )
}
