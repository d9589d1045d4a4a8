import { Skeleton } from '@mantine/core'
import { useMemo, useState } from 'react'
import { KEPT_MS, type Measure, RECENT_MS } from '../../../shared/rules/stats-series.ts'
import { Problem } from '../../components/problem.tsx'
import { When } from '../../components/when.tsx'
import { usePlace } from '../../state/endpoints.ts'
import { useJournal } from '../../state/journal.ts'
import { useStats } from '../../state/stats.ts'
import { countWords, cpuWords, durationWords, sizeWords, speedWords } from '../../words/amounts.ts'
import type { Tone } from './draw.ts'
import { type Lines, linesOf, marksOf, rowsOf, type Subject, valuesOf } from './lines.ts'
import classes from './stats.module.css'
import type { StatsChoice } from './stats-controls.tsx'
import { type ChartLine, UsageChart } from './usage-chart.tsx'
import { UsageTable } from './usage-table.tsx'

interface Chart {
  readonly title: string
  /** Measures of the chart, each with its label where there are two. */
  readonly measures: readonly (readonly [Measure, string])[]
  readonly words: (value: number) => string
  readonly least: number
}

const charts: readonly Chart[] = [
  { title: 'CPU', measures: [['cpu', '']], words: cpuWords, least: 5 },
  { title: 'Memory', measures: [['memory', '']], words: sizeWords, least: 1_000_000 },
  {
    title: 'Network',
    measures: [
      ['received', 'in'],
      ['sent', 'out'],
    ],
    words: speedWords,
    least: 1000,
  },
  {
    title: 'Disk',
    measures: [
      ['read', 'read'],
      ['written', 'written'],
    ],
    words: speedWords,
    least: 1000,
  },
]

const TONES: readonly Tone[] = ['first', 'second']
const none: never[] = []

interface Props {
  readonly subjects: readonly Subject[]
  readonly choice: StatsChoice
}

/** Resource use over time, a chart for each measure, and the current figures. */
export function UsageView({ subjects, choice }: Props) {
  const failure = useStats(state => state.failure)
  const newest = useStats(state => state.newest)
  const isLost = usePlace()?.state.state === 'lost'
  if (failure !== null) return <Problem failure={failure} />
  if (isLost && newest === 0)
    return <p className={classes.nothing}>The engine does not answer, and nothing was read.</p>
  if (newest === 0) {
    return (
      <div className={classes.waiting} aria-busy="true">
        <p className="dim">The first values come in two seconds.</p>
        {charts.map(({ title }) => (
          <Skeleton key={title} height={116} />
        ))}
      </div>
    )
  }
  return (
    <div className={classes.view}>
      {isLost ? (
        <p className={classes.note}>
          The engine is lost. This is how it was at <When at={newest} />.
        </p>
      ) : null}
      <Usage subjects={subjects} choice={choice} />
    </div>
  )
}

function Usage({ subjects, choice }: Props) {
  const { containers, newest, everyMs } = useStats()
  const entries = useJournal(state => state.entries)
  const [index, setIndex] = useState<number | null>(null)
  // Worked out once a reading, and not for each step of the pointer.
  const { x, sums, lines, marks, rows } = useMemo(() => {
    const { part, alignment } = choice
    const spanMs = choice.span === 'short' ? RECENT_MS : KEPT_MS
    const asked = { subjects, containers: [...(containers?.values() ?? [])], part, alignment, spanMs, newest, everyMs }
    const found = linesOf(asked)
    const drawn = charts.map(chart => chartLines(chart, subjects, found.sums))
    return { ...found, lines: drawn, marks: marksOf(entries ?? [], asked), rows: rowsOf(asked) }
  }, [containers, newest, everyMs, entries, subjects, choice])
  const unknown = subjects.filter((_, place) => sums[place]?.every(sum => sum === null)).map(({ name }) => name)
  return (
    <>
      {choice.alignment === 'launch' && unknown.length > 0 ? (
        <p className={classes.note}>
          Nothing is known of {unknown.join(' and ')} at that age: the last 15 minutes are kept, while somebody looks.
        </p>
      ) : null}
      {everyMs > 1000 ? (
        <p className="dim">
          {countWords(containers?.size ?? 0, 'container')} take turns, each about every {durationWords(everyMs)}.
        </p>
      ) : null}
      <div className={classes.charts}>
        {charts.map(({ title, words, least }, place) => (
          <UsageChart
            key={title}
            title={title}
            x={x}
            lines={lines[place] ?? none}
            marks={marks}
            alignment={choice.alignment}
            words={words}
            least={least}
            index={index}
            onIndex={setIndex}
          />
        ))}
      </div>
      <UsageTable rows={rows} />
    </>
  )
}

function chartLines({ measures }: Chart, subjects: readonly Subject[], sums: Lines['sums']): ChartLine[] {
  return subjects.flatMap((subject, place) =>
    measures.map(([measure, name], order) => ({
      name: `${subject.name} ${name}`.trim(),
      tone: TONES[place] ?? 'second',
      isDashed: order > 0,
      values: valuesOf(sums[place] ?? none, measure),
    })),
  )
}
