import { useApp } from '../state/app.ts'
import { useFleet } from '../state/fleet.ts'
import { useFleets } from '../state/fleets.ts'
import { useJournal } from '../state/journal.ts'
import type { Scene } from './registry.ts'

/** The facts for the commands, read at the time of the call. */
export function sceneNow(): Scene {
  return {
    view: useFleet.getState().view,
    entries: useJournal.getState().entries,
    fleets: useFleets.getState().fleets ?? [],
    readOnly: useApp.getState().app?.readOnly ?? null,
  }
}
