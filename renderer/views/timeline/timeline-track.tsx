import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type SyntheticEvent, useLayoutEffect, useRef, useState } from 'react'
import { useView } from '../../state/view.ts'
import type { Graph } from './graph.ts'
import { trackHeight } from './places.ts'
import { PointHover, PointPopover } from './point-float.tsx'
import classes from './timeline.module.css'
import { TimelineLines } from './timeline-lines.tsx'
import { TimelinePoint } from './timeline-point.tsx'
import { useWheelZoom } from './use-wheel-zoom.ts'
import { zoomBy } from './zoom.ts'

const AFTER = 32

/** The scrolled part: only the points in sight are there. */
export function TimelineTrack({ graph }: { readonly graph: Graph }) {
  const column = useView(view => view.timelineZoom)
  const count = graph.points.length
  const scroll = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(count - 1)
  const [hot, setHot] = useState<number | null>(null)
  const [open, setOpen] = useState<number | null>(null)
  const columns = useVirtualizer({
    horizontal: true,
    count,
    estimateSize: () => column,
    overscan: 6,
    paddingEnd: AFTER,
    getScrollElement: () => scroll.current,
  })
  const items = columns.getVirtualItems()

  // Newest first in sight, at the start and whenever something is added or zoomed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when there is more, or it is drawn anew
  useLayoutEffect(() => {
    columns.measure()
    scroll.current?.scrollTo({ left: count * column + AFTER })
    setActive(count - 1)
    setOpen(null)
    setHot(null)
  }, [count, column])
  useWheelZoom(scroll)

  const focus = (index: number) => scroll.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus()
  const close = () => {
    const index = open
    setOpen(null)
    if (index !== null) focus(index)
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === '+' || event.key === '-') return zoomBy(event.key === '+' ? 1 : -1)
    const next = stepped(event.key, active, count)
    if (next === null) return
    event.preventDefault()
    setActive(next)
    columns.scrollToIndex(next, { align: 'auto' })
    // The point is drawn with the next frame, where it was out of sight.
    requestAnimationFrame(() => requestAnimationFrame(() => focus(next)))
  }
  return (
    <div ref={scroll} className={classes.scroll}>
      <div className={classes.track} style={{ width: columns.getTotalSize(), height: trackHeight(graph.lanes) }}>
        <TimelineLines graph={graph} column={column} first={items[0]?.index ?? 0} last={items.at(-1)?.index ?? 0} />
        <ol
          className={classes.points}
          aria-label="Operations, oldest first"
          onKeyDown={onKey}
          onClick={event => setOpen(indexOf(event))}
          onFocus={event => setHot(indexOf(event))}
          onBlur={() => setHot(null)}
          onMouseOver={event => setHot(indexOf(event))}
          onMouseLeave={() => setHot(null)}
        >
          {items.map(({ index }) => {
            const point = graph.points[index]
            return point === undefined ? null : (
              <TimelinePoint
                key={point.entry.seq}
                point={point}
                before={graph.points[index - 1]?.entry ?? null}
                index={index}
                count={count}
                column={column}
                isActive={index === Math.min(active, count - 1)}
                isOpen={index === open}
              />
            )
          })}
        </ol>
        <Floats graph={graph} column={column} hot={hot} open={open} onClose={close} />
      </div>
    </div>
  )
}

interface FloatsProps {
  readonly graph: Graph
  readonly column: number
  readonly hot: number | null
  readonly open: number | null
  readonly onClose: () => void
}

/** The card of the open point, or else what the one under the pointer tells. */
function Floats({ graph, column, hot, open, onClose }: FloatsProps) {
  const openPoint = open === null ? undefined : graph.points[open]
  if (openPoint !== undefined && open !== null) {
    return <PointPopover key={open} point={openPoint} index={open} column={column} onClose={onClose} />
  }
  const hotPoint = hot === null ? undefined : graph.points[hot]
  return hotPoint === undefined || hot === null ? null : (
    <PointHover key={hot} point={hotPoint} index={hot} column={column} />
  )
}

/** The place of the point that an event comes from, or null. */
function indexOf(event: SyntheticEvent): number | null {
  const button = event.target instanceof Element ? event.target.closest('[data-index]') : null
  const index = button?.getAttribute('data-index')
  return index == null ? null : Number(index)
}

/** Where a key leads from a place, or null for keys of no meaning here. */
function stepped(key: string, from: number, count: number): number | null {
  const steps = new Map([
    ['ArrowLeft', -1],
    ['ArrowRight', 1],
    ['PageUp', -10],
    ['PageDown', 10],
    ['Home', -count],
    ['End', count],
  ])
  const step = steps.get(key)
  return step === undefined ? null : Math.min(Math.max(from + step, 0), count - 1)
}
