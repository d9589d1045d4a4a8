import { Button, Checkbox, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import { toFailure } from '../../../shared/failure.ts'
import { tellDone, tellFailure } from '../../commands/tell.tsx'
import { Facts } from '../../components/facts.tsx'
import { FailingForm } from '../../components/failing-form.tsx'
import { Safe } from '../../components/safe.tsx'
import { call } from '../../session.ts'
import { useIsReadOnly } from '../../state/app.ts'
import { atPlace } from '../../state/endpoints.ts'
import { closeDialog } from '../../state/view.ts'
import { useNetworks } from '../../state/volumes.ts'
import { inert } from '../../words/inert.ts'
import dialogs from '../dialogs/dialogs.module.css'
import { Owner } from './volume-columns.tsx'

/** As the engine takes them; it looks again. */
const NAME = /^[A-Za-z0-9][\w.-]+$/

const nameError = (name: string) =>
  name === '' || NAME.test(name) ? undefined : '2 or more letters, digits, dots, dashes and underscores'

export function NewVolume() {
  const [name, setName] = useState('')
  const [driver, setDriver] = useState('local')
  return (
    <Modal opened onClose={closeDialog} title="New volume">
      <FailingForm
        verb="Make the volume"
        isFit={NAME.test(name) && driver !== ''}
        run={async () => {
          await call('volume.create', { ...atPlace(), name, driver })
          tellDone({ title: 'The volume is there', detail: name })
        }}
      >
        <TextInput
          label="Name"
          data-autofocus
          value={name}
          error={nameError(name)}
          onChange={event => setName(event.currentTarget.value)}
        />
        <TextInput label="Driver" value={driver} onChange={event => setDriver(event.currentTarget.value)} />
      </FailingForm>
    </Modal>
  )
}

export function NewNetwork() {
  const [name, setName] = useState('')
  const [subnet, setSubnet] = useState('')
  const [isInternal, setInternal] = useState(false)
  const wanted = subnet.trim()
  return (
    <Modal opened onClose={closeDialog} title="New network">
      <FailingForm
        verb="Make the network"
        isFit={NAME.test(name)}
        run={async () => {
          await call('network.create', { ...atPlace(), name, isInternal, subnet: wanted === '' ? null : wanted })
          tellDone({ title: 'The network is there', detail: name })
        }}
      >
        <TextInput
          label="Name"
          data-autofocus
          value={name}
          error={nameError(name)}
          onChange={event => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Subnet"
          description="Empty for one that the engine chooses"
          placeholder="10.9.0.0/24"
          value={subnet}
          onChange={event => setSubnet(event.currentTarget.value)}
        />
        <Checkbox
          label="Without a way out of the engine"
          checked={isInternal}
          onChange={event => setInternal(event.currentTarget.checked)}
        />
      </FailingForm>
    </Modal>
  )
}

/** The containers of a network with their addresses; those outside of sets can be connected and disconnected here. */
export function NetworkDialog({ id }: { readonly id: string }) {
  const network = useNetworks(state => state.rows?.find(row => row.id === id))
  const isReadOnly = useIsReadOnly()
  const [container, setContainer] = useState('')
  if (network === undefined) return null
  const disconnect = (name: string) =>
    call('network.disconnect', { ...atPlace(), network: id, container: name }).then(
      () => tellDone({ title: 'Disconnected', detail: `${name} is not on ${network.name} any more` }),
      error => tellFailure(`${name} stays connected`, toFailure(error)),
    )
  return (
    <Modal opened onClose={closeDialog} title={inert(network.name)} size="lg">
      <div className={dialogs.stack}>
        <Facts
          facts={[
            ['Whose', <Owner key="owner" owner={network.owner} />],
            ['Driver', <Safe key="driver" text={`${network.driver}, ${network.scope}`} />],
            ...network.subnets.map(
              ({ subnet, gateway }) =>
                ['Subnet', <Safe key={subnet} text={`${subnet}, gateway ${gateway}`} />] as const,
            ),
            ...network.labels.map(([name, value]) => [inert(name), <Safe key={name} text={value} />] as const),
          ]}
        />
        <h2 className={dialogs.heading}>Containers</h2>
        {network.usedBy.length === 0 ? <p className="dim">No container hangs on it.</p> : null}
        <ul>
          {network.usedBy.map(({ id: containerId, name, state, detail }) => (
            <li key={containerId} className={dialogs.trashed}>
              <div className={dialogs.trashedWords}>
                <strong>
                  <Safe text={name} />
                </strong>
                <Safe className="dim" text={`${state}${detail === '' ? '' : `, ${detail}`}`} />
              </div>
              {network.owner === null ? (
                <Button
                  disabled={isReadOnly}
                  aria-label={`Disconnect ${inert(name)}`}
                  onClick={() => disconnect(containerId)}
                >
                  Disconnect
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
        {network.isBuiltIn || network.owner !== null || isReadOnly ? null : (
          <FailingForm
            verb="Connect"
            isFit={container !== ''}
            run={async () => {
              await call('network.connect', { ...atPlace(), network: id, container })
              tellDone({ title: 'Connected', detail: `${container} is reached on ${network.name}` })
            }}
          >
            <TextInput
              label="Connect a container"
              description="Its name. Containers of a set are not edited"
              value={container}
              onChange={event => setContainer(event.currentTarget.value)}
            />
          </FailingForm>
        )}
      </div>
    </Modal>
  )
}
