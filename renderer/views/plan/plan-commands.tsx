import { Collapse, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import { countWords } from '../../words/amounts.ts'
import { CommandLines } from './command-lines.tsx'
import classes from './plan.module.css'

/** The docker commands that a plan amounts to, folded away until somebody asks. */
export function PlanCommands({ commands }: { readonly commands: readonly string[] }) {
  const [isShown, setShown] = useState(false)
  if (commands.length === 0) return null
  return (
    <div>
      <UnstyledButton className={classes.fold} aria-expanded={isShown} onClick={() => setShown(!isShown)}>
        <IconChevronRight size={14} aria-hidden />
        Show me the commands
        <span className="dim">{countWords(commands.length, 'line')}</span>
      </UnstyledButton>
      <Collapse expanded={isShown}>
        <CommandLines lines={commands} />
      </Collapse>
    </div>
  )
}
