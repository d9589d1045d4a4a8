import { useFleet } from '../../state/fleet.ts'
import { useTraffic } from '../../state/traffic.ts'
import { liveVersion, versionsIn } from '../../state/versions.ts'
import { cardCentre, linePath } from './geometry.ts'
import classes from './stage.module.css'

interface Props {
  readonly card: number
  readonly scrolled: number
  readonly isMoving: boolean
  readonly livePath: string | null
}

/** Requests on their way: while an old version answers its last ones, both lines carry dots. */
export function DrainLines({ card, scrolled, isMoving, livePath }: Props) {
  const live = useFleet(state => liveVersion(state.view))
  const versions = useFleet(state => versionsIn(state.view))
  // A string, so that a reading in which nothing drains re-renders nothing.
  const draining = useTraffic(state => drainingOf(state.samples.at(-1)?.inFlight, live))
  const places: readonly string[] = versions
  const old = draining === '' ? [] : draining.split(',').map(part => part.split(':'))
  if (old.length === 0) return null
  return (
    <>
      {isMoving || livePath === null ? null : <Dots path={livePath} tone="live" />}
      {old.map(([version = '', count]) => {
        const index = places.indexOf(version)
        if (index < 0) return null
        const x = cardCentre(index, card, scrolled)
        return (
          <g key={version}>
            <path className={classes.drain} d={linePath(x)} />
            <Dots path={linePath(x)} tone="warm" />
            <text className={classes.drainWords} x={x + 10} y={46}>
              {count} left
            </text>
          </g>
        )
      })}
    </>
  )
}

function drainingOf(inFlight: Readonly<Record<string, number>> | undefined, live: string | null): string {
  return Object.entries(inFlight ?? {})
    .filter(([version, count]) => version !== live && count > 0)
    .map(([version, count]) => `${version}:${count}`)
    .join(',')
}

function Dots({ path, tone }: { readonly path: string; readonly tone: 'live' | 'warm' }) {
  return (
    <>
      {[0, 1, 2].map(index => (
        <circle
          key={index}
          className={classes.dot}
          data-tone={tone}
          r={2.5}
          style={{ offsetPath: `path("${path}")`, animationDelay: `${index * -0.35}s` }}
        />
      ))}
    </>
  )
}
