import { useEffect, useRef, useState } from 'react'
import { useFleet } from '../../state/fleet.ts'
import { liveVersion, versionsIn } from '../../state/versions.ts'
import { DrainLines } from './drain-lines.tsx'
import { cardCentre, LINE_HEIGHT, linePath } from './geometry.ts'
import { RouteHandle } from './route-handle.tsx'
import classes from './stage.module.css'
import type { RouteDrag } from './use-route-drag.ts'

interface Props {
  readonly card: number
  readonly scrolled: number
  /** Width of the strip, in pixels. */
  readonly strip: number
  readonly drag: RouteDrag
}

const MOVE_MS = 420

/** From the route to the live card. It glides when a switch happens and sits still when the strip is scrolled. */
export function RouteLine({ card, scrolled, strip, drag }: Props) {
  const live = useFleet(state => liveVersion(state.view))
  const index = useFleet(state => versionsIn(state.view).indexOf(liveVersion(state.view) ?? 'v0'))
  const isMoving = useMoving(live)
  const centre = cardCentre(index, card, scrolled)
  const x = Math.min(Math.max(centre, 6), strip - 6)
  const isAway = centre < 0 || centre > strip
  const path = drag.at === null ? linePath(x) : linePath(drag.at.x, drag.at.y)
  return (
    <div className={classes.lineBox}>
      <svg className={classes.lines} width={strip} height={LINE_HEIGHT} aria-hidden data-moving={isMoving || undefined}>
        <DrainLines card={card} scrolled={scrolled} isMoving={isMoving} livePath={live === null ? null : path} />
        {live === null && drag.at === null ? null : (
          <path
            className={classes.line}
            data-testid="route-line"
            data-version={live}
            data-away={isAway || undefined}
            style={{ d: `path("${path}")` }}
          />
        )}
        {drag.at === null && live !== null ? (
          <circle className={classes.end} cx={x} cy={LINE_HEIGHT - 1} r={4} style={{ cx: x }} />
        ) : null}
      </svg>
      {isAway && live !== null ? (
        <span className={classes.away} data-side={centre < 0 ? 'left' : 'right'}>
          {centre < 0 ? `← ${live} live` : `${live} live →`}
        </span>
      ) : null}
      <RouteHandle drag={drag} live={live} />
    </div>
  )
}

/** True for as long as the line glides after another version went live. */
function useMoving(live: string | null): boolean {
  const last = useRef(live)
  const [moving, setMoving] = useState(false)
  if (last.current !== live) {
    // Set while rendering, so that the first frame with the new path already glides.
    last.current = live
    setMoving(true)
  }
  useEffect(() => {
    if (!moving) return
    const timer = setTimeout(() => setMoving(false), MOVE_MS)
    return () => clearTimeout(timer)
  }, [moving])
  return moving
}
