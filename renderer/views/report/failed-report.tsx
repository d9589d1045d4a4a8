import { Button } from '@mantine/core'
import type { Version } from '../../../shared/model/ids.ts'
import { checkVersion, removeVersion } from '../../commands/actions.ts'
import { readLog } from '../../commands/log-actions.ts'
import { useIsReadOnly } from '../../state/app.ts'
import { useFleet } from '../../state/fleet.ts'
import { setIn } from '../../state/versions.ts'
import { LastWords } from './last-words.tsx'
import classes from './report.module.css'

/** Why a version failed, and what can be done about it. Nothing for one that did not. */
export function FailedReport({ version }: { readonly version: Version }) {
  const set = useFleet(state => setIn(state.view, version))
  const isReadOnly = useIsReadOnly()
  if (set?.report == null || set.report.passed || set.state === 'checking') return null
  return (
    <section className={classes.report} aria-label={`Why ${version} failed`}>
      <h3>Its checks did not pass</h3>
      <LastWords report={set.report} />
      <div className={classes.next}>
        <Button size="compact-sm" onClick={() => readLog(version)}>
          Read the whole log
        </Button>
        <Button size="compact-sm" disabled={isReadOnly} onClick={() => checkVersion(version)}>
          Check again
        </Button>
        {set.state === 'live' ? null : (
          <Button size="compact-sm" disabled={isReadOnly} onClick={() => removeVersion(version)}>
            Remove its containers
          </Button>
        )}
      </div>
    </section>
  )
}
