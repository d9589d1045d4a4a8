import { Popover, Tooltip } from '@mantine/core'
import { entryWords } from '../../words/entries.ts'
import type { Point } from './graph.ts'
import { hoverWords } from './hover-words.ts'
import { laneY } from './places.ts'
import { PointCard } from './point-card.tsx'
import classes from './timeline.module.css'

interface Props {
  readonly point: Point
  readonly index: number
  /** Width of a point's column, in pixels. */
  readonly column: number
}

/** Places the one tooltip of the timeline at the current point, so that thousands of points need none of their own. */
function anchorStyle({ point, index, column }: Props) {
  return { left: (index + 0.5) * column - 12, top: laneY(point.lane) - 12 }
}

export function PointHover(props: Props) {
  const { entry } = props.point
  return (
    <Tooltip
      opened
      label={`${entryWords(entry)}. ${hoverWords(entry)}`}
      position="top"
      transitionProps={{ duration: 0 }}
    >
      <span className={classes.anchor} style={anchorStyle(props)} />
    </Tooltip>
  )
}

export function PointPopover({ onClose, ...props }: Props & { readonly onClose: () => void }) {
  const { entry } = props.point
  return (
    <Popover
      opened
      onDismiss={onClose}
      position="top"
      width={340}
      shadow="lg"
      withArrow
      trapFocus
      withRoles={false}
      transitionProps={{ duration: 80 }}
    >
      <Popover.Target>
        <span className={classes.anchor} style={anchorStyle(props)} />
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={entryWords(entry)}>
        <PointCard entry={entry} onClose={onClose} />
      </Popover.Dropdown>
    </Popover>
  )
}
