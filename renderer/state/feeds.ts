import { follow } from '../session.ts'
import { useApp } from './app.ts'
import { hearClock } from './clock.ts'
import { suggest, useSuggestion } from './compare.ts'
import { useConnection } from './connection.ts'
import { useEndpoints } from './endpoints.ts'
import { useFleet } from './fleet.ts'
import { useFleets } from './fleets.ts'
import { mergeEntries, useJournal } from './journal.ts'
import { keepSame } from './keep-same.ts'
import { forgetManifests } from './manifests.ts'
import { hearOperations } from './operations.ts'
import { useQuestions } from './questions.ts'
import { useRestorable } from './restorable.ts'
import { hearTraffic, useTraffic } from './traffic.ts'
import { useTrash } from './trash.ts'
import { useView } from './view.ts'

let stopFleet: (() => void)[] = []
let stopTraffic: () => void = () => {}

/** Follows what every screen shows, and chooses a fleet when there is one. Returns its stop. */
export function startFeeds(): () => void {
  const stops = [
    follow('app.state', {}, app => useApp.setState(old => ({ app: keepSame(old.app, app), heardAt: Date.now() }))),
    follow('fleets.state', {}, fleets => {
      useFleets.setState(old => ({ fleets: keepSame(old.fleets, fleets) }))
      chooseWhereNeeded(fleets.map(fleet => fleet.name))
    }),
    follow('questions.state', {}, open => useQuestions.setState(old => ({ open: keepSame(old.open, open) }))),
    follow('endpoints.state', {}, endpoints => {
      useEndpoints.setState(old => ({ endpoints: keepSame(old.endpoints, endpoints) }))
      // An endpoint that was removed or renamed cannot be shown.
      const { endpoint } = useView.getState()
      if (endpoint !== null && !endpoints.some(({ name }) => name === endpoint)) useView.setState({ endpoint: null })
    }),
    follow('operations.state', {}, operations => hearOperations(operations, useConnection.getState().since)),
  ]
  stops.push(follow('trash.state', {}, fleets => useTrash.setState(old => ({ fleets: keepSame(old.fleets, fleets) }))))
  document.addEventListener('visibilitychange', onVisibility)
  onVisibility()
  return () => {
    document.removeEventListener('visibilitychange', onVisibility)
    for (const stop of stops) stop()
    chooseFleet(null)
  }
}

/** Follows one fleet in place of the one before. */
export function chooseFleet(name: string | null): void {
  if (useFleet.getState().name === name) return
  for (const stop of stopFleet) stop()
  stopTraffic()
  stopTraffic = () => {}
  stopFleet = []
  forgetManifests()
  useFleet.setState({ name, view: null, failure: null })
  useJournal.setState({ entries: null })
  useTraffic.setState({ last: null, samples: [] })
  useSuggestion.setState({ pair: null })
  useRestorable.setState({ checked: [] })
  useView.setState({ compare: null, inspected: null, isSideOpen: false })
  if (name === null) return
  stopFleet = [
    follow(
      'fleet.state',
      { fleet: name },
      view => {
        useFleet.setState(old => ({ view: keepSame(old.view, view), failure: null }))
        suggest(view)
      },
      failure => useFleet.setState({ failure }),
    ),
    follow('fleet.journal', { fleet: name }, heard => {
      useJournal.setState(old => ({ entries: keepSame(old.entries, mergeEntries(old.entries ?? [], heard)) }))
    }),
  ]
  stopFleet.push(
    follow('fleet.restorable', { fleet: name }, checked => {
      useRestorable.setState(old => ({ checked: keepSame(old.checked, checked) }))
    }),
  )
  followTraffic()
}

/** The 1 Hz feed only while somebody can see it. */
function followTraffic(): void {
  stopTraffic()
  const { name } = useFleet.getState()
  if (name === null || document.hidden) {
    stopTraffic = () => {}
    return
  }
  stopTraffic = follow('route.traffic', { fleet: name }, item => {
    hearTraffic(item)
    hearClock(item.at)
  })
}

function onVisibility(): void {
  document.documentElement.toggleAttribute('data-hidden', document.hidden)
  followTraffic()
}

function chooseWhereNeeded(names: readonly string[]): void {
  const { name } = useFleet.getState()
  if (name !== null && names.includes(name)) return
  const asked = new URLSearchParams(location.search).get('fleet')
  chooseFleet(names.find(one => one === asked) ?? names[0] ?? null)
}
