import type { LogScope } from '../../shared/logs.ts'
import type { Version } from '../../shared/model/ids.ts'
import type { JournalEntry } from '../../shared/model/journal.ts'
import { useFleet } from '../state/fleet.ts'
import { openLogs, openLogsAt } from '../state/logs.ts'
import { inspect, useView } from '../state/view.ts'
import { entryWords } from '../words/entries.ts'

/** Everything that was captured of a version, and nothing else. */
export function readLog(version: Version): void {
  const fleet = useFleet.getState().view?.fleet.name
  if (fleet === undefined) return
  openLogs({ fleet, version }, {})
  inspect(version, 'logs')
}

/** Opens the fleet's log at the time of a journal entry. */
export function showLogsAround(entry: JournalEntry): void {
  const { name } = useFleet.getState()
  // The name is the feed's own, checked again by the app.
  void openLogsAt({ fleet: name } as LogScope, { at: entry.at, words: entryWords(entry) })
  inspect(useView.getState().inspected, 'logs')
}
