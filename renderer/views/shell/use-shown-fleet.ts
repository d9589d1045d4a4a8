import { useEffect } from 'react'
import { tellDone, tellFailure } from '../../commands/tell.tsx'
import { chooseFleet } from '../../state/feeds.ts'
import { useFleets } from '../../state/fleets.ts'
import { usePlan } from '../../state/plan.ts'
import { showScreen, useView } from '../../state/view.ts'

/** Shows the fleet that a link, the tray or a note asks for, as soon as it is known which fleets there are. */
export function useShownFleet(): void {
  useEffect(() => window.flotillaHost?.onShowFleet(name => whenFleetsAreKnown(() => show(name))), [])
}

function whenFleetsAreKnown(then: () => void): void {
  if (useFleets.getState().fleets !== null) {
    then()
    return
  }
  const stop = useFleets.subscribe(({ fleets }) => {
    if (fleets === null) return
    stop()
    then()
  })
}

function show(name: string): void {
  const isThere = useFleets.getState().fleets?.some(fleet => fleet.name === name)
  if (!isThere) {
    tellFailure('That fleet is not here', { code: 'not-found', message: `There is no fleet called ${name}` })
    return
  }
  // A link comes from anywhere: it must not change the fleet under a dialog that is about another one.
  if (useView.getState().dialog.kind === 'none' && usePlan.getState().phase.kind === 'closed') open(name)
  else {
    const action = { verb: `Show ${name}`, run: () => open(name) }
    tellDone({ title: `A link asks for ${name}`, detail: 'It waits until you are done here', action })
  }
}

function open(name: string): void {
  chooseFleet(name)
  showScreen('fleet')
}
