import { Button, Modal, Skeleton, Switch, Textarea } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Input } from '../../../shared/contract.ts'
import { type Failure, toFailure } from '../../../shared/failure.ts'
import type { Plan } from '../../../shared/model.ts'
import type { Progress } from '../../../shared/wire.ts'
import { launchVersion } from '../../commands/actions.ts'
import { tellDone } from '../../commands/tell.tsx'
import { Problem } from '../../components/problem.tsx'
import { call } from '../../session.ts'
import { useFleet } from '../../state/fleet.ts'
import { liveVersion } from '../../state/versions.ts'
import { closeDialog } from '../../state/view.ts'
import dialogs from '../dialogs/dialogs.module.css'
import { PlanProgress } from '../plan/plan-progress.tsx'
import { SnapshotPlan } from './snapshot-plan.tsx'

type Chosen = NonNullable<Input<'snapshot.take'>['containers']>
type Phase =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly plan: Plan }
  | { readonly kind: 'running'; readonly plan: Plan; readonly progress: Progress | null }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** What a snapshot would hold and leave out, before it is taken. */
export function SnapshotDialog() {
  const fleet = useFleet(state => state.name) ?? ''
  const live = useFleet(state => liveVersion(state.view))
  const [note, setNote] = useState('')
  const [pause, setPause] = useState(true)
  const [containers, setContainers] = useState<Chosen>([])
  const [phase, setPhase] = useState<Phase>({ kind: 'loading' })
  const [abort] = useState(() => new AbortController())

  // Made anew whenever another container is chosen: what is in follows from that.
  useEffect(() => {
    let isOver = false
    call('snapshot.plan', { fleet, containers }).then(
      plan => !isOver && setPhase({ kind: 'ready', plan }),
      error => !isOver && setPhase({ kind: 'failed', failure: toFailure(error) }),
    )
    return () => {
      isOver = true
    }
  }, [fleet, containers])

  async function take(plan: Plan): Promise<void> {
    setPhase({ kind: 'running', plan, progress: null })
    const onProgress = (progress: Progress) => setPhase({ kind: 'running', plan, progress })
    try {
      const { snapshot, same } = await call(
        'snapshot.take',
        { fleet, note, pause, containers },
        { signal: abort.signal, onProgress },
      )
      closeDialog()
      const { version } = snapshot
      if (same) tellDone({ title: `Nothing differs from ${version}`, detail: 'So no new version was made' })
      else
        tellDone({
          title: `${version} is taken`,
          detail: 'Launch it beside the live version',
          action: { verb: `Launch ${version}`, run: () => launchVersion(version) },
        })
    } catch (error) {
      const failure = toFailure(error)
      if (failure.code === 'cancelled') closeDialog()
      else setPhase({ kind: 'failed', failure })
    }
  }

  const isRunning = phase.kind === 'running'
  return (
    <Modal
      opened
      onClose={closeDialog}
      title={`Take a snapshot of ${live === null ? fleet : `${fleet} ${live}`}`}
      size="lg"
    >
      <div className={dialogs.stack}>
        {phase.kind === 'loading' ? <Skeleton height={180} /> : null}
        {phase.kind === 'failed' ? <Problem failure={phase.failure} /> : null}
        {phase.kind === 'ready' ? (
          <SnapshotPlan plan={phase.plan} chosen={containers} onChoose={setContainers} />
        ) : null}
        {isRunning ? (
          <PlanProgress steps={phase.plan.steps.length} progress={phase.progress} isStopping={abort.signal.aborted} />
        ) : (
          <>
            <Textarea
              label="Note"
              placeholder="What is this version for?"
              autosize
              minRows={1}
              maxRows={6}
              maxLength={2000}
              value={note}
              onChange={event => setNote(event.currentTarget.value)}
              data-autofocus
            />
            <Switch
              label="Pause each container while it is committed"
              description={
                pause
                  ? 'Requests wait for a moment; the files are of one moment'
                  : 'Nothing waits; files that are written meanwhile may be torn, and the snapshot says so'
              }
              checked={pause}
              onChange={event => setPause(event.currentTarget.checked)}
            />
          </>
        )}
        <div className={dialogs.actions}>
          <Button onClick={() => (isRunning ? abort.abort() : closeDialog())}>Cancel</Button>
          {isRunning ? <Button onClick={closeDialog}>Go on in the background</Button> : null}
          {phase.kind === 'ready' ? (
            <Button variant="filled" onClick={() => take(phase.plan)}>
              Take the snapshot
            </Button>
          ) : null}
        </div>
      </div>
    </Modal>
  )
}
