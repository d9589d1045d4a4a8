import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useView } from '../../state/view.ts'
import type { Graph } from './graph.ts'
import { trackHeight } from './places.ts'
import classes from './timeline.module.css'
import { zoomBy } from './timeline.tsx'
import { TimelineLines } from './timeline-lines.tsx'
import { TimelinePoint } from './timeline-point.tsx'

const AFTER = 32

/** The scrolled part: only the points in sight are there. */
export function TimelineTrack({ graph }: { readonly graph: Graph }) {
  const column = useView(view => view.timelineZoom)
  const count = graph.points.length
  const scroll = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(count - 1)
  const columns = useVirtualizer({
    horizontal: true,
    count,
    estimateSize: () => column,
    overscan: 6,
    paddingEnd: AFTER,
    getScrollElement: () => scroll.current,
  })
  const items = columns.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0

  // Newest first in sight, at the start and whenever something is added or zoomed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when there is more, or it is drawn anew
  useLayoutEffect(() => {
    columns.measure()
    scroll.current?.scrollTo({ left: count * column + AFTER })
    setActive(count - 1)
  }, [count, column])
  useWheelZoom(scroll)

  const onKey = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      Home: -count,
      End: count,
      PageUp: -10,
      PageDown: 10,
    }
    const step = steps[event.key]
    if (event.key === '+' || event.key === '-') return zoomBy(event.key === '+' ? 1 : -1)
    if (step === undefined) return
    event.preventDefault()
    const next = Math.min(Math.max(active + step, 0), count - 1)
    setActive(next)
    columns.scrollToIndex(next, { align: 'auto' })
    // The point is drawn with the next frame, where it was out of sight.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus()),
    )
  }
  return (
    <div ref={scroll} className={classes.scroll}>
      <div className={classes.track} style={{ width: columns.getTotalSize(), height: trackHeight(graph.lanes) }}>
        <TimelineLines graph={graph} column={column} first={first} last={last} />
        <ol className={classes.points} onKeyDown={onKey} aria-label="Operations, oldest first">
          {items.map(({ index }) => {
            const point = graph.points[index]
            if (point === undefined) return null
            const before = graph.points[index - 1]?.entry ?? null
            return (
              <TimelinePoint
                key={point.entry.seq}
                point={point}
                before={before}
                index={index}
                count={count}
                column={column}
                isActive={index === Math.min(active, count - 1)}
              />
            )
          })}
        </ol>
      </div>
    </div>
  )
}

/** Ctrl with the wheel zooms; the wheel alone scrolls sideways. Not passive, since the page must not zoom as well. */
function useWheelZoom(scroll: { readonly current: HTMLDivElement | null }): void {
  useEffect(() => {
    const element = scroll.current
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault()
        zoomBy(event.deltaY > 0 ? -1 : 1)
      } else if (Math.abs(event.deltaY) > Math.abs(event.deltaX) && element !== null) {
        event.preventDefault()
        element.scrollLeft += event.deltaY
      }
    }
    element?.addEventListener('wheel', onWheel, { passive: false })
    return () => element?.removeEventListener('wheel', onWheel)
  }, [scroll])
}
