import { Button, Modal, Skeleton, Switch, Textarea } from '@mantine/core'
import { useState } from 'react'
import { Problem } from '../../components/problem.tsx'
import { useFleet } from '../../state/fleet.ts'
import { liveVersion } from '../../state/versions.ts'
import { closeDialog, type SnapshotOf } from '../../state/view.ts'
import dialogs from '../dialogs/dialogs.module.css'
import { PlanProgress } from '../plan/plan-progress.tsx'
import { SnapshotPlan } from './snapshot-plan.tsx'
import { type Chosen, type Left, useSnapshot } from './use-snapshot.ts'

/** The plan of a snapshot: its content and what it leaves out. */
export function SnapshotDialog({ of }: { readonly of: SnapshotOf | undefined }) {
  const fleet = useFleet(state => state.name) ?? ''
  const live = useFleet(state => liveVersion(state.view))
  const [note, setNote] = useState('')
  const [pause, setPause] = useState(true)
  // The names are the feed's own, checked again by the app.
  const [containers, setContainers] = useState((of?.containers ?? []) as Chosen)
  const [leaveOut, setLeaveOut] = useState<Left>([])
  const { phase, take, stop } = useSnapshot(fleet, { from: of?.version, containers })
  const version = of?.version ?? live

  const isRunning = phase.kind === 'running'
  return (
    <Modal
      opened
      onClose={closeDialog}
      title={`Take a snapshot of ${version === null ? fleet : `${fleet} ${version}`}`}
      size="lg"
    >
      <div className={dialogs.stack}>
        {phase.kind === 'loading' ? <Skeleton height={180} /> : null}
        {phase.kind === 'failed' ? <Problem failure={phase.failure} /> : null}
        {phase.kind === 'ready' ? (
          <SnapshotPlan
            plan={phase.plan}
            chosen={containers}
            onChoose={setContainers}
            leaveOut={leaveOut}
            onLeaveOut={setLeaveOut}
          />
        ) : null}
        {isRunning ? (
          <PlanProgress steps={phase.plan.steps.length} progress={phase.progress} isStopping={phase.isStopping} />
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
          <Button onClick={() => (isRunning ? stop() : closeDialog())}>Cancel</Button>
          {isRunning ? <Button onClick={closeDialog}>Go on in the background</Button> : null}
          {phase.kind === 'ready' ? (
            <Button variant="filled" onClick={() => take({ note, pause, leaveOut })}>
              Take the snapshot
            </Button>
          ) : null}
        </div>
      </div>
    </Modal>
  )
}
