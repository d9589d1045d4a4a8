import { assertNever } from '../../../shared/failure.ts'
import { useQuestions } from '../../state/questions.ts'
import { HostKeyDialog } from './host-key-dialog.tsx'
import { PassphraseDialog } from './passphrase-dialog.tsx'

/** The questions of the app, one at a time, above other dialogs. */
export function Questions() {
  const question = useQuestions(({ open, later }) => open.find(({ id }) => !later.includes(id)))
  switch (question?.kind) {
    case undefined:
      return null
    case 'host-key':
      return <HostKeyDialog key={question.id} question={question} />
    case 'passphrase':
      return <PassphraseDialog key={question.id} question={question} />
    default:
      return assertNever(question)
  }
}
