import { Button, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useId, useState } from 'react'
import type { FleetCost } from '../../../shared/contract/stats.ts'
import { sweep } from '../../commands/fleet-actions.ts'
import { Safe } from '../../components/safe.tsx'
import { Scrolled } from '../../components/scrolled.tsx'
import { StateBadge } from '../../components/state-badge.tsx'
import { chooseFleet } from '../../state/feeds.ts'
import { countWords, sizeWords } from '../../words/amounts.ts'
import { inert } from '../../words/inert.ts'
import { Bar } from './bar.tsx'
import classes from './resources.module.css'

/** How many fleets are shown with their versions from the start. */
const OPEN_AT_FIRST = 3

/** Disk use of each fleet's versions: shared bytes, and the bytes that a removal would free. */
export function FleetCosts({ fleets }: { readonly fleets: readonly FleetCost[] }) {
  if (fleets.length === 0) return null
  const costliest = fleets.toSorted((a, b) => b.bytes - a.bytes)
  return (
    <section className={classes.panel} aria-label="What versions cost">
      <header className={classes.panelHead}>
        <h2>What versions cost</h2>
        <p className="dim">Layers that versions share are kept once. “Only its own” is what a removal frees.</p>
      </header>
      <ul className={classes.fleets}>
        {costliest.map((fleet, index) => (
          <FleetRow key={fleet.fleet} fleet={fleet} isFirst={index < OPEN_AT_FIRST} />
        ))}
      </ul>
    </section>
  )
}

function FleetRow({ fleet, isFirst }: { readonly fleet: FleetCost; readonly isFirst: boolean }) {
  const [isOpen, setOpen] = useState(isFirst)
  const id = useId()
  return (
    <li className={classes.fleet}>
      <div className={classes.fleetHead}>
        <UnstyledButton
          className={classes.fleetName}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          <IconChevronRight size={14} aria-hidden />
          <Safe className="clip" text={fleet.fleet} />
          <span className="dim">{countWords(fleet.versions.length, 'version')}</span>
        </UnstyledButton>
        <p>
          {sizeWords(fleet.bytes)}, <span className="dim">only its own</span> {sizeWords(fleet.unique)}
          <span className="dim">, written</span> {sizeWords(fleet.written)}
        </p>
        <SweepOffer fleet={fleet} />
      </div>
      <div id={id} hidden={!isOpen}>
        {isOpen ? <VersionTable fleet={fleet} /> : null}
      </div>
    </li>
  )
}

function SweepOffer({ fleet: { fleet, sweep: would } }: { readonly fleet: FleetCost }) {
  if (would.versions.length === 0) return <p className="dim">Nothing to sweep</p>
  const show = () => {
    chooseFleet(fleet)
    sweep()
  }
  return (
    <Button onClick={show} title={would.versions.join(', ')}>
      Sweep {countWords(would.versions.length, 'version')}: frees{' '}
      {would.bytes === 0 ? 'nothing' : sizeWords(would.bytes)}
    </Button>
  )
}

function VersionTable({ fleet }: { readonly fleet: FleetCost }) {
  const most = Math.max(1, ...fleet.versions.map(version => version.bytes))
  return (
    <Scrolled className={classes.scroll} label={`What versions of ${inert(fleet.fleet)} cost`}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">State</th>
            <th scope="col" aria-hidden />
            <th scope="col">Images</th>
            <th scope="col">Shared</th>
            <th scope="col">Only its own</th>
            <th scope="col">Written</th>
          </tr>
        </thead>
        <tbody>
          {fleet.versions.toReversed().map(({ version, state, bytes, unique, written }) => (
            <tr key={version}>
              <th scope="row">{version}</th>
              <td>
                <StateBadge state={state} />
              </td>
              <td>
                <Bar
                  parts={[
                    { bytes: unique, tone: 'images' },
                    { bytes: bytes - unique, tone: 'shared' },
                  ]}
                  total={most}
                />
              </td>
              <td>{sizeWords(bytes)}</td>
              <td>{sizeWords(bytes - unique)}</td>
              <td>{sizeWords(unique)}</td>
              <td>{written === 0 ? '–' : sizeWords(written)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  )
}
