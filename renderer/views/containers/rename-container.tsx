import { Button, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import { actOn } from '../../commands/container-actions.ts'
import { useContainers } from '../../state/containers.ts'
import { closeDialog } from '../../state/view.ts'
import { inert } from '../../words/inert.ts'
import dialogs from '../dialogs/dialogs.module.css'

/** As the engine takes them. */
const NAME = /^[a-zA-Z0-9][\w.-]{0,127}$/

export function RenameContainer({ id }: { readonly id: string }) {
  const container = useContainers(state => state.rows?.find(row => row.id === id))
  const [name, setName] = useState(container?.name ?? '')
  if (container === undefined) return null
  const isFit = NAME.test(name)
  return (
    <Modal opened onClose={closeDialog} title={`Rename ${inert(container.name)}`}>
      <form
        className={dialogs.stack}
        onSubmit={event => {
          event.preventDefault()
          if (!isFit || name === container.name) return
          closeDialog()
          actOn('rename', [container], { name })
        }}
      >
        <TextInput
          label="Name"
          description="Letters, digits, dots, dashes and underscores"
          data-autofocus
          value={name}
          error={isFit || name === '' ? undefined : 'The engine does not take this name'}
          onChange={event => setName(event.currentTarget.value)}
        />
        <div className={dialogs.actions}>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button type="submit" variant="filled" disabled={!isFit || name === container.name}>
            Show the plan
          </Button>
        </div>
      </form>
    </Modal>
  )
}
