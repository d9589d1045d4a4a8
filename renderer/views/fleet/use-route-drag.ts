import { type PointerEvent, type RefObject, useState } from 'react'
import type { Version } from '../../../shared/model/ids.ts'
import { goLive, launchVersion, startVersion } from '../../commands/actions.ts'
import { useFleet } from '../../state/fleet.ts'
import { canGoLive, stateIn } from '../../state/versions.ts'
import { cardAt } from './geometry.ts'

interface Strip {
  readonly versions: readonly Version[]
  readonly card: number
  readonly scroll: RefObject<HTMLDivElement | null>
}

export interface RouteDrag {
  /** Where the handle is held, from the stage's corner; null while nobody drags it. */
  readonly at: { readonly x: number; readonly y: number } | null
  /** The version whose card it is over. */
  readonly over: Version | null
  readonly handlers: {
    onPointerDown(event: PointerEvent<HTMLElement>): void
    onPointerMove(event: PointerEvent<HTMLElement>): void
    onPointerUp(event: PointerEvent<HTMLElement>): void
    onPointerCancel(): void
  }
}

/** Dragging the route's handle onto a card asks to put that version live. A press without a drag is left to the menu. */
export function useRouteDrag({ versions, card, scroll }: Strip): RouteDrag {
  const [at, setAt] = useState<RouteDrag['at']>(null)
  const place = (event: PointerEvent<HTMLElement>) => {
    const box = scroll.current?.parentElement?.getBoundingClientRect()
    return box === undefined ? null : { x: event.clientX - box.left, y: event.clientY - box.top }
  }
  const under = (point: RouteDrag['at']): Version | null => {
    const box = scroll.current?.getBoundingClientRect()
    const stage = scroll.current?.parentElement?.getBoundingClientRect()
    if (point === null || box === undefined || stage === undefined) return null
    if (point.y < box.top - stage.top || point.y > box.bottom - stage.top) return null
    return versions[cardAt(point.x, card, scroll.current?.scrollLeft ?? 0, versions.length)] ?? null
  }
  return {
    at,
    over: under(at),
    handlers: {
      onPointerDown: event => event.currentTarget.setPointerCapture(event.pointerId),
      onPointerMove: event => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
        const point = place(event)
        if (at !== null || (point !== null && point.y > 14)) setAt(point)
      },
      onPointerUp: event => {
        const version = under(at)
        if (at !== null) event.preventDefault()
        setAt(null)
        if (version !== null) putLive(version)
      },
      onPointerCancel: () => setAt(null),
    },
  }
}

/** A cold version is launched first: it cannot go live as it is. */
function putLive(version: Version): void {
  const state = stateIn(useFleet.getState().view, version)
  if (state === 'live') return
  if (canGoLive(state)) goLive(version)
  else if (state === 'stopped') startVersion(version)
  else launchVersion(version)
}
