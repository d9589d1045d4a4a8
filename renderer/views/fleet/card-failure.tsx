import { UnstyledButton } from '@mantine/core'
import type { CheckReport } from '../../../shared/model/checks.ts'
import type { Version } from '../../../shared/model/ids.ts'
import { Safe } from '../../components/safe.tsx'
import { inspect } from '../../state/view.ts'
import { lastLine, troubles } from '../../words/reports.ts'
import classes from './card.module.css'

/** The first container that did not pass and what it wrote last, or else which check it failed. */
export function CardFailure({ version, report }: { readonly version: Version; readonly report: CheckReport }) {
  const found = troubles(report)
  const [first] = found
  if (first === undefined) return null
  const last = lastLine(first.log)
  return (
    <div className={classes.failure}>
      <Safe className={`clip ${classes.failed}`} text={first.container} />
      {last === '' ? (
        <Safe className="clip" text={first.lines[0] ?? ''} />
      ) : (
        <Safe className={`clip ${classes.lastLine}`} text={last} />
      )}
      <UnstyledButton className={classes.drift} onClick={() => inspect(version, 'containers')}>
        {found.length === 1 ? 'See why' : `See why, and ${found.length - 1} more`}
        <span className="told"> {version} failed</span>
      </UnstyledButton>
    </div>
  )
}
