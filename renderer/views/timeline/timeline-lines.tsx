import { memo } from 'react'
import type { Edge, Graph } from './graph.ts'
import { laneY, trackHeight } from './places.ts'
import classes from './timeline.module.css'

interface Props {
  readonly graph: Graph
  /** Width of one point's column, in pixels. */
  readonly column: number
  readonly first: number
  readonly last: number
}

/** The lines between the points in sight, and those that pass over them. */
export const TimelineLines = memo(function TimelineLines({ graph, column, first, last }: Props) {
  const left = first * column
  const edges = graph.edges.slice(Math.max(0, first - 1), last + 1)
  const spans = graph.spans.filter(span => span.to >= first && span.from <= last)
  return (
    <svg
      className={classes.lines}
      style={{ transform: `translateX(${left}px)` }}
      width={(last - first + 2) * column}
      height={trackHeight(graph.lanes)}
      aria-hidden
    >
      {[...spans, ...edges].map(edge => {
        const lane = graph.points[edge.to]?.lane ?? 0
        const isRunning = graph.points[edge.to]?.entry.outcome === 'running'
        return (
          <path
            key={`${edge.from}-${edge.to}`}
            d={edgePath(edge, graph, column, left)}
            data-kind={edge.kind}
            data-off={(edge.kind !== 'back' && lane > 0) || undefined}
            data-running={isRunning || undefined}
          />
        )
      })}
    </svg>
  )
})

function edgePath({ from, to, kind }: Edge, graph: Graph, column: number, left: number): string {
  const x1 = (from + 0.5) * column - left
  const x2 = (to + 0.5) * column - left
  const y1 = laneY(kind === 'stem' ? (graph.points[to]?.lane ?? 0) : (graph.points[from]?.lane ?? 0))
  const y2 = laneY(graph.points[to]?.lane ?? 0)
  if (y1 === y2) return `M${x1} ${y1}H${x2}`
  const middle = (x1 + x2) / 2
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`
}
