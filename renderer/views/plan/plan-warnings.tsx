import { IconAlertTriangle } from '@tabler/icons-react'
import { Safe } from '../../components/safe.tsx'
import classes from './plan.module.css'

/** The warnings of a plan; nothing where there are none. */
export function PlanWarnings({ warnings }: { readonly warnings: readonly string[] }) {
  if (warnings.length === 0) return null
  return (
    <ul className={classes.warnings}>
      {warnings.map(warning => (
        <li key={warning}>
          <IconAlertTriangle size={16} role="img" aria-label="Warning" />
          <Safe text={warning} />
        </li>
      ))}
    </ul>
  )
}
