import { spotlight } from '@mantine/spotlight'
import type { JournalEntry } from '../../shared/model/journal.ts'
import type { FleetSummary, FleetView } from '../../shared/model/views.ts'
import { compare } from '../state/compare.ts'
import { chooseFleet } from '../state/feeds.ts'
import { stepOffer } from '../state/undo.ts'
import { candidateVersion, canGoLive, liveVersion, stateIn, versionsIn } from '../state/versions.ts'
import { inspect, openDialog, type Screen, showScreen, useView } from '../state/view.ts'
import { versionWords } from '../words/states.ts'
import { checkVersion, goLive, launchVersion, redo, removeVersion, startVersion, stopVersion, undo } from './actions.ts'
import { removeFleet, sweep } from './fleet-actions.ts'
import { saveReport } from './report-actions.ts'

export interface Command {
  readonly id: string
  readonly group: string
  readonly words: string
  readonly chord?: string
  readonly about?: string
  /** Why it cannot be done now; absent when it can. */
  readonly why?: string
  readonly run: () => void
}

/** The facts that decide which commands are available. */
export interface Scene {
  readonly view: FleetView | null
  readonly entries: readonly JournalEntry[] | null
  readonly fleets: readonly FleetSummary[]
  readonly readOnly: string | null
}

/** The commands that are available now, in the order of the key map. */
export function commandsOf(scene: Scene): readonly Command[] {
  return [
    ...fleetCommands(scene),
    ...lookCommands(scene),
    ...roomCommands(),
    ...windowCommands(scene),
    ...versionCommands(scene),
  ]
}

function fleetCommands({ view, entries, readOnly }: Scene): Command[] {
  const back = stepOffer(view, entries, 'undo')
  const forth = stepOffer(view, entries, 'redo')
  const candidate = candidateVersion(view)
  const off = readOnly === null ? {} : { why: readOnly }
  const noFleet = view === null ? { why: 'No fleet is chosen' } : off
  const state = candidate === null ? 'cold' : stateIn(view, candidate)
  return [
    {
      id: 'undo',
      group: 'This fleet',
      words: back.words,
      chord: 'mod+z',
      run: undo,
      ...(back.step === null ? { why: back.why } : off),
    },
    {
      id: 'redo',
      group: 'This fleet',
      words: forth.words,
      chord: 'mod+shift+z',
      run: redo,
      ...(forth.step === null ? { why: forth.why } : off),
    },
    {
      id: 'next',
      group: 'This fleet',
      words:
        candidate === null
          ? 'Go live with the candidate'
          : canGoLive(state)
            ? `Go live with ${candidate}`
            : `Launch ${candidate}`,
      chord: 'g',
      run: () => {
        if (candidate !== null) canGoLive(state) ? goLive(candidate) : launchVersion(candidate)
      },
      ...(candidate === null ? { why: 'No version is newer than the live one' } : off),
    },
    {
      id: 'snapshot',
      group: 'This fleet',
      words: 'Take a snapshot',
      chord: 's',
      run: () => openDialog({ kind: 'snapshot' }),
      ...noFleet,
    },
    {
      id: 'add-route',
      group: 'This fleet',
      words: 'Add a route',
      run: () => openDialog({ kind: 'add-route' }),
      ...noFleet,
    },
    {
      id: 'routes',
      group: 'This fleet',
      words: 'Edit the routes',
      run: () => openDialog({ kind: 'routes' }),
      ...noFleet,
    },
    {
      id: 'rename',
      group: 'This fleet',
      words: 'Rename this fleet',
      run: () => openDialog({ kind: 'rename' }),
      ...noFleet,
    },
    { id: 'sweep', group: 'This fleet', words: 'Sweep sets that nothing needs', run: sweep, ...noFleet },
    { id: 'remove-fleet', group: 'This fleet', words: 'Remove this fleet', run: removeFleet, ...noFleet },
  ]
}

function lookCommands({ view }: Scene): Command[] {
  const noFleet = view === null ? { why: 'No fleet is chosen' } : {}
  return [
    {
      id: 'containers',
      group: 'This fleet',
      words: 'Show containers',
      chord: '1',
      run: () => inspect(useView.getState().inspected, 'containers'),
      ...noFleet,
    },
    {
      id: 'drift',
      group: 'This fleet',
      words: 'Show drift',
      chord: '2',
      run: () => inspect(useView.getState().inspected, 'drift'),
      ...noFleet,
    },
    {
      id: 'config',
      group: 'This fleet',
      words: 'Show configuration',
      chord: '3',
      run: () => inspect(useView.getState().inspected, 'config'),
      ...noFleet,
    },
  ]
}

function roomCommands(): Command[] {
  return rooms.map(([screen, words]) => ({
    id: `room/${screen}`,
    group: 'Engine',
    words,
    run: () => showScreen(screen),
  }))
}

const rooms: readonly (readonly [Screen, string])[] = [
  ['drift', 'Show all drift'],
  ['containers', 'Show all containers'],
  ['images', 'Show images'],
  ['volumes', 'Show volumes'],
  ['networks', 'Show networks'],
  ['resources', 'Show resources'],
]

function windowCommands({ fleets, view }: Scene): Command[] {
  const at = fleets.findIndex(fleet => fleet.name === view?.fleet.name)
  const step = (by: number) => {
    const next = fleets[(at + by + fleets.length) % fleets.length]
    if (next !== undefined) chooseFleet(next.name)
  }
  const few = fleets.length < 2 ? { why: 'There is no other fleet' } : {}
  return [
    { id: 'palette', group: 'Window', words: 'Search or run a command', chord: 'mod+k', run: spotlight.open },
    {
      id: 'new-fleet',
      group: 'Window',
      words: 'New fleet',
      chord: 'n',
      run: () => openDialog({ kind: 'new-fleet', step: 'choose' }),
    },
    {
      id: 'adopt',
      group: 'Window',
      words: 'Adopt running containers',
      run: () => openDialog({ kind: 'new-fleet', step: 'adopt' }),
    },
    {
      id: 'import',
      group: 'Window',
      words: 'Import a Compose file',
      run: () => openDialog({ kind: 'new-fleet', step: 'import' }),
    },
    {
      id: 'sample',
      group: 'Window',
      words: 'Start the sample fleet',
      run: () => openDialog({ kind: 'new-fleet', step: 'sample' }),
    },
    { id: 'previous-fleet', group: 'Window', words: 'Previous fleet', chord: '[', run: () => step(-1), ...few },
    { id: 'next-fleet', group: 'Window', words: 'Next fleet', chord: ']', run: () => step(1), ...few },
    {
      id: 'filter',
      group: 'Window',
      words: 'Filter the fleets',
      chord: '/',
      run: () => document.getElementById('fleet-filter')?.focus(),
    },
    {
      id: 'timeline',
      group: 'Window',
      words: 'Go to the timeline',
      chord: 't',
      run: () => document.querySelector<HTMLElement>('[data-timeline] [tabindex="0"]')?.focus(),
    },
    { id: 'trash', group: 'Window', words: 'Open the trash', run: () => openDialog({ kind: 'trash' }) },
    { id: 'endpoints', group: 'Window', words: 'Endpoints', run: () => openDialog({ kind: 'endpoints' }) },
    { id: 'doctor', group: 'Window', words: 'Run the doctor', run: () => openDialog({ kind: 'doctor' }) },
    { id: 'report', group: 'Window', words: 'Save a debug report', run: () => void saveReport() },
    { id: 'settings', group: 'Window', words: 'Settings', chord: 'mod+,', run: () => openDialog({ kind: 'settings' }) },
    { id: 'keys', group: 'Window', words: 'Key map', chord: '?', run: () => openDialog({ kind: 'keys' }) },
  ]
}

function versionCommands({ view, readOnly }: Scene): Command[] {
  if (view === null || readOnly !== null) return []
  const live = liveVersion(view)
  return [...versionsIn(view)].reverse().flatMap((version): Command[] => {
    const state = stateIn(view, version)
    const about = versionWords[state]
    const one = (verb: string, run: () => void): Command => ({
      id: `${verb}/${version}`,
      group: 'Versions',
      words: `${verb} ${version}`,
      about,
      run,
    })
    return [
      ...(canGoLive(state) ? [one('Go live with', () => goLive(version))] : []),
      ...(state === 'cold' ? [one('Launch', () => launchVersion(version))] : []),
      ...(state === 'stopped' ? [one('Start', () => startVersion(version))] : []),
      ...(version === live || live === null
        ? []
        : [one(`Compare ${live} with`, () => compare(view.fleet.name, { from: live, to: version }))]),
      one('Show', () => inspect(version, 'containers')),
      ...(state === 'cold' ? [] : [one('Check', () => checkVersion(version))]),
      ...(state === 'warm' ? [one('Stop', () => stopVersion(version))] : []),
      ...(state === 'warm' || state === 'stopped' || state === 'failed'
        ? [one('Remove the containers of', () => removeVersion(version))]
        : []),
    ]
  })
}
