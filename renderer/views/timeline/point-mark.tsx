import type { JournalEntry } from '../../../shared/model/journal.ts'
import type { EntryKind } from '../../words/entries.ts'
import classes from './timeline.module.css'

/** Each kind has a shape of its own, so that colour is never alone. */
export function PointMark({ kind, outcome }: { readonly kind: EntryKind; readonly outcome: JournalEntry['outcome'] }) {
  return (
    <svg
      className={classes.mark}
      width={24}
      height={24}
      viewBox="-12 -12 24 24"
      data-kind={kind}
      data-outcome={outcome}
      aria-hidden
    >
      {shapes[kind]}
    </svg>
  )
}

const shapes: Readonly<Record<EntryKind, React.ReactNode>> = {
  snapshot: <rect x={-4.5} y={-4.5} width={9} height={9} transform="rotate(45)" rx={1} />,
  launch: <path d="M-4 -5.5L6 0L-4 5.5Z" />,
  switch: <circle r={6.5} />,
  undo: <circle r={6} className={classes.ring} />,
  trouble: <path className={classes.cross} d="M-4.5 -4.5L4.5 4.5M4.5 -4.5L-4.5 4.5" />,
  drift: <path d="M0 -6.5L6.5 5H-6.5Z" />,
  other: <circle r={3.5} />,
}
