import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import type { Diagnosis } from '../../../shared/model/app-state.ts'
import { Safe } from '../../components/safe.tsx'
import { inert } from '../../words/inert.ts'
import classes from './dialogs.module.css'

const icons = { ok: IconCircleCheck, warning: IconAlertTriangle, failed: IconCircleX } as const
const words = { ok: 'Fine', warning: 'Look at this', failed: 'Failed' } as const

/** The steps of a diagnosis: finding and advice. */
export function DiagnosisList({ steps }: { readonly steps: Diagnosis }) {
  return (
    <ul>
      {steps.map(({ step, state, saw, advice }) => {
        const Icon = icons[state]
        return (
          <li key={step} className={classes.step} data-state={state}>
            <Icon size={18} aria-label={words[state]} role="img" />
            <div>
              <strong>{inert(step)}</strong> <Safe className="dim" text={saw} />
              {advice === '' ? null : <p>{inert(advice)}</p>}
            </div>
          </li>
        )
      })}
    </ul>
  )
}
