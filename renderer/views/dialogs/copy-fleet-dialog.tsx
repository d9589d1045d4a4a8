import { Button, Modal, Select, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { copyFleet } from '../../commands/fleet-actions.ts'
import { EndpointTag } from '../../components/endpoint-tag.tsx'
import { useEndpoints } from '../../state/endpoints.ts'
import { useFleet } from '../../state/fleet.ts'
import { liveVersion, versionsIn } from '../../state/versions.ts'
import { closeDialog, openDialog } from '../../state/view.ts'
import classes from './dialogs.module.css'

/** Which version goes where, and under what name. */
export function CopyFleetDialog() {
  const view = useFleet(state => state.view)
  const endpoints = useEndpoints(state => state.endpoints)
  const others = endpoints.filter(one => one.name !== view?.fleet.endpoint && one.state.state === 'connected')
  const versions = versionsIn(view)
  const [version, setVersion] = useState(liveVersion(view) ?? versions.at(-1) ?? '')
  const [endpoint, setEndpoint] = useState(others[0]?.name ?? '')
  const [typed, setTyped] = useState<string | null>(null)
  const [launch, setLaunch] = useState(true)
  if (view === null) return null
  const name = typed ?? `${view.fleet.name}-${endpoint}`
  if (others.length === 0) return <Nowhere />
  return (
    <Modal opened onClose={closeDialog} title={`Copy ${view.fleet.name} to another endpoint`}>
      <form
        className={classes.stack}
        onSubmit={event => {
          event.preventDefault()
          closeDialog()
          copyFleet({ fleet: view.fleet.name, version, endpoint, name, launch })
        }}
      >
        <Select
          label="Version"
          data={[...versions].reverse()}
          value={version}
          allowDeselect={false}
          onChange={value => setVersion(value ?? version)}
        />
        <Select
          label="Endpoint"
          data={others.map(one => one.name)}
          value={endpoint}
          allowDeselect={false}
          renderOption={({ option }) => {
            const one = others.find(other => other.name === option.value)
            return one === undefined ? option.label : <EndpointTag endpoint={one} />
          }}
          onChange={value => setEndpoint(value ?? endpoint)}
          data-autofocus
        />
        <TextInput label="Name of the copy" value={name} onChange={event => setTyped(event.currentTarget.value)} />
        <Switch label="Launch it there" checked={launch} onChange={event => setLaunch(event.currentTarget.checked)} />
        <div className={classes.actions}>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button type="submit" variant="filled">
            Plan the copy
          </Button>
        </div>
      </form>
    </Modal>
  )
}

function Nowhere() {
  return (
    <Modal opened onClose={closeDialog} title="Copy to another endpoint">
      <div className={classes.stack}>
        <p>No other endpoint is connected.</p>
        <div className={classes.actions}>
          <Button onClick={closeDialog}>Close</Button>
          <Button variant="filled" data-autofocus onClick={() => openDialog({ kind: 'endpoints' })}>
            Endpoints
          </Button>
        </div>
      </div>
    </Modal>
  )
}
