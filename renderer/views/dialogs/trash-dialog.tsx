import { Button, Modal } from '@mantine/core'
import { shortFleetId } from '../../../shared/rules/trash.ts'
import { restoreFleet } from '../../commands/fleet-actions.ts'
import { Safe } from '../../components/safe.tsx'
import { useTrash } from '../../state/trash.ts'
import { closeDialog } from '../../state/view.ts'
import { countWords } from '../../words/amounts.ts'
import { dayWords } from '../../words/times.ts'
import classes from './dialogs.module.css'

/** Removed fleets, and until when they can be brought back. */
export function TrashDialog() {
  const fleets = useTrash(state => state.fleets)
  return (
    <Modal opened onClose={closeDialog} title="Trash" size="lg">
      {fleets.length === 0 ? <p className="dim">Nothing was removed.</p> : null}
      <ul>
        {fleets.map(fleet => (
          <li key={fleet.fleetId} className={classes.trashed}>
            <div className={classes.trashedWords}>
              <strong>
                <Safe text={fleet.name} />
              </strong>
              <span className="dim">
                {shortFleetId(fleet.fleetId)}, {countWords(fleet.versions.length, 'version')}, removed{' '}
                {dayWords(fleet.removedAt)}, kept until {dayWords(fleet.purgedAt)}
              </span>
            </div>
            <Button
              aria-label={`Restore ${fleet.name}`}
              onClick={() => {
                closeDialog()
                restoreFleet(fleet)
              }}
            >
              Restore
            </Button>
          </li>
        ))}
      </ul>
    </Modal>
  )
}
