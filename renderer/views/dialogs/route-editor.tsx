import { Button, NumberInput, Select } from '@mantine/core'
import { useState } from 'react'
import { toFailure } from '../../../shared/failure.ts'
import type { Route } from '../../../shared/model/route.ts'
import { undo } from '../../commands/actions.ts'
import { tellDone, tellFailure } from '../../commands/tell.tsx'
import { call } from '../../session.ts'
import { useFleet } from '../../state/fleet.ts'
import classes from './dialogs.module.css'

const SECOND = 1000

/** Edits a route: the time to drain, and what happens to open WebSockets. Saved by its own button. */
export function RouteEditor({ route, onRemove }: { readonly route: Route; readonly onRemove: () => void }) {
  const fleet = useFleet(state => state.name) ?? ''
  const [drain, setDrain] = useState(route.drainMs / SECOND)
  const [closing, setClosing] = useState(route.upgrade.kind === 'close' ? route.upgrade.afterMs / SECOND : null)
  const keep = async () => {
    const upgrade =
      closing === null
        ? ({ kind: 'keep' } as const)
        : ({
            kind: 'close',
            afterMs: closing * SECOND,
            spreadMs: route.upgrade.kind === 'close' ? route.upgrade.spreadMs : 5 * SECOND,
          } as const)
    const { hostname, port } = route
    try {
      await call('route.edit', { fleet, hostname, port, upgrade, drainMs: drain * SECOND })
      tellDone({
        title: `The route ${hostname} is edited`,
        detail: 'From the next switch on',
        action: { verb: 'Undo', run: undo },
      })
    } catch (error) {
      tellFailure('The route was not edited', toFailure(error))
    }
  }
  return (
    <fieldset className={classes.route}>
      <legend>
        {route.hostname}:{route.port} → {route.service}:{route.servicePort}
      </legend>
      <NumberInput
        size="xs"
        label="Old requests may go on for, in seconds"
        min={0}
        max={3600}
        value={drain}
        onChange={value => typeof value === 'number' && setDrain(value)}
      />
      <Select
        label="Open WebSockets to the old version"
        allowDeselect={false}
        value={closing === null ? 'keep' : 'close'}
        onChange={value => setClosing(value === 'close' ? 30 : null)}
        data={[
          { value: 'keep', label: 'stay until they end' },
          { value: 'close', label: 'are closed after a while' },
        ]}
      />
      {closing === null ? null : (
        <NumberInput
          size="xs"
          label="Closed after, in seconds"
          min={0}
          max={3600}
          value={closing}
          onChange={value => typeof value === 'number' && setClosing(value)}
        />
      )}
      <div className={classes.actions}>
        <Button onClick={onRemove}>Remove the route</Button>
        <Button onClick={keep}>Keep the changes</Button>
      </div>
    </fieldset>
  )
}
