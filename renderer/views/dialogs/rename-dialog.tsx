import { Button, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type Failure, toFailure } from '../../../shared/failure.ts'
import { undo } from '../../commands/actions.ts'
import { tellDone } from '../../commands/tell.tsx'
import { Problem } from '../../components/problem.tsx'
import { call } from '../../session.ts'
import { chooseFleet } from '../../state/feeds.ts'
import { useFleet } from '../../state/fleet.ts'
import { closeDialog } from '../../state/view.ts'
import classes from './dialogs.module.css'

export function RenameDialog() {
  const fleet = useFleet(state => state.name) ?? ''
  const [name, setName] = useState(fleet)
  const [failure, setFailure] = useState<Failure | null>(null)
  const rename = async () => {
    try {
      const renamed = await call('fleet.rename', { fleet, name })
      closeDialog()
      chooseFleet(renamed.name)
      tellDone({
        title: `${fleet} is ${renamed.name} now`,
        detail: 'Nothing was stopped',
        action: { verb: 'Undo', run: undo },
      })
    } catch (error) {
      setFailure(toFailure(error))
    }
  }
  return (
    <Modal opened onClose={closeDialog} title={`Rename ${fleet}`}>
      <form
        className={classes.stack}
        onSubmit={event => {
          event.preventDefault()
          rename()
        }}
      >
        <TextInput
          label="Name"
          description="Lower-case letters, digits and dashes. Containers and addresses keep theirs."
          data-autofocus
          value={name}
          onChange={event => setName(event.currentTarget.value)}
        />
        {failure === null ? null : <Problem failure={failure} />}
        <div className={classes.actions}>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button type="submit" variant="filled" disabled={name === fleet || name === ''}>
            Rename
          </Button>
        </div>
      </form>
    </Modal>
  )
}
