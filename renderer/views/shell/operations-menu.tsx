import { ActionIcon, Indicator, Popover, Progress, Tooltip } from '@mantine/core'
import { IconLoader2, IconX } from '@tabler/icons-react'
import { Safe } from '../../components/safe.tsx'
import { call } from '../../session.ts'
import { useOperations } from '../../state/operations.ts'
import { inert } from '../../words/inert.ts'
import classes from './operations.module.css'

/** Long work that goes on, also when its dialog was closed or another window began it. */
export function OperationsMenu() {
  const operations = useOperations(state => state.operations)
  if (operations.length === 0) return null
  return (
    <Indicator label={operations.length} size={14} color="accent">
      <Popover width={340} position="bottom-end" shadow="md" trapFocus>
        <Popover.Target>
          <ActionIcon variant="default" size={28} aria-label={`${operations.length} under way`}>
            <IconLoader2 size={16} className="spin" aria-hidden />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown>
          <ul className={classes.list}>
            {operations.map(({ id, title, progress }) => (
              <li key={id} className={classes.item}>
                <div className={classes.words}>
                  <strong>
                    <Safe text={title} />
                  </strong>
                  <Safe className="dim clip" text={progress.what} />
                  <Progress
                    value={progress.total === 0 ? 0 : (100 * progress.done) / progress.total}
                    aria-label={`${inert(title)}, ${progress.done} of ${progress.total}`}
                    size="sm"
                  />
                </div>
                <Tooltip label="Cancel, and walk back what was done">
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={`Cancel ${inert(title)}`}
                    onClick={() => call('operations.cancel', { id })}
                  >
                    <IconX size={16} />
                  </ActionIcon>
                </Tooltip>
              </li>
            ))}
          </ul>
        </Popover.Dropdown>
      </Popover>
    </Indicator>
  )
}
