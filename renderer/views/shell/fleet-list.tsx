import { UnstyledButton } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { FleetSummary } from '../../../shared/model.ts'
import { Safe } from '../../components/safe.tsx'
import { chooseFleet } from '../../state/feeds.ts'
import { useFleet } from '../../state/fleet.ts'
import { useFleets } from '../../state/fleets.ts'
import { showScreen, useView } from '../../state/view.ts'
import classes from './side.module.css'

const none: readonly FleetSummary[] = []

export function FleetList() {
  const fleets = useFleets(state => state.fleets) ?? none
  const filter = useView(view => view.fleetFilter.trim().toLowerCase())
  const isShown = useView(view => view.screen === 'fleet')
  const chosen = useFleet(state => state.name)
  const scroll = useRef<HTMLDivElement>(null)
  const shown = filter === '' ? fleets : fleets.filter(fleet => fleet.name.toLowerCase().includes(filter))
  const rows = useVirtualizer({
    count: shown.length,
    estimateSize: () => 34,
    overscan: 6,
    getScrollElement: () => scroll.current,
  })
  if (shown.length === 0) {
    return <p className={classes.nothing}>{filter === '' ? 'None yet' : `No fleet has “${filter}” in its name`}</p>
  }
  return (
    <div ref={scroll} className={classes.scroll}>
      <ul className={classes.rows} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const fleet = shown[index]
          return fleet === undefined ? null : (
            <FleetRow key={key} fleet={fleet} top={start} isChosen={isShown && fleet.name === chosen} />
          )
        })}
      </ul>
    </div>
  )
}

function FleetRow({
  fleet,
  top,
  isChosen,
}: {
  readonly fleet: FleetSummary
  readonly top: number
  readonly isChosen: boolean
}) {
  const state = fleet.live === null ? 'stopped' : fleet.drifted > 0 ? 'drifted' : 'live'
  return (
    <li>
      <UnstyledButton
        className={classes.row}
        style={{ transform: `translateY(${top}px)` }}
        aria-current={isChosen ? 'page' : undefined}
        onClick={() => {
          chooseFleet(fleet.name)
          showScreen('fleet')
        }}
      >
        <span className={classes.mark} data-state={state} aria-hidden />
        <Safe className={`clip ${classes.name}`} text={fleet.name} />
        <span className="told">, {toldWords(fleet)}</span>
        <span className={classes.tail} aria-hidden>
          {fleet.live === null ? 'stopped' : `${fleet.live} · ${fleet.running}`}
        </span>
      </UnstyledButton>
    </li>
  )
}

function toldWords({ live, running, drifted }: FleetSummary): string {
  const words = `${live === null ? 'nothing live' : `${live} live`}, ${running} running`
  return drifted > 0 ? `${words}, drifted` : words
}
