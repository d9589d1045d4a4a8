import { Button, Tooltip } from '@mantine/core'
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Direction } from '../../../shared/model/history.ts'
import { redo, undo } from '../../commands/actions.ts'
import { Keys } from '../../components/keys.tsx'
import { useApp } from '../../state/app.ts'
import { useFleet } from '../../state/fleet.ts'
import { useJournal } from '../../state/journal.ts'
import { stepOffer } from '../../state/undo.ts'
import classes from './shell.module.css'
import { useStepNames } from './use-step-names.ts'

/** Always in reach. The words tell what will be done; where it cannot be, the tooltip tells why. */
export function UndoRedo() {
  useStepNames()
  const keys = (
    <span className={classes.undoKeys}>
      <Keys chord="mod+z" />
    </span>
  )
  return (
    <>
      <StepButton direction="undo" icon={<IconArrowBackUp size={16} aria-hidden />} keys={keys} run={undo} />
      <StepButton direction="redo" icon={<IconArrowForwardUp size={16} aria-hidden />} keys={null} run={redo} />
    </>
  )
}

interface StepButtonProps {
  readonly direction: Direction
  readonly icon: ReactNode
  readonly keys: ReactNode
  readonly run: () => void
}

function StepButton({ direction, icon, keys, run }: StepButtonProps) {
  const view = useFleet(state => state.view)
  const entries = useJournal(state => state.entries)
  const readOnly = useApp(state => state.app?.readOnly ?? null)
  const offer = stepOffer(view, entries, direction)
  const isOff = readOnly !== null || offer.step === null
  const why = readOnly ?? offer.why
  return (
    <Tooltip label={why}>
      <Button
        leftSection={icon}
        rightSection={keys}
        {...(isOff && { 'data-disabled': true })}
        aria-disabled={isOff}
        aria-keyshortcuts={direction === 'undo' ? 'Control+Z' : 'Control+Shift+Z'}
        onClick={() => !isOff && run()}
      >
        <span className={classes.undoWords}>{offer.words}</span>
        {isOff ? <span className="told">. {why}</span> : null}
      </Button>
    </Tooltip>
  )
}
