import { Button } from '@mantine/core'
import {
  IconAlertTriangle,
  IconClockExclamation,
  IconHelpCircle,
  IconLock,
  IconPlugConnectedX,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { rebuildFleets } from '../../commands/fleet-actions.ts'
import { When } from '../../components/when.tsx'
import { reconnectNow } from '../../session.ts'
import { useApp } from '../../state/app.ts'
import { useClock } from '../../state/clock.ts'
import { useConnection } from '../../state/connection.ts'
import { useEndpoints, useIsSpread } from '../../state/endpoints.ts'
import { takeUp, useQuestions } from '../../state/questions.ts'
import { openDialog } from '../../state/view.ts'
import { durationWords } from '../../words/amounts.ts'
import { inert } from '../../words/inert.ts'
import classes from './banners.module.css'
import { CatchingUp } from './catching-up.tsx'

/** Banners for what is wrong, the most severe first. The screen below stays visible. */
export function Banners() {
  const connection = useConnection()
  const app = useApp(state => state.app)
  if (connection.state === 'lost') return <AppLost since={connection.since} isFirst={app === null} />
  if (app === null) return null
  const { proxy, readOnly } = app
  return (
    <>
      <EndpointsLost />
      {proxy.reachable ? null : (
        <Banner tone="bad" icon={<IconPlugConnectedX size={16} aria-hidden />} action={<DoctorButton />}>
          <strong>The proxy does not answer.</strong> Routes serve nothing until it does.{' '}
          {proxy.closed.map(({ port, reason }) => `Port ${port}: ${inert(reason)}`).join('. ')}
        </Banner>
      )}
      {proxy.reachable && proxy.closed.length > 0 ? (
        <Banner tone="wait" icon={<IconAlertTriangle size={16} aria-hidden />}>
          <strong>Some addresses are not served.</strong>{' '}
          {proxy.closed.map(({ port, reason }) => `Port ${port}: ${inert(reason)}`).join('. ')}
        </Banner>
      ) : null}
      {readOnly === null ? null : (
        <Banner tone="wait" icon={<IconLock size={16} aria-hidden />}>
          <strong>Nothing can be changed.</strong> {inert(readOnly)}. What runs goes on running.
        </Banner>
      )}
      {app.lostFleets === null ? null : <FleetsLost text={app.lostFleets} />}
      <QuestionWaits />
      <ClocksDiffer />
      <CatchingUp />
    </>
  )
}

/** The journal is gone or older than what the engine holds: what is there is not shown until it is rebuilt. */
function FleetsLost({ text }: { readonly text: string }) {
  return (
    <Banner
      tone="bad"
      icon={<IconAlertTriangle size={16} aria-hidden />}
      action={
        <Button size="compact-xs" onClick={rebuildFleets}>
          Rebuild
        </Button>
      }
    >
      <strong>Fleets are missing.</strong> {inert(text)}. Nothing new can be made until they are back.
    </Banner>
  )
}

/** Endpoints that were connected and are lost, or where another engine answers. */
function EndpointsLost() {
  const endpoints = useEndpoints(state => state.endpoints)
  const isSpread = useIsSpread()
  const lost = endpoints.filter(
    ({ settings, state }) => state.state === 'lost' && state.engine !== null && settings?.connect !== false,
  )
  return lost.map(({ name, state, stranger }) => (
    <Banner
      key={name}
      tone="bad"
      icon={<IconPlugConnectedX size={16} aria-hidden />}
      action={stranger === null ? <DoctorButton /> : <EndpointsButton />}
    >
      <strong>
        {stranger === null
          ? `${isSpread ? name : 'Docker'} does not answer.`
          : `Another engine answers at ${name}, and is not used.`}
      </strong>{' '}
      This is how things were at <When at={state.since} />.{' '}
      {inert(state.failure?.hint ?? 'Flotilla tries again by itself.')}
    </Banner>
  ))
}

function EndpointsButton() {
  return (
    <Button size="compact-xs" onClick={() => openDialog({ kind: 'endpoints' })}>
      Look at it
    </Button>
  )
}

/** Put off, not forgotten: without an answer there is no way to that engine. */
function QuestionWaits() {
  const waiting = useQuestions(({ open, later }) => open.filter(({ id }) => later.includes(id)).length)
  if (waiting === 0) return null
  return (
    <Banner
      tone="wait"
      icon={<IconHelpCircle size={16} aria-hidden />}
      action={
        <Button size="compact-xs" onClick={takeUp}>
          Answer
        </Button>
      }
    >
      <strong>{waiting === 1 ? 'A question waits.' : `${waiting} questions wait.`}</strong> Until it is answered an
      endpoint cannot be reached.
    </Banner>
  )
}

/** Nothing is ordered by a clock, so only what is read is wrong. */
function ClocksDiffer() {
  const minutes = useClock(clock => clock.minutesAhead)
  if (minutes === 0) return null
  const by = durationWords(Math.abs(minutes) * 60_000)
  return (
    <Banner tone="quiet" icon={<IconClockExclamation size={16} aria-hidden />}>
      <strong>Two clocks disagree.</strong> Flotilla's is {by} {minutes > 0 ? 'ahead of' : 'behind'} this computer's, so
      times here are off by as much. The order of things is right all the same.
    </Banner>
  )
}

function AppLost({ since, isFirst }: { readonly since: number; readonly isFirst: boolean }) {
  return (
    <Banner
      tone="bad"
      icon={<IconPlugConnectedX size={16} aria-hidden />}
      action={
        <Button size="compact-xs" onClick={reconnectNow}>
          Try now
        </Button>
      }
    >
      <strong>Flotilla's background part does not answer.</strong>{' '}
      {isFirst ? (
        'This window tries again by itself.'
      ) : (
        <>
          This is how things were at <When at={since} />. Traffic goes on; this window tries again by itself.
        </>
      )}
    </Banner>
  )
}

function DoctorButton() {
  return (
    <Button size="compact-xs" onClick={() => openDialog({ kind: 'doctor' })}>
      Find out why
    </Button>
  )
}

interface BannerProps {
  readonly tone: 'bad' | 'wait' | 'quiet'
  readonly icon: ReactNode
  readonly action?: ReactNode
  readonly children: ReactNode
}

function Banner({ tone, icon, action, children }: BannerProps) {
  return (
    <div className={classes.banner} data-tone={tone} role={tone === 'quiet' ? 'status' : 'alert'}>
      {icon}
      <p className={classes.words}>{children}</p>
      {action}
    </div>
  )
}
