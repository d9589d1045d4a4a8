import { ActionIcon, Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { LogScope } from '../../../shared/logs.ts'
import { overwrittenLine } from '../../../shared/rules/carriage-returns.ts'
import { Safe } from '../../components/safe.tsx'
import { useLogColumns } from '../../state/log-columns.ts'
import { openLogs, showAround, useLogs } from '../../state/logs.ts'
import { sizeWords } from '../../words/amounts.ts'
import { LogText } from './log-text.tsx'
import classes from './logs.module.css'

/** The line that was picked, in full. */
export function LogDetail() {
  const line = useLogs(state => state.picked)
  const query = useLogs(state => state.query)
  const scope = useLogs(state => state.scope)
  const isRaw = useLogColumns(state => state.isRaw)
  if (line === null || scope === null) return null
  const only: LogScope = { ...scope, container: line.container }
  return (
    <aside className={classes.detail} aria-label="The picked line">
      <header>
        <Safe className="mono clip" text={line.container} />
        <span className="dim">
          {new Date(line.at).toISOString()} · {line.stream === 'err' ? 'stderr' : 'stdout'} · {line.seq}
        </span>
        <ActionIcon
          size="xs"
          variant="subtle"
          color="gray"
          aria-label="Close the line"
          onClick={() => useLogs.setState({ picked: null })}
        >
          <IconX size={12} />
        </ActionIcon>
      </header>
      <p className={classes.whole}>
        <LogText text={isRaw ? line.text : overwrittenLine(line.text)} query={query} isWhole />
      </p>
      {line.clippedFrom === null ? null : (
        <p className="dim">Only its beginning was kept: the line has {sizeWords(line.clippedFrom)}.</p>
      )}
      <div className={classes.answers}>
        <Button size="compact-xs" onClick={() => void showAround(line)}>
          Show around it
        </Button>
        <Button size="compact-xs" onClick={() => openLogs(only)}>
          Only this container
        </Button>
      </div>
    </aside>
  )
}
