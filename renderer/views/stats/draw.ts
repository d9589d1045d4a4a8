import type uPlot from 'uplot'
import { clockWords, secondWords } from '../../words/times.ts'
import type { Alignment, Mark } from './lines.ts'

/** A line of a chart. `tone` is its colour; outgoing traffic is dashed. */
export interface Stroke {
  readonly tone: Tone
  readonly isDashed: boolean
}

export type Tone = 'first' | 'second'

/** The content of a chart, read at each drawing since the theme may have changed. */
export interface Drawn {
  readonly strokes: readonly Stroke[]
  readonly marks: readonly Mark[]
  readonly alignment: Alignment
  /** A value in words, short enough for the axis. */
  readonly words: (value: number) => string
  /** The least that the axis reaches up to: noise is not drawn as a mountain. */
  readonly least: number
}

const TONES = { first: '--accent-text', second: '--wait-text' } as const
/** Seconds between the moments along the bottom; a clock without seconds says the same minute only once. */
const LONG_STEPS = [120, 300, 600, 1800, 3600]
const FONT = '11px system-ui, sans-serif'

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

/** `14:02`, or `+3 min` since the launch. Seconds. */
export function momentWords(seconds: number, alignment: Alignment): string {
  if (alignment === 'clock') return clockWords(seconds * 1000)
  const rest = Math.round(seconds % 60)
  const minutes = Math.floor(seconds / 60)
  if (minutes === 0) return `+${rest} s`
  return rest === 0 ? `+${minutes} min` : `+${minutes}:${String(rest).padStart(2, '0')} min`
}

/** To the second, for what is read out. */
export function exactMomentWords(seconds: number, alignment: Alignment): string {
  return alignment === 'clock' ? secondWords(seconds * 1000) : momentWords(seconds, alignment)
}

export function plotOptions(
  drawn: () => Drawn,
  size: { readonly width: number; readonly height: number },
): uPlot.Options {
  const axis = { stroke: () => colour('--dim'), font: FONT, ticks: { show: false } }
  const { strokes } = drawn()
  return {
    ...size,
    legend: { show: false },
    padding: [8, 20, 0, 0],
    cursor: { sync: { key: 'usage' }, drag: { x: false, y: false }, y: false, points: { size: 6 } },
    scales: {
      x: { time: false },
      y: { range: (_plot, _low, high) => [0, Math.max(drawn().least, (high ?? 0) * 1.1)] },
    },
    axes: [
      {
        ...axis,
        size: 26,
        gap: 7,
        space: 64,
        grid: { show: false },
        incrs: drawn().alignment === 'clock' ? [60, ...LONG_STEPS] : [10, 30, 60, ...LONG_STEPS],
        values: (_plot, splits) => splits.map(split => momentWords(split, drawn().alignment)),
      },
      {
        ...axis,
        size: 58,
        gap: 4,
        space: 28,
        grid: { stroke: () => colour('--border'), width: 1 },
        values: (_plot, splits) => splits.map(split => drawn().words(split)),
      },
    ],
    series: [
      {},
      ...strokes.map(({ tone, isDashed }) => ({
        stroke: () => colour(TONES[tone]),
        width: 1.5,
        ...(isDashed && { dash: [4, 3] }),
        // The first is an area, the second a line: they are told apart without colour, too.
        ...(tone === 'first' && !isDashed && { fill: () => `${colour(TONES[tone])}22` }),
        points: { show: false },
      })),
    ],
    hooks: { draw: [plot => drawMarks(plot, drawn().marks)] },
  }
}

function drawMarks(plot: uPlot, marks: readonly Mark[]): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.strokeStyle = colour('--live')
  ctx.fillStyle = colour('--live-text')
  ctx.font = `${10 * devicePixelRatio}px system-ui, sans-serif`
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio])
  ctx.lineWidth = devicePixelRatio
  for (const { x, words } of marks) {
    const left = plot.valToPos(x, 'x', true)
    if (left < bbox.left || left > bbox.left + bbox.width) continue
    ctx.beginPath()
    ctx.moveTo(left, bbox.top)
    ctx.lineTo(left, bbox.top + bbox.height)
    ctx.stroke()
    const isLate = left > bbox.left + bbox.width - 60 * devicePixelRatio
    ctx.textAlign = isLate ? 'right' : 'left'
    ctx.fillText(words, left + (isLate ? -4 : 4) * devicePixelRatio, bbox.top + 9 * devicePixelRatio)
  }
  ctx.restore()
}
