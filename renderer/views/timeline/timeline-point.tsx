import { IconPinFilled } from '@tabler/icons-react'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import { Safe } from '../../components/safe.tsx'
import { entryKind, entryWords, labelWords } from '../../words/entries.ts'
import { clockWords, dayWords, isSameDay } from '../../words/times.ts'
import type { Point } from './graph.ts'
import { hoverWords } from './hover-words.ts'
import { laneY } from './places.ts'
import { PointMark } from './point-mark.tsx'
import classes from './timeline.module.css'

interface Props {
  readonly point: Point
  readonly before: JournalEntry | null
  readonly index: number
  readonly count: number
  /** Width of its column, in pixels. */
  readonly column: number
  /** The one that Tab reaches. */
  readonly isActive: boolean
  readonly isOpen: boolean
}

const LABELLED = 80

export function TimelinePoint({ point, before, index, count, column, isActive, isOpen }: Props) {
  const { entry, lane } = point
  const y = laneY(lane)
  const isLabelled = column >= LABELLED
  return (
    <li
      className={classes.point}
      style={{ left: index * column, width: column }}
      aria-setsize={count}
      aria-posinset={index + 1}
    >
      {isLabelled ? <TimeLabel entry={entry} before={before} /> : null}
      {entry.mark === null || entry.mark.name === '' ? null : (
        <span className={classes.flag} style={{ top: y - 25 }}>
          {entry.mark.pinned ? <IconPinFilled size={10} aria-hidden /> : null}
          {isLabelled ? <Safe className="clip" text={entry.mark.name} /> : null}
        </span>
      )}
      <button
        type="button"
        className={classes.dot}
        style={{ top: y - 12 }}
        data-index={index}
        tabIndex={isActive ? 0 : -1}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-label={`${entryWords(entry)}. ${hoverWords(entry)}`}
      >
        <PointMark kind={entryKind(entry)} outcome={entry.outcome} />
      </button>
      {isLabelled ? (
        <span className={`${classes.label} clip`} style={{ top: y + 11 }} data-kind={entryKind(entry)} aria-hidden>
          {labelWords(entry)}
        </span>
      ) : null}
    </li>
  )
}

/** The time, where it is another minute than before, and the day, where it is another day. */
function TimeLabel({ entry, before }: { readonly entry: JournalEntry; readonly before: JournalEntry | null }) {
  const isNewDay = before === null || !isSameDay(before.at, entry.at)
  const clock = clockWords(entry.at)
  if (!isNewDay && clockWords(before.at) === clock) return null
  return <span className={classes.time}>{isNewDay ? `${dayWords(entry.at)}, ${clock}` : clock}</span>
}
