import { Button, Checkbox, Modal, PasswordInput } from '@mantine/core'
import { useState } from 'react'
import type { OpenQuestion } from '../../../shared/contract/questions.ts'
import { Problem } from '../../components/problem.tsx'
import { Safe } from '../../components/safe.tsx'
import { putOff } from '../../state/questions.ts'
import dialog from '../dialogs/dialogs.module.css'
import { useAnswer } from './use-answer.ts'

export function PassphraseDialog({ question }: { readonly question: Extract<OpenQuestion, { kind: 'passphrase' }> }) {
  const { answer, isBusy, failure } = useAnswer(question.id)
  const [text, setText] = useState('')
  const [remember, setRemember] = useState(false)
  const later = () => putOff(question.id)
  return (
    <Modal opened onClose={later} title="Unlock a key" zIndex={300}>
      <form
        className={dialog.stack}
        onSubmit={event => {
          event.preventDefault()
          answer({ answer: text, remember })
        }}
      >
        <p>
          <Safe text={question.endpoint} /> is reached with the key <Safe className="mono" text={question.path} />,
          which has a passphrase.
        </p>
        <PasswordInput
          label="Passphrase"
          data-autofocus
          autoComplete="off"
          value={text}
          error={question.isWrong && text === '' ? 'That was not it. Try again.' : null}
          onChange={event => setText(event.currentTarget.value)}
        />
        {question.canRemember ? (
          <Checkbox
            label="Remember it in this computer's keyring"
            checked={remember}
            onChange={event => setRemember(event.currentTarget.checked)}
          />
        ) : (
          <p className="dim">It is kept in memory only, and asked for again at the next start.</p>
        )}
        {failure === null ? null : <Problem failure={failure} />}
        <div className={dialog.actions}>
          <Button onClick={later}>Not now</Button>
          <Button type="submit" variant="filled" disabled={text === ''} loading={isBusy}>
            Unlock
          </Button>
        </div>
      </form>
    </Modal>
  )
}
