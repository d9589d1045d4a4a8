import { Button, Progress } from '@mantine/core'
import { IconLoader2 } from '@tabler/icons-react'
import type { RunningOperation } from '../../../shared/model/app-state.ts'
import { Safe } from '../../components/safe.tsx'
import { When } from '../../components/when.tsx'
import { call } from '../../session.ts'
import { useOperations } from '../../state/operations.ts'
import { countWords } from '../../words/amounts.ts'
import { inert } from '../../words/inert.ts'
import classes from './banners.module.css'

/** Operations that ran before this window opened, with progress and a button to cancel. */
export function CatchingUp() {
  const found = useOperations(state => state.found)
  const operations = useOperations(state => state.operations)
  const shown = operations.filter(operation => found.includes(operation.id))
  const [first] = shown
  if (first === undefined) return null
  return <UnderWay operation={first} more={shown.length - 1} />
}

function UnderWay({ operation, more }: { readonly operation: RunningOperation; readonly more: number }) {
  const { id, title, progress } = operation
  return (
    <section className={classes.banner} data-tone="quiet" aria-label="What goes on">
      <IconLoader2 size={16} className="spin" aria-hidden />
      <p className={classes.words}>
        <strong>
          <Safe text={title} />
        </strong>{' '}
        goes on; it was begun at <When at={operation.startedAt} />. <Safe className="dim" text={progress.what} />
        {more === 0 ? null : <span className="dim"> And {countWords(more, 'other')}.</span>}
      </p>
      <Progress
        className={classes.progress}
        size="sm"
        value={progress.total === 0 ? 0 : (100 * progress.done) / progress.total}
        aria-label={`${inert(title)}, ${progress.done} of ${progress.total}`}
      />
      <Button size="compact-xs" aria-label={`Cancel ${inert(title)}`} onClick={() => call('operations.cancel', { id })}>
        Cancel
      </Button>
    </section>
  )
}
