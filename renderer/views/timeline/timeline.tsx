import { ActionIcon, Tooltip } from '@mantine/core'
import { IconMinus, IconPlus } from '@tabler/icons-react'
import { useMemo } from 'react'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import { useJournal } from '../../state/journal.ts'
import { TIMELINE_ZOOMS, useView } from '../../state/view.ts'
import { countWords } from '../../words/amounts.ts'
import { timelineGraph } from './graph.ts'
import classes from './timeline.module.css'
import { TimelineTrack } from './timeline-track.tsx'
import { zoomBy } from './zoom.ts'

const none: readonly JournalEntry[] = []

/** Every operation, newest right. */
export function Timeline() {
  const entries = useJournal(state => state.entries) ?? none
  const graph = useMemo(() => timelineGraph(entries), [entries])
  return (
    <section className={classes.timeline} aria-label="Timeline" data-timeline>
      <header className={classes.head}>
        <h2>Timeline</h2>
        <span className={`dim clip ${classes.about}`}>
          {countWords(entries.length, 'operation')}, newest right. Click one to compare it with now, or to return there.
        </span>
        <Zoom />
      </header>
      {entries.length === 0 ? (
        <p className={classes.nothing}>What is done to this fleet is written down here, and can be taken back.</p>
      ) : (
        <TimelineTrack graph={graph} />
      )}
    </section>
  )
}

function Zoom() {
  const zoom = useView(view => view.timelineZoom)
  return (
    <div className={classes.zoom}>
      <Tooltip label="See more of it">
        <ActionIcon
          variant="default"
          size={24}
          aria-label="Zoom the timeline out"
          disabled={zoom === TIMELINE_ZOOMS[0]}
          onClick={() => zoomBy(-1)}
        >
          <IconMinus size={14} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="See it closer">
        <ActionIcon
          variant="default"
          size={24}
          aria-label="Zoom the timeline in"
          disabled={zoom === TIMELINE_ZOOMS.at(-1)}
          onClick={() => zoomBy(1)}
        >
          <IconPlus size={14} />
        </ActionIcon>
      </Tooltip>
    </div>
  )
}
