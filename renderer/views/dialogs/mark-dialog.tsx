import { Button, Modal, Switch, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type Failure, toFailure } from '../../../shared/failure.ts'
import { Problem } from '../../components/problem.tsx'
import { call } from '../../session.ts'
import { useFleet } from '../../state/fleet.ts'
import { useJournal } from '../../state/journal.ts'
import { closeDialog } from '../../state/view.ts'
import { entryWords } from '../../words/entries.ts'
import { inert } from '../../words/inert.ts'
import classes from './dialogs.module.css'

/** A name, a note and a pin on one point of the timeline. */
export function MarkDialog({ seq }: { readonly seq: number }) {
  const fleet = useFleet(state => state.name) ?? ''
  const entry = useJournal(state => state.entries?.find(one => one.seq === seq))
  const [name, setName] = useState(entry?.mark?.name ?? '')
  const [note, setNote] = useState(entry?.mark?.note ?? '')
  const [pinned, setPinned] = useState(entry?.mark?.pinned ?? true)
  const [failure, setFailure] = useState<Failure | null>(null)
  if (entry === undefined) return null
  const save = () =>
    call('journal.mark', { fleet, seq, name, note, pinned }).then(closeDialog, error => setFailure(toFailure(error)))
  return (
    <Modal opened onClose={closeDialog} title={`Name the point “${inert(entryWords(entry))}”`}>
      <form
        className={classes.stack}
        onSubmit={event => {
          event.preventDefault()
          save()
        }}
      >
        <TextInput
          label="Name"
          data-autofocus
          maxLength={80}
          value={name}
          onChange={event => setName(event.currentTarget.value)}
        />
        <Textarea
          label="Note"
          autosize
          minRows={2}
          maxRows={8}
          maxLength={2000}
          value={note}
          onChange={event => setNote(event.currentTarget.value)}
        />
        <Switch
          label="Pin it, so that it stands out"
          checked={pinned}
          onChange={event => setPinned(event.currentTarget.checked)}
        />
        {failure === null ? null : <Problem failure={failure} />}
        <div className={classes.actions}>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button type="submit" variant="filled">
            Keep
          </Button>
        </div>
      </form>
    </Modal>
  )
}
