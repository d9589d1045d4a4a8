import { useJournal } from '../../state/journal.ts'
import { KEPT_SAMPLES, type Sample } from '../../state/traffic.ts'
import { rateWords } from '../../words/amounts.ts'
import classes from './route-bar.module.css'

const WIDTH = 148
const HEIGHT = 36

/** Requests a second over the last two minutes. A dashed mark is a switch. */
export function Sparkline({ samples }: { readonly samples: readonly Sample[] }) {
  const entries = useJournal(state => state.entries)
  const first = samples[0]
  const last = samples.at(-1)
  if (first === undefined || last === undefined) return <div className={classes.spark} />
  const top = Math.max(1, ...samples.map(sample => sample.rate)) * 1.1
  const span = KEPT_SAMPLES * 1000
  const x = (at: number) => WIDTH - ((last.at - at) / span) * WIDTH
  const y = (rate: number) => HEIGHT - 2 - (rate / top) * (HEIGHT - 6)
  const points = samples.map(sample => `${x(sample.at).toFixed(1)} ${y(sample.rate).toFixed(1)}`).join('L')
  const switches = entries?.filter(entry => entry.moves.length > 0 && entry.at >= last.at - span) ?? []
  return (
    <svg
      className={classes.spark}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Requests over two minutes, now ${rateWords(last.rate)} a second`}
    >
      <path className={classes.sparkFill} d={`M${x(first.at).toFixed(1)} ${HEIGHT}L${points}L${WIDTH} ${HEIGHT}Z`} />
      <path className={classes.sparkLine} d={`M${points}`} />
      {switches.map(entry => (
        <line key={entry.seq} className={classes.sparkMark} x1={x(entry.at)} x2={x(entry.at)} y1={0} y2={HEIGHT} />
      ))}
    </svg>
  )
}
