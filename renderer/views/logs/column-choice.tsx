import { ActionIcon, Checkbox, Popover } from '@mantine/core'
import { IconColumns } from '@tabler/icons-react'
import { useMemo } from 'react'
import { toggleColumn, useLogColumns } from '../../state/log-columns.ts'
import { useLogs } from '../../state/logs.ts'
import { inert } from '../../words/inert.ts'
import { fieldsIn, jsonContainers } from './json-lines.ts'
import classes from './logs.module.css'

/** Which fields of JSON lines have a column, and whether such lines are taken apart at all. Not there without such lines. */
export function ColumnChoice() {
  const lines = useLogs(state => state.hits?.lines ?? state.lines)
  const { columns, isRaw } = useLogColumns()
  const containers = useMemo(() => jsonContainers(lines), [lines])
  const names = useMemo(() => [...new Set([...columns, ...fieldsIn(lines, containers)])], [lines, containers, columns])
  if (containers.size === 0) return null
  return (
    <Popover position="bottom-end" trapFocus withinPortal>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" aria-label="Columns of JSON lines" title="Columns of JSON lines">
          <IconColumns size={16} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown className={classes.columns}>
        <Checkbox
          size="xs"
          label="As they were written"
          checked={isRaw}
          onChange={event => useLogColumns.setState({ isRaw: event.currentTarget.checked })}
        />
        {names.length === 0 ? null : <p className="dim">Columns</p>}
        {names.map(name => (
          <Checkbox
            key={name}
            size="xs"
            label={<bdi className="mono">{inert(name)}</bdi>}
            checked={columns.includes(name)}
            disabled={isRaw}
            onChange={() => toggleColumn(name)}
          />
        ))}
      </Popover.Dropdown>
    </Popover>
  )
}
