import { Button, Modal } from '@mantine/core'
import type { OpenQuestion } from '../../../shared/contract/questions.ts'
import { Facts } from '../../components/facts.tsx'
import { Problem } from '../../components/problem.tsx'
import { Safe } from '../../components/safe.tsx'
import { putOff } from '../../state/questions.ts'
import { inert } from '../../words/inert.ts'
import dialog from '../dialogs/dialogs.module.css'
import classes from './questions.module.css'
import { useAnswer } from './use-answer.ts'

/** Whether a machine that nobody has recorded yet is the one that it says it is. */
export function HostKeyDialog({ question }: { readonly question: Extract<OpenQuestion, { kind: 'host-key' }> }) {
  const { answer, isBusy, failure } = useAnswer(question.id)
  const { host, type, fingerprint, recordedIn, endpoint } = question
  return (
    <Modal opened onClose={() => putOff(question.id)} title={`Trust ${inert(host)}?`} zIndex={300}>
      <div className={dialog.stack}>
        <p>
          This machine is not known yet. Compare the fingerprint with what its keeper tells you: somebody else could
          stand in between.
        </p>
        <Safe className={classes.fingerprint} text={fingerprint} />
        <Facts
          facts={[
            ['Kind of key', <Safe key="type" className="mono" text={type} />],
            ['Asked by the endpoint', <Safe key="endpoint" text={endpoint} />],
            ['Recorded in', <Safe key="file" className="mono" text={recordedIn ?? 'nothing: for this run alone'} />],
          ]}
        />
        {failure === null ? null : <Problem failure={failure} />}
        <div className={dialog.actions}>
          <Button onClick={() => answer({ answer: null })} disabled={isBusy} data-autofocus>
            Do not trust
          </Button>
          <Button variant="filled" onClick={() => answer({ answer: fingerprint })} loading={isBusy}>
            It is the same: trust it
          </Button>
        </div>
      </div>
    </Modal>
  )
}
