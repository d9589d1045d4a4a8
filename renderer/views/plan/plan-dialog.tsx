import { Button, Modal, Skeleton } from '@mantine/core'
import { assertNever, type Failure } from '../../../shared/failure.ts'
import type { Version } from '../../../shared/model/ids.ts'
import { EndpointTag } from '../../components/endpoint-tag.tsx'
import { Problem } from '../../components/problem.tsx'
import { useEndpoints, useIsSpread, usePlace } from '../../state/endpoints.ts'
import { useFleet } from '../../state/fleet.ts'
import { closePlan, openPlan, type PlanRequest, runPlan, stopPlan, usePlan } from '../../state/plan.ts'
import { setIn } from '../../state/versions.ts'
import { inert } from '../../words/inert.ts'
import { LastWords } from '../report/last-words.tsx'
import classes from './plan.module.css'
import { PlanDetails } from './plan-details.tsx'
import { PlanProgress } from './plan-progress.tsx'
import { PlanSwitch } from './plan-switch.tsx'
import { ReplicaInputs } from './replica-inputs.tsx'

/** The plan of a change, then its progress, then its failure if there is one. */
export function PlanDialog() {
  const request = usePlan(state => state.request)
  const kind = usePlan(state => state.phase.kind)
  return (
    <Modal
      opened={kind !== 'closed'}
      onClose={closePlan}
      title={request === null ? '' : inert(request.title)}
      size="lg"
      closeButtonProps={{ 'aria-label': kind === 'running' ? 'Close; it goes on running' : 'Close' }}
    >
      {request === null ? null : <PlanPlaces names={request.places} />}
      {request === null ? null : <PlanBody request={request} />}
    </Modal>
  )
}

/** The endpoints of the change, where there are several. */
function PlanPlaces({ names }: { readonly names: readonly string[] | undefined }) {
  const shown = usePlace()
  const endpoints = useEndpoints(state => state.endpoints)
  const isSpread = useIsSpread()
  if (!isSpread) return null
  const places = endpoints.filter(one => (names === undefined ? one.name === shown?.name : names.includes(one.name)))
  return (
    <p className={classes.place}>
      on{' '}
      {places.map(place => (
        <EndpointTag key={place.name} endpoint={place} />
      ))}
    </p>
  )
}

function PlanBody({ request }: { readonly request: PlanRequest }) {
  const phase = usePlan(state => state.phase)
  switch (phase.kind) {
    case 'closed':
      return null
    case 'loading':
      return <Waiting />
    case 'ready':
      return (
        <>
          {request.replicas === undefined ? null : <ReplicaInputs choice={request.replicas} />}
          {request.choice === undefined ? null : <PlanSwitch choice={request.choice} plan={phase.plan} />}
          <div className={classes.current} data-old={phase.isOld || undefined} aria-busy={phase.isOld}>
            <PlanDetails plan={phase.plan} />
          </div>
          <div className={classes.actions}>
            <Button onClick={closePlan}>Cancel</Button>
            {request.first === undefined ? null : (
              <Button onClick={request.first.open}>{inert(request.first.verb)}</Button>
            )}
            <Button
              variant="filled"
              color={request.isDangerous ? 'red' : 'accent'}
              aria-disabled={phase.isOld}
              onClick={runPlan}
              data-autofocus
            >
              {inert(request.verb)}
            </Button>
          </div>
        </>
      )
    case 'running':
      return (
        <>
          <PlanProgress steps={phase.plan.steps.length} progress={phase.progress} isStopping={phase.isStopping} />
          <div className={classes.actions}>
            <Button onClick={closePlan}>Go on in the background</Button>
            <Button onClick={stopPlan} disabled={phase.isStopping}>
              {phase.isStopping ? 'Walking back…' : 'Cancel'}
            </Button>
          </div>
        </>
      )
    case 'failed':
      return <Failed request={request} failure={phase.failure} />
    default:
      return assertNever(phase)
  }
}

function Failed({ request, failure }: { readonly request: PlanRequest; readonly failure: Failure }) {
  const { otherwise } = request
  return (
    <>
      <Problem failure={failure} />
      {failure.code === 'unhealthy' && request.about !== undefined ? <FailedLogs version={request.about} /> : null}
      <div className={classes.actions}>
        <Button onClick={closePlan}>Close</Button>
        {otherwise?.on === failure.code ? <Button onClick={otherwise.open}>{inert(otherwise.verb)}</Button> : null}
        <Button variant="filled" onClick={request.again ?? (() => openPlan(request))} data-autofocus>
          Plan it again
        </Button>
      </div>
    </>
  )
}

/** The last log lines of the containers that failed their checks. */
function FailedLogs({ version }: { readonly version: Version }) {
  const report = useFleet(state => setIn(state.view, version)?.report ?? null)
  return report === null || report.passed ? null : <LastWords report={report} />
}

function Waiting() {
  return (
    <div className={classes.waiting} role="status" aria-busy aria-label="The plan is being made">
      <Skeleton height={18} width="60%" />
      <Skeleton height={32} />
      <Skeleton height={32} />
      <Skeleton height={32} />
    </div>
  )
}
