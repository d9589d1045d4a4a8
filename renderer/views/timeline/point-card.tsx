import { Button } from '@mantine/core'
import type { JournalEntry } from '../../../shared/model/journal.ts'
import { returnTo } from '../../commands/actions.ts'
import { showLogsAround } from '../../commands/log-actions.ts'
import { Facts } from '../../components/facts.tsx'
import { Safe } from '../../components/safe.tsx'
import { useIsReadOnly } from '../../state/app.ts'
import { compare } from '../../state/compare.ts'
import { useFleet } from '../../state/fleet.ts'
import { useJournal } from '../../state/journal.ts'
import { troubleOf, useRestorable } from '../../state/restorable.ts'
import { returnOffer } from '../../state/undo.ts'
import { liveVersion, snapshotIn } from '../../state/versions.ts'
import { inspect, openDialog, showScreen } from '../../state/view.ts'
import { durationWords } from '../../words/amounts.ts'
import { entryWords } from '../../words/entries.ts'
import { inert } from '../../words/inert.ts'
import { exactWords } from '../../words/times.ts'
import classes from './timeline.module.css'

/** A point from near: what was done, what it took, and what can be done from there. */
export function PointCard({ entry, onClose }: { readonly entry: JournalEntry; readonly onClose: () => void }) {
  return (
    <div className={classes.card}>
      <h3>
        <Safe text={entry.mark?.name ? `${entry.mark.name}: ${entryWords(entry)}` : entryWords(entry)} />
      </h3>
      {entry.mark?.note ? <Safe text={entry.mark.note} /> : null}
      <Facts
        facts={[
          ['When', exactWords(entry.at)],
          ['Outcome', `${entry.outcome}${entry.forced ? ', forced' : ''}`],
          ['Took', entry.ms === null ? 'still running' : durationWords(entry.ms)],
          ['By', <Safe key="by" text={entry.cause} />],
        ]}
      />
      {entry.detail === '' ? null : <Safe className="dim" text={entry.detail} />}
      {entry.failure === null ? null : (
        <p className={classes.failure}>
          <Safe text={entry.failure.message} />{' '}
          {entry.failure.hint === undefined ? null : <Safe text={entry.failure.hint} />}
        </p>
      )}
      <PointActions entry={entry} onClose={onClose} />
    </div>
  )
}

function PointActions({ entry, onClose }: { readonly entry: JournalEntry; readonly onClose: () => void }) {
  const view = useFleet(state => state.view)
  const entries = useJournal(state => state.entries)
  const isReadOnly = useIsReadOnly()
  const live = liveVersion(view)
  const version = entry.to
  const offer = returnOffer(view, entries, entry.seq)
  const trouble = useRestorable(state => troubleOf(state.checked, version))
  const then = (act: () => void) => () => {
    onClose()
    act()
  }
  const canCompare = version !== null && live !== null && version !== live && snapshotIn(view, version) !== undefined
  return (
    <>
      <div className={classes.cardActions}>
        {canCompare ? (
          <Button size="compact-sm" onClick={then(() => compare(view?.fleet.name ?? '', { from: version, to: live }))}>
            Compare with now
          </Button>
        ) : null}
        {entry.moves.length > 0 && offer.step !== null ? (
          <Button size="compact-sm" variant="filled" disabled={isReadOnly} onClick={then(() => returnTo(entry))}>
            Return here
          </Button>
        ) : null}
        {entry.op === 'drift.found' && version !== null && snapshotIn(view, version) !== undefined ? (
          <Button size="compact-sm" onClick={then(() => inspect(version, 'drift'))}>
            Show the drift of {version} now
          </Button>
        ) : null}
        {entry.op === 'drift.found' && version === null ? (
          <Button size="compact-sm" onClick={then(() => showScreen('drift'))}>
            Show all drift now
          </Button>
        ) : null}
        <Button size="compact-sm" onClick={then(() => showLogsAround(entry))}>
          Logs around this
        </Button>
        <Button
          size="compact-sm"
          disabled={isReadOnly}
          onClick={then(() => openDialog({ kind: 'mark', seq: entry.seq }))}
        >
          {entry.mark === null ? 'Name it' : 'Change its name'}
        </Button>
      </div>
      {trouble === '' ? null : (
        <p className={classes.failure}>
          {version} cannot be brought back: {inert(trouble)}
        </p>
      )}
      {entry.moves.length > 0 ? <p className="dim">{offer.why}</p> : null}
    </>
  )
}
