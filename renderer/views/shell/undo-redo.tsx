import { Button, Tooltip } from '@mantine/core'
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react'
import { redo, undo } from '../../commands/actions.ts'
import { Keys } from '../../components/keys.tsx'
import { useApp } from '../../state/app.ts'
import { useFleet } from '../../state/fleet.ts'
import { useJournal } from '../../state/journal.ts'
import { type Offer, redoOffer, undoOffer } from '../../state/undo.ts'
import classes from './shell.module.css'

/** Always in reach. The words tell what will be done; where it cannot be, the tooltip tells why. */
export function UndoRedo() {
  const view = useFleet(state => state.view)
  const entries = useJournal(state => state.entries)
  const readOnly = useApp(state => state.app?.readOnly ?? null)
  const off = (offer: Offer) => (readOnly === null ? offer : { ...offer, can: false, why: readOnly })
  const back = off(undoOffer(view, entries))
  const forth = off(redoOffer(view, entries))
  return (
    <>
      <Tooltip label={back.why}>
        <Button
          leftSection={<IconArrowBackUp size={16} aria-hidden />}
          rightSection={
            <span className={classes.undoKeys}>
              <Keys chord="mod+z" />
            </span>
          }
          {...(back.can ? {} : { 'data-disabled': true })}
          aria-disabled={!back.can}
          aria-keyshortcuts="Control+Z"
          onClick={() => back.can && undo()}
        >
          <span className={classes.undoWords}>{back.words}</span>
          {back.can ? null : <span className="told">. {back.why}</span>}
        </Button>
      </Tooltip>
      <Tooltip label={forth.why}>
        <Button
          leftSection={<IconArrowForwardUp size={16} aria-hidden />}
          {...(forth.can ? {} : { 'data-disabled': true })}
          aria-disabled={!forth.can}
          aria-keyshortcuts="Control+Shift+Z"
          onClick={() => forth.can && redo()}
        >
          <span className={classes.undoWords}>{forth.words}</span>
          {forth.can ? null : <span className="told">. {forth.why}</span>}
        </Button>
      </Tooltip>
    </>
  )
}
