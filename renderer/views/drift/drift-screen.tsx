import { Button, Checkbox, Skeleton } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useEffect } from 'react'
import type { DriftedContainer } from '../../../shared/contract/drift.ts'
import { heal } from '../../commands/drift-actions.ts'
import { Room } from '../../components/room.tsx'
import { Safe } from '../../components/safe.tsx'
import { Scrolled } from '../../components/scrolled.tsx'
import { useIsReadOnly } from '../../state/app.ts'
import { canHeal, chooseDrifted, driftKey, followDrift, useDrift } from '../../state/drift.ts'
import { countWords } from '../../words/amounts.ts'
import classes from './drift.module.css'
import { Drifted } from './drifted-container.tsx'

/** More than a person goes through one by one; the rest is counted. */
const MOST_SHOWN = 200

/** Every container that is not what it was launched as, whatever its fleet: the newest first. */
export function DriftScreen() {
  const containers = useDrift(state => state.containers)
  useEffect(followDrift, [])
  return (
    <Room title="Drift" aside={<Bulk containers={containers ?? []} />}>
      {containers === null ? (
        <div className={classes.waiting} role="status" aria-busy aria-label="Looking for drift">
          <Skeleton height={96} />
          <Skeleton height={96} />
        </div>
      ) : containers.length === 0 ? (
        <div className={classes.clean}>
          <IconCircleCheck size={40} stroke={1.25} aria-hidden />
          <h2>Nothing has drifted</h2>
          <p>
            Everything that runs is as its snapshot says. What changes in containers, data services, networks and routes
            shows up here within seconds.
          </p>
        </div>
      ) : (
        <Inbox containers={containers} />
      )}
    </Room>
  )
}

function Bulk({ containers }: { readonly containers: readonly DriftedContainer[] }) {
  const chosen = useDrift(state => state.chosen)
  const isReadOnly = useIsReadOnly()
  const healable = containers.filter(canHeal)
  const picked = healable.filter(one => chosen.has(driftKey(one)))
  if (containers.length === 0) return null
  return (
    <>
      <p className="dim" role="status">
        {countWords(containers.length, healable.length === containers.length ? 'container' : 'item')}
      </p>
      {healable.length === 0 ? null : (
        <div className={classes.bulk}>
          <Checkbox
            label="All"
            checked={picked.length === healable.length}
            indeterminate={picked.length > 0 && picked.length < healable.length}
            onChange={event => chooseDrifted(healable.map(driftKey), event.currentTarget.checked)}
          />
          <Button disabled={isReadOnly || picked.length === 0} onClick={() => heal(picked)}>
            {picked.length === 0 ? 'Heal the chosen' : `Heal ${countWords(picked.length, 'container')}`}
          </Button>
        </div>
      )}
    </>
  )
}

function Inbox({ containers }: { readonly containers: readonly DriftedContainer[] }) {
  const shown = containers.slice(0, MOST_SHOWN)
  const fleets = [...new Set(shown.map(({ fleet }) => fleet))]
  return (
    <Scrolled className={classes.scroll} label="Drifted containers">
      {fleets.map(fleet => (
        <section key={fleet} className={classes.fleet} aria-label={fleet}>
          <h2>
            <Safe text={fleet} />
          </h2>
          {shown
            .filter(one => one.fleet === fleet)
            .map(one => (
              <Drifted key={driftKey(one)} drifted={one} />
            ))}
        </section>
      ))}
      {containers.length > MOST_SHOWN ? (
        <p className="dim">and {containers.length - MOST_SHOWN} more; heal these first</p>
      ) : null}
    </Scrolled>
  )
}
