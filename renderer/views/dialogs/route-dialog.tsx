import { Button, Modal, NumberInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type Failure, toFailure } from '../../../shared/failure.ts'
import { tellDone } from '../../commands/tell.tsx'
import { Problem } from '../../components/problem.tsx'
import { call } from '../../session.ts'
import { useApp } from '../../state/app.ts'
import { useFleet } from '../../state/fleet.ts'
import { versionsIn } from '../../state/versions.ts'
import { closeDialog } from '../../state/view.ts'
import classes from './dialogs.module.css'

export function RouteDialog() {
  const view = useFleet(state => state.view)
  const port = useApp(state => state.app?.settings.proxyPort) ?? 8080
  const newest = versionsIn(view).at(-1)
  const services = view?.snapshots.find(snapshot => snapshot.version === newest)?.services ?? []
  const [service, setService] = useState(services[0]?.name ?? '')
  const [servicePort, setServicePort] = useState<number | string>(services[0]?.ports[0] ?? 80)
  const [hostname, setHostname] = useState(view === null ? '' : `${view.fleet.name}.localhost`)
  const [failure, setFailure] = useState<Failure | null>(null)
  if (view === null) return null
  const add = async () => {
    try {
      await call('route.add', { fleet: view.fleet.name, hostname, service, servicePort: Number(servicePort) })
      closeDialog()
      tellDone({ title: 'The route is there', detail: `http://${hostname}:${port}` })
    } catch (error) {
      setFailure(toFailure(error))
    }
  }
  return (
    <Modal opened onClose={closeDialog} title="Add a route">
      <form
        className={classes.stack}
        onSubmit={event => {
          event.preventDefault()
          add()
        }}
      >
        <TextInput
          label="Address"
          description={`Answered by the local proxy on port ${port}`}
          data-autofocus
          value={hostname}
          onChange={event => setHostname(event.currentTarget.value)}
        />
        <div className={classes.pair}>
          <Select
            label="Service"
            data={services.map(one => one.name)}
            value={service}
            allowDeselect={false}
            onChange={value => setService(value ?? '')}
          />
          <NumberInput
            size="xs"
            label="Port"
            min={1}
            max={65_535}
            value={servicePort}
            onChange={setServicePort}
            hideControls
          />
        </div>
        {failure === null ? null : <Problem failure={failure} />}
        <div className={classes.actions}>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button type="submit" variant="filled">
            Add the route
          </Button>
        </div>
      </form>
    </Modal>
  )
}
