import { useComputedColorScheme } from '@mantine/core'
import { useElementSize, useMergedRef } from '@mantine/hooks'
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { type Drawn, exactMomentWords, plotOptions, type Stroke } from './draw.ts'
import classes from './stats.module.css'

export interface ChartLine extends Stroke {
  /** `v7`, `v7 in`. */
  readonly name: string
  readonly values: readonly (number | null)[]
}

interface Props extends Omit<Drawn, 'strokes'> {
  readonly title: string
  readonly x: readonly number[]
  readonly lines: readonly ChartLine[]
  /** The point that is read out; null for the newest. */
  readonly index: number | null
  readonly onIndex: (index: number | null) => void
}

/** A measure over time. What is under the pointer, or where the arrow keys lead, is read out above it. */
export function UsageChart({ title, x, lines, index, onIndex, ...drawn }: Props) {
  const at = index ?? x.length - 1
  const readings = lines.map(line => ({ ...line, words: wordsAt(line, at, drawn.words) }))
  const moment = index === null ? 'now' : exactMomentWords(x[at] ?? 0, drawn.alignment)
  const values = useMemo(() => [[...x], ...lines.map(line => [...line.values])], [x, lines])
  const plot = usePlot({ ...drawn, strokes: lines }, values)
  const onKeyDown = (event: KeyboardEvent) => {
    const next = stepOf(event.key, at, x.length)
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    plot.point(next)
    onIndex(next)
  }
  return (
    <section className={classes.chart} aria-label={title}>
      <header className={classes.chartHead}>
        <h3>{title}</h3>
        {index === null ? null : <time>{moment}</time>}
        <dl>
          {readings.map(({ name, tone, isDashed, words }) => (
            <div key={name}>
              <dt>
                <span className={classes.swatch} data-tone={tone} data-dashed={isDashed || undefined} aria-hidden />
                {name}
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
      </header>
      <div
        ref={plot.ref}
        className={classes.plot}
        role="slider"
        tabIndex={0}
        aria-label={`${title} over time`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, x.length - 1)}
        aria-valuenow={at}
        aria-valuetext={`${moment}: ${readings.map(({ name, words }) => `${name} ${words}`).join(', ')}`}
        onKeyDown={onKeyDown}
        onMouseMove={() => onIndex(plot.pointed())}
        onMouseLeave={() => onIndex(null)}
      />
    </section>
  )
}

function wordsAt({ values }: ChartLine, at: number, words: (value: number) => string): string {
  const value = values[at]
  return value === null || value === undefined ? '–' : words(value)
}

/** Null for the newest, undefined for a key that means nothing here. */
function stepOf(key: string, at: number, count: number): number | null | undefined {
  if (key === 'ArrowLeft') return Math.max(0, at - 1)
  if (key === 'ArrowRight') return Math.min(count - 1, at + 1)
  if (key === 'PageUp') return Math.max(0, at - 10)
  if (key === 'PageDown') return Math.min(count - 1, at + 10)
  if (key === 'Home') return 0
  return key === 'End' || key === 'Escape' ? null : undefined
}

/** Draws into an element: made anew when the lines are others, else given the new values. */
function usePlot(drawn: Drawn, values: (number | null)[][]) {
  const element = useRef<HTMLDivElement>(null)
  const { ref: measured, width, height } = useElementSize<HTMLDivElement>()
  const ref = useMergedRef(element, measured)
  const plot = useRef<uPlot>(null)
  const latest = useRef({ drawn, values })
  latest.current = { drawn, values }
  const shape = [drawn.alignment, ...drawn.strokes.map(({ tone, isDashed }) => `${tone}${isDashed}`)].join()
  const scheme = useComputedColorScheme()

  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape says when the lines are others
  useEffect(() => {
    const target = element.current
    if (target === null || width === 0) return
    // The library's type is of x and then y: values() keeps to it.
    const options = plotOptions(() => latest.current.drawn, { width, height })
    const made = new uPlot(options, latest.current.values as uPlot.AlignedData, target)
    plot.current = made
    return () => {
      made.destroy()
      plot.current = null
    }
  }, [shape, width, height])
  useEffect(() => {
    plot.current?.setData(values as uPlot.AlignedData)
  }, [values])
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read when it is drawn
  useEffect(() => {
    plot.current?.redraw(false, true)
  }, [scheme])

  return {
    ref,
    /** The point under the pointer. */
    pointed: () => plot.current?.cursor.idx ?? null,
    /** Leads the cursor to a point, and that of the charts beside it. */
    point(index: number | null) {
      const made = plot.current
      const at = index === null ? undefined : values[0]?.[index]
      if (made === null) return
      made.setCursor(
        at === undefined || at === null ? { left: -10, top: -10 } : { left: made.valToPos(at, 'x'), top: 0 },
      )
    },
  }
}
