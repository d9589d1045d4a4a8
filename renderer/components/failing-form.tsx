import { Button } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { type Failure, toFailure } from '../../shared/failure.ts'
import { closeDialog } from '../state/view.ts'
import classes from './components.module.css'
import { Problem } from './problem.tsx'

interface Props {
  /** Label of the button. */
  readonly verb: string
  readonly isFit: boolean
  /** Closes the dialog when it has come to its end; what goes wrong is shown in it. */
  readonly run: () => Promise<void>
  readonly children: ReactNode
}

/** The inside of a dialog that asks for a few words and does one thing with them. */
export function FailingForm({ verb, isFit, run, children }: Props) {
  const [failure, setFailure] = useState<Failure | null>(null)
  const [isRunning, setRunning] = useState(false)
  const submit = async () => {
    setRunning(true)
    setFailure(null)
    try {
      await run()
      closeDialog()
    } catch (error) {
      setFailure(toFailure(error))
      setRunning(false)
    }
  }
  return (
    <form
      className={classes.form}
      onSubmit={event => {
        event.preventDefault()
        if (isFit && !isRunning) void submit()
      }}
    >
      {children}
      {failure === null ? null : <Problem failure={failure} />}
      <div className={classes.formActions}>
        <Button onClick={closeDialog}>Cancel</Button>
        <Button type="submit" variant="filled" disabled={!isFit} loading={isRunning}>
          {verb}
        </Button>
      </div>
    </form>
  )
}
