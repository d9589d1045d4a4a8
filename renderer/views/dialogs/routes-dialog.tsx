import { Button, Modal } from '@mantine/core'
import { removeRoute } from '../../commands/fleet-actions.ts'
import { useFleet } from '../../state/fleet.ts'
import { closeDialog, openDialog } from '../../state/view.ts'
import classes from './dialogs.module.css'
import { RouteEditor } from './route-editor.tsx'

/** Where a fleet answers, and what becomes of old connections at a switch. */
export function RoutesDialog() {
  const routes = useFleet(state => state.view?.routes)
  return (
    <Modal opened onClose={closeDialog} title="Routes" size="lg">
      <div className={classes.stack}>
        {routes === undefined || routes.length === 0 ? <p className="dim">This fleet has no address yet.</p> : null}
        {routes?.map(route => (
          <RouteEditor
            key={route.id}
            route={route}
            onRemove={() => {
              closeDialog()
              removeRoute(route)
            }}
          />
        ))}
        <div className={classes.actions}>
          <Button onClick={() => openDialog({ kind: 'add-route' })}>Add a route</Button>
          <Button onClick={closeDialog}>Close</Button>
        </div>
      </div>
    </Modal>
  )
}
