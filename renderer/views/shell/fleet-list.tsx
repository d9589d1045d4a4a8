import { UnstyledButton } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { EndpointView } from '../../../shared/endpoints.ts'
import type { FleetSummary } from '../../../shared/model/views.ts'
import { EndpointTag } from '../../components/endpoint-tag.tsx'
import { Safe } from '../../components/safe.tsx'
import { useEndpoints, useIsSpread } from '../../state/endpoints.ts'
import { chooseFleet } from '../../state/feeds.ts'
import { useFleet } from '../../state/fleet.ts'
import { useFleets } from '../../state/fleets.ts'
import { showScreen, useView } from '../../state/view.ts'
import { endpointMark, endpointWords } from '../../words/endpoints.ts'
import shell from './shell.module.css'
import classes from './side.module.css'

const none: readonly FleetSummary[] = []

type Row =
  | { readonly kind: 'endpoint'; readonly endpoint: EndpointView }
  | { readonly kind: 'fleet'; readonly fleet: FleetSummary }

export function FleetList() {
  const fleets = useFleets(state => state.fleets) ?? none
  const filter = useView(view => view.fleetFilter.trim().toLowerCase())
  const endpoint = useView(view => view.endpoint)
  const isShown = useView(view => view.screen === 'fleet')
  const chosen = useFleet(state => state.name)
  const endpoints = useEndpoints(state => state.endpoints)
  const isSpread = useIsSpread()
  const scroll = useRef<HTMLDivElement>(null)
  const here = endpoint === null ? fleets : fleets.filter(fleet => fleet.endpoint === endpoint)
  const shown = filter === '' ? here : here.filter(fleet => fleet.name.toLowerCase().includes(filter))
  const rows = isSpread ? grouped(shown, endpoints) : shown.map((fleet): Row => ({ kind: 'fleet', fleet }))
  const lines = useVirtualizer({
    count: rows.length,
    estimateSize: () => 34,
    overscan: 6,
    getScrollElement: () => scroll.current,
  })
  if (shown.length === 0) {
    return <p className={classes.nothing}>{filter === '' ? 'None yet' : `No fleet has “${filter}” in its name`}</p>
  }
  return (
    <div ref={scroll} className={classes.scroll}>
      <ul className={classes.rows} style={{ height: lines.getTotalSize() }}>
        {lines.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index]
          if (row === undefined) return null
          if (row.kind === 'endpoint') return <EndpointRow key={key} endpoint={row.endpoint} top={start} />
          return <FleetRow key={key} fleet={row.fleet} top={start} isChosen={isShown && row.fleet.name === chosen} />
        })}
      </ul>
    </div>
  )
}

/** The fleets of each endpoint below its name. */
function grouped(fleets: readonly FleetSummary[], endpoints: readonly EndpointView[]): Row[] {
  return endpoints.flatMap((endpoint): Row[] => {
    const own = fleets.filter(fleet => fleet.endpoint === endpoint.name)
    return own.length === 0
      ? []
      : [{ kind: 'endpoint', endpoint }, ...own.map((fleet): Row => ({ kind: 'fleet', fleet }))]
  })
}

function EndpointRow({ endpoint, top }: { readonly endpoint: EndpointView; readonly top: number }) {
  const words = endpointWords(endpoint)
  return (
    <li className={classes.group} style={{ transform: `translateY(${top}px)` }}>
      <EndpointTag endpoint={endpoint} />
      {words === 'connected' ? null : (
        <>
          <span className={`${shell.dot} ${classes.groupMark}`} data-state={endpointMark(endpoint)} aria-hidden />
          <span className="told">, {words}</span>
        </>
      )}
    </li>
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
        <span className={classes.mark} data-state={markOf(fleet)} aria-hidden />
        <Safe className={`clip ${classes.name}`} text={fleet.name} />
        <span className="told">, {toldWords(fleet)}</span>
        <span className={classes.tail} aria-hidden>
          {fleet.live === null ? 'stopped' : `${fleet.live} · ${fleet.isKnown ? fleet.running : '?'}`}
        </span>
      </UnstyledButton>
    </li>
  )
}

function markOf({ live, isKnown, drifted }: FleetSummary): 'stopped' | 'unknown' | 'drifted' | 'live' {
  if (live === null) return 'stopped'
  if (!isKnown) return 'unknown'
  return drifted > 0 ? 'drifted' : 'live'
}

function toldWords({ live, isKnown, running, drifted }: FleetSummary): string {
  const pointed = live === null ? 'nothing live' : `${live} live`
  if (!isKnown) return `${pointed}, unknown what runs: its engine does not answer`
  const words = `${pointed}, ${running} running`
  return drifted > 0 ? `${words}, drifted` : words
}
