import { Button, Popover, Skeleton } from '@mantine/core'
import { useState } from 'react'
import type { Version } from '../../../shared/model/ids.ts'
import { Problem } from '../../components/problem.tsx'
import { call } from '../../session.ts'
import { useRequest } from '../../state/use-request.ts'
import { CommandLines } from '../plan/command-lines.tsx'

/** The docker and flotilla lines that launching a version and putting it live amount to. */
export function SwitchCommands({ fleet, version }: { readonly fleet: string; readonly version: Version }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover opened={isOpen} onChange={setOpen} width={620} position="top-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button size="compact-xs" aria-label="Show me the commands" onClick={() => setOpen(!isOpen)}>
          Commands
        </Button>
      </Popover.Target>
      <Popover.Dropdown>{isOpen ? <Lines fleet={fleet} version={version} /> : null}</Popover.Dropdown>
    </Popover>
  )
}

function Lines({ fleet, version }: { readonly fleet: string; readonly version: Version }) {
  const [launch] = useRequest(() => call('set.plan', { fleet, version }))
  const [point] = useRequest(() => call('route.plan', { fleet, version, force: true }))
  if (launch.state === 'waiting' || point.state === 'waiting') return <Skeleton height={80} />
  const lines = [launch, point].flatMap(asked => (asked.state === 'here' ? asked.value.commands : []))
  if (lines.length > 0) return <CommandLines lines={lines} />
  return launch.state === 'failed' ? <Problem failure={launch.failure} /> : <p>It takes no command.</p>
}
